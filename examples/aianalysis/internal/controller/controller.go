// Package controller drives analyses from phase to phase until they are finished.
//
// It works like a Kubernetes controller: what is stored is the truth, and the controller compares and acts. It keeps
// nothing in memory that a restart would lose, so work that was interrupted is simply found again.
package controller

import (
	"context"
	"log"
	"sync"
	"time"

	"example.com/slipway/internal/analysis"
	"example.com/slipway/internal/httpjson"
	"example.com/slipway/internal/retry"
)

const (
	workers       = 4
	queueCapacity = 256
)

// Storage keeps analyses. Save is idempotent.
type Storage interface {
	Find(ctx context.Context, id string) (analysis.Analysis, error)
	ListUnfinished(ctx context.Context) ([]analysis.Analysis, error)
	Save(ctx context.Context, a analysis.Analysis) error
}

// Investigator finds causes. Its error is what an analysis fails with.
type Investigator interface {
	Investigate(ctx context.Context, alert analysis.Alert) (analysis.Finding, error)
}

// Settings are what a controller works with.
type Settings struct {
	Storage      Storage
	Investigator Investigator
	// Retry is how often a phase change is offered to the storage.
	Retry retry.Policy
	// ResumeEvery is the pause between two searches for unfinished analyses that nobody works on.
	ResumeEvery time.Duration
	Now         func() time.Time
}

// Controller drives analyses. Create it with New.
type Controller struct {
	Settings
	queue chan string

	mutex   sync.Mutex
	claimed map[string]bool
	resumed bool
}

// New returns a controller that does nothing until Run is called.
func New(settings Settings) *Controller {
	return &Controller{Settings: settings, queue: make(chan string, queueCapacity), claimed: map[string]bool{}}
}

// Submit asks for a stored analysis to be driven on, soon. It never blocks: an analysis that finds the queue full stays
// stored, and is found by the next search.
func (c *Controller) Submit(id string) {
	if !c.claim(id) {
		return
	}
	select {
	case c.queue <- id:
	default:
		c.release(id)
	}
}

// HasResumed reports whether the unfinished analyses of an earlier process have been looked for.
func (c *Controller) HasResumed() bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.resumed
}

// Run works until ctx ends, and returns when everything under way has stopped.
func (c *Controller) Run(ctx context.Context) {
	var running sync.WaitGroup
	for i := 0; i < workers; i++ {
		running.Add(1)
		go func() {
			defer running.Done()
			c.work(ctx)
		}()
	}
	c.resumePeriodically(ctx)
	running.Wait()
}

func (c *Controller) work(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case id := <-c.queue:
			if err := c.drive(ctx, id); err != nil {
				log.Printf("analysis %s stays unfinished for now: %v", id, err)
			}
			c.release(id)
		}
	}
}

func (c *Controller) resumePeriodically(ctx context.Context) {
	const pauseAfterFailure = 250 * time.Millisecond
	for {
		pause := c.ResumeEvery
		if err := c.resume(ctx); err != nil {
			log.Printf("unfinished analyses are not known yet: %v", err)
			pause = pauseAfterFailure
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

func (c *Controller) resume(ctx context.Context) error {
	unfinished, err := c.Storage.ListUnfinished(ctx)
	if err != nil {
		return err
	}
	for _, a := range unfinished {
		c.Submit(a.ID)
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.resumed = true
	return nil
}

// drive takes one analysis from the phase in which it is stored to a final one. Each phase is stored before the next
// begins.
func (c *Controller) drive(ctx context.Context, id string) error {
	current, err := c.Storage.Find(ctx, id)
	if err != nil {
		return err
	}
	for !current.Phase.IsFinal() {
		next, err := c.step(ctx, current)
		if err != nil {
			return err
		}
		if err := c.save(ctx, next); err != nil {
			return err
		}
		log.Printf("analysis %s: %s -> %s", id, current.Phase, next.Phase)
		current = next
	}
	return nil
}

// step returns what follows the current phase. Being told to stop is an error, and not a failure of the analysis.
func (c *Controller) step(ctx context.Context, current analysis.Analysis) (analysis.Analysis, error) {
	if current.Phase == analysis.Pending {
		return current.Investigate(c.Now())
	}
	finding, err := c.Investigator.Investigate(ctx, current.Alert)
	switch {
	case ctx.Err() != nil:
		return analysis.Analysis{}, ctx.Err()
	case err != nil:
		return current.Fail(err.Error(), c.Now())
	}
	return current.Complete(finding, c.Now())
}

func (c *Controller) save(ctx context.Context, a analysis.Analysis) error {
	return c.Retry.Do(ctx, func(ctx context.Context) error {
		err := c.Storage.Save(ctx, a)
		if err != nil && !httpjson.IsRetryable(err) {
			return retry.Permanent(err)
		}
		return err
	})
}

func (c *Controller) claim(id string) bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.claimed[id] {
		return false
	}
	c.claimed[id] = true
	return true
}

func (c *Controller) release(id string) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	delete(c.claimed, id)
}
