// Package reconciler keeps the status of AIAnalysis objects true: what they ask for is analysed, and they say how it stands.
package reconciler

import (
	"context"
	"log"
	"sync"
	"sync/atomic"
	"time"

	"example.com/slipway/aianalysis/internal/kubernetes"
	"example.com/slipway/aianalysis/internal/resource"
	"example.com/slipway/internal/analysis"
	"example.com/slipway/internal/httpjson"
	"example.com/slipway/internal/retry"
)

const workers = 4

// Objects are the AIAnalysis objects that are looked after.
type Objects interface {
	// Get returns an object as it is now; kubernetes.IsNotFound of the error tells that there is none.
	Get(ctx context.Context, name string) (resource.AIAnalysis, error)
	UpdateStatus(ctx context.Context, object resource.AIAnalysis) error
	Follow(ctx context.Context, observer kubernetes.Observer)
}

// Service analyses alerts.
type Service interface {
	// Ensure returns the analysis with this ID, which is begun when there is none.
	Ensure(ctx context.Context, id string, alert analysis.Alert) (analysis.Analysis, error)
}

// Settings are what a reconciler works with.
type Settings struct {
	Objects Objects
	Service Service
	// LookEvery is the pause between two looks at an analysis that is not finished.
	LookEvery time.Duration
	// Retry says how long to wait after failures; there is no limit to their number.
	Retry retry.Policy
	Now   func() time.Time
}

// Reconciler looks after objects. Create it with New. It keeps nothing that a restart would lose.
type Reconciler struct {
	Settings
	queue  *Queue
	listed atomic.Bool

	mutex    sync.Mutex
	failures map[string]int
}

// New returns a reconciler that does nothing until Run is called.
func New(settings Settings) *Reconciler {
	return &Reconciler{Settings: settings, queue: NewQueue(), failures: map[string]int{}}
}

// HasListed reports whether all objects are known.
func (r *Reconciler) HasListed() bool {
	return r.listed.Load()
}

// Run works until ctx ends, and returns when everything under way has stopped.
func (r *Reconciler) Run(ctx context.Context) {
	var running sync.WaitGroup
	for i := 0; i < workers; i++ {
		running.Add(1)
		go func() {
			defer running.Done()
			r.work(ctx)
		}()
	}
	r.Objects.Follow(ctx, kubernetes.Observer{Changed: r.queue.Add, Listed: func() { r.listed.Store(true) }})
	running.Wait()
}

func (r *Reconciler) work(ctx context.Context) {
	for {
		name, ok := r.queue.Take(ctx)
		if !ok {
			return
		}
		again, err := r.reconcile(ctx, name)
		if err != nil && ctx.Err() == nil {
			log.Printf("AIAnalysis %s is looked at again: %v", name, err)
		}
		if pause := r.pauseAfter(name, again, err); pause > 0 {
			r.queue.AddAfter(name, pause)
		}
		r.queue.Done(name)
	}
}

// reconcile makes an object's status true. It returns whether the object has to be looked at again, since nothing will
// tell when its analysis goes on.
func (r *Reconciler) reconcile(ctx context.Context, name string) (again bool, err error) {
	object, err := r.Objects.Get(ctx, name)
	if kubernetes.IsNotFound(err) {
		return false, nil // What was found out about it stays stored.
	}
	if err != nil || object.IsSettled() {
		return false, err
	}
	status, observeErr := r.observe(ctx, object)
	if !status.Equal(object.Status) {
		before := object.Status.Phase
		object.Status = status
		if err := r.Objects.UpdateStatus(ctx, object); err != nil {
			return false, err
		}
		log.Printf("AIAnalysis %s: %q -> %q", name, before, status.Phase)
	}
	return !status.Phase.IsFinal(), observeErr
}

// observe returns what the object's status should be. With an error it is the best that is known.
func (r *Reconciler) observe(ctx context.Context, object resource.AIAnalysis) (resource.Status, error) {
	if err := object.Spec.Alert.Validate(); err != nil {
		return resource.Refused(object, err, r.Now()), nil
	}
	id, err := object.AnalysisID()
	if err != nil {
		return object.Status, err
	}
	stored, err := r.Service.Ensure(ctx, id, object.Spec.Alert)
	switch {
	case err == nil:
		return resource.StatusOf(object, stored), nil
	case httpjson.IsRetryable(err):
		return resource.Waiting(object, r.Now()), err
	default:
		return resource.Refused(object, err, r.Now()), nil
	}
}

// pauseAfter is 0 when an object need not be looked at before it changes.
func (r *Reconciler) pauseAfter(name string, again bool, err error) time.Duration {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if err != nil {
		r.failures[name]++
		return r.Retry.Pause(r.failures[name])
	}
	delete(r.failures, name)
	if again {
		return r.LookEvery
	}
	return 0
}
