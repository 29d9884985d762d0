package reconciler

import (
	"context"
	"sync"
	"time"
)

// Queue holds the names of objects that have to be looked at. A name is in it once, however often it was added, and is
// worked on by one worker at a time: what is added meanwhile comes after. The rules are those of client-go's workqueue.
type Queue struct {
	mutex   sync.Mutex
	waiting []string
	wanted  map[string]bool
	active  map[string]bool
	wake    chan struct{}
}

// NewQueue returns an empty queue.
func NewQueue() *Queue {
	return &Queue{wanted: map[string]bool{}, active: map[string]bool{}, wake: make(chan struct{}, 1)}
}

// Add asks for an object to be looked at. It never blocks.
func (q *Queue) Add(name string) {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	if q.wanted[name] {
		return
	}
	q.wanted[name] = true
	if !q.active[name] {
		q.offer(name)
	}
}

// AddAfter does the same later.
func (q *Queue) AddAfter(name string, pause time.Duration) {
	time.AfterFunc(pause, func() { q.Add(name) })
}

// Take returns the next name, which is to be given to Done; false when ctx has ended.
func (q *Queue) Take(ctx context.Context) (name string, ok bool) {
	for {
		if name, ok := q.next(); ok {
			return name, true
		}
		select {
		case <-ctx.Done():
			return "", false
		case <-q.wake:
		}
	}
}

// Done says that the work on what Take returned has ended.
func (q *Queue) Done(name string) {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	delete(q.active, name)
	if q.wanted[name] {
		q.offer(name)
	}
}

func (q *Queue) next() (name string, ok bool) {
	q.mutex.Lock()
	defer q.mutex.Unlock()
	if len(q.waiting) == 0 {
		return "", false
	}
	name, q.waiting = q.waiting[0], q.waiting[1:]
	delete(q.wanted, name)
	q.active[name] = true
	if len(q.waiting) > 0 {
		q.signal()
	}
	return name, true
}

func (q *Queue) offer(name string) {
	q.waiting = append(q.waiting, name)
	q.signal()
}

func (q *Queue) signal() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}
