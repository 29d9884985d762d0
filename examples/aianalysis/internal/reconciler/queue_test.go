package reconciler

import (
	"context"
	"testing"
	"time"
)

func take(t *testing.T, queue *Queue) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	name, ok := queue.Take(ctx)
	if !ok {
		t.Fatal("nothing to take")
	}
	return name
}

func isEmpty(queue *Queue) bool {
	_, found := queue.next()
	return !found
}

func TestAQueueHoldsANameOnce(t *testing.T) {
	queue := NewQueue()
	queue.Add("a")
	queue.Add("b")
	queue.Add("a")
	if first, second := take(t, queue), take(t, queue); first != "a" || second != "b" {
		t.Errorf("taken: %s, %s", first, second)
	}
	if !isEmpty(queue) {
		t.Error("a name was in the queue twice")
	}
}

func TestWhatIsWorkedOnComesAgainAfterwards(t *testing.T) {
	queue := NewQueue()
	queue.Add("a")
	take(t, queue)
	queue.Add("a")
	queue.Add("a")
	if !isEmpty(queue) {
		t.Fatal("two workers have the same name")
	}
	queue.Done("a")
	if got := take(t, queue); got != "a" {
		t.Errorf("taken: %s", got)
	}
	queue.Done("a")
	if !isEmpty(queue) {
		t.Error("it comes a third time")
	}
}

func TestTakeWaitsAndEndsWithItsContext(t *testing.T) {
	queue := NewQueue()
	queue.AddAfter("late", 10*time.Millisecond)
	if got := take(t, queue); got != "late" {
		t.Errorf("taken: %s", got)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if name, ok := queue.Take(ctx); ok {
		t.Errorf("taken: %s", name)
	}
}

func TestWhoTakesOneWakesAnotherWorkerForTheNext(t *testing.T) {
	queue := NewQueue()
	queue.Add("a")
	queue.Add("b")
	<-queue.wake // Both were added before anybody looked: there is one call for the two.
	take(t, queue)
	select {
	case <-queue.wake:
	default:
		t.Error("nobody is called for the second name")
	}
	take(t, queue)
	select {
	case <-queue.wake:
		t.Error("somebody is called for nothing")
	default:
	}
}
