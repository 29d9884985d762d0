package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/url"
	"time"
)

// The rules and durations are those of client-go v0.34 (tools/leaderelection), which most controllers use.
const (
	// leaseDuration is how long others leave a lease alone that is no longer renewed.
	leaseDuration = 15 * time.Second
	// renewDeadline is when a leader that cannot renew stops working: before others may take over.
	renewDeadline = 10 * time.Second
	renewEvery    = 2 * time.Second
)

const microTime = "2006-01-02T15:04:05.000000Z07:00"

// ErrLeaseLost says that another process may lead now.
var ErrLeaseLost = errors.New("the lease could not be renewed in time")

// Election lets one of several processes work: the one that holds the Lease.
type Election struct {
	Client    Client
	Namespace string
	// Lease is the name of the Lease; it is made when it is missing.
	Lease string
	// Identity is this process: no other one's, not even an earlier one's.
	Identity string
	// Standby is told once the lease is known to be another's.
	Standby func()

	durations durations
}

// durations are another's in tests; those that are zero are as above.
type durations struct{ lease, deadline, every time.Duration }

type lease struct {
	APIVersion string    `json:"apiVersion"`
	Kind       string    `json:"kind"`
	Metadata   Metadata  `json:"metadata"`
	Spec       leaseSpec `json:"spec"`
}

type leaseSpec struct {
	HolderIdentity       string `json:"holderIdentity"`
	LeaseDurationSeconds int    `json:"leaseDurationSeconds,omitempty"`
	AcquireTime          string `json:"acquireTime,omitempty"`
	RenewTime            string `json:"renewTime,omitempty"`
	LeaseTransitions     int    `json:"leaseTransitions"`
}

// observation is a lease as last seen, and since when it has looked like that by our own clock: the clocks of two
// machines need not agree.
type observation struct {
	lease lease
	since time.Time
}

// Lead waits for the lease, and then does work until ctx ends; it gives the lease back and returns nil. It returns
// ErrLeaseLost when the lease could not be kept: work has stopped then, and the process should end.
func (e Election) Lead(ctx context.Context, work func(context.Context)) error {
	if e.durations == (durations{}) {
		e.durations = durations{leaseDuration, renewDeadline, renewEvery}
	}
	held, acquired := e.acquire(ctx)
	if !acquired {
		return nil
	}
	log.Printf("%s leads", e.Identity)
	working, stop := context.WithCancel(ctx)
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		work(working)
	}()
	held, lost := e.renew(ctx, held)
	stop()
	<-stopped
	if lost != nil {
		return lost
	}
	e.release(held)
	return nil
}

func (e Election) acquire(ctx context.Context) (held lease, acquired bool) {
	var seen observation
	for {
		held, acquired, err := e.try(ctx, &seen)
		switch {
		case acquired:
			return held, true
		case err != nil && ctx.Err() == nil:
			log.Printf("the lease %s is not known yet: %v", e.Lease, err)
		case err == nil && e.Standby != nil:
			e.Standby()
		}
		if !sleep(ctx, e.durations.every) {
			return lease{}, false
		}
	}
}

// renew returns when ctx ends, or with an error once the lease was not renewed for the deadline.
func (e Election) renew(ctx context.Context, held lease) (lease, error) {
	renewedAt := time.Now()
	for sleep(ctx, e.durations.every) {
		attempt, cancel := context.WithDeadline(ctx, renewedAt.Add(e.durations.deadline))
		seen := observation{lease: held, since: time.Now()}
		renewed, ours, err := e.try(attempt, &seen)
		cancel()
		switch {
		case ours:
			held, renewedAt = renewed, time.Now()
		case ctx.Err() != nil:
			return held, nil
		case err == nil:
			return held, fmt.Errorf("%w: %s holds it", ErrLeaseLost, seen.lease.Spec.HolderIdentity)
		case time.Since(renewedAt) >= e.durations.deadline:
			return held, fmt.Errorf("%w: %v", ErrLeaseLost, err)
		}
	}
	return held, nil
}

// try takes the lease, or renews it; ours is false without an error while another holds it.
func (e Election) try(ctx context.Context, seen *observation) (held lease, ours bool, err error) {
	var current lease
	err = e.Client.Get(ctx, e.path(), &current)
	if IsNotFound(err) {
		return e.create(ctx)
	}
	if err != nil {
		return lease{}, false, err
	}
	if current.Spec != seen.lease.Spec {
		*seen = observation{lease: current, since: time.Now()}
	}
	holder := current.Spec.HolderIdentity
	expired := time.Since(seen.since) >= e.durations.lease
	if holder != "" && holder != e.Identity && !expired {
		return lease{}, false, nil
	}
	err = e.Client.Update(ctx, e.path(), e.taken(current), &held)
	return held, err == nil, err
}

func (e Election) create(ctx context.Context) (held lease, ours bool, err error) {
	fresh := lease{APIVersion: "coordination.k8s.io/v1", Kind: "Lease", Metadata: Metadata{Name: e.Lease}}
	err = e.Client.Create(ctx, e.collection(), e.taken(fresh), &held)
	return held, err == nil, err
}

// taken returns the lease with this process as its holder.
func (e Election) taken(current lease) lease {
	now := time.Now().UTC().Format(microTime)
	if current.Spec.HolderIdentity != e.Identity {
		if current.Spec.AcquireTime != "" {
			current.Spec.LeaseTransitions++
		}
		current.Spec.AcquireTime = now
	}
	current.Spec.HolderIdentity = e.Identity
	current.Spec.LeaseDurationSeconds = int(e.durations.lease.Seconds())
	if current.Spec.LeaseDurationSeconds < 1 {
		current.Spec.LeaseDurationSeconds = 1
	}
	current.Spec.RenewTime = now
	return current
}

// release lets another process lead at once. Should it fail, the lease ends by itself.
func (e Election) release(held lease) {
	held.Spec.HolderIdentity = ""
	if err := e.Client.Update(context.Background(), e.path(), held, nil); err != nil {
		log.Printf("the lease %s was not given back: %v", e.Lease, err)
	}
}

func (e Election) collection() string {
	return "/apis/coordination.k8s.io/v1/namespaces/" + url.PathEscape(e.Namespace) + "/leases"
}

func (e Election) path() string {
	return e.collection() + "/" + url.PathEscape(e.Lease)
}

// sleep reports whether the time has passed; false when ctx ended before.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
