package retry

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"
)

var errDown = errors.New("connection refused")

func policyThatRecords(pauses *[]time.Duration) Policy {
	return Policy{
		Attempts:   5,
		FirstPause: 100 * time.Millisecond,
		MaxPause:   300 * time.Millisecond,
		Sleep: func(_ context.Context, d time.Duration) error {
			*pauses = append(*pauses, d)
			return nil
		},
	}
}

func TestDoStopsAtTheFirstSuccess(t *testing.T) {
	var pauses []time.Duration
	attempts := 0
	err := policyThatRecords(&pauses).Do(context.Background(), func(context.Context) error {
		attempts++
		if attempts < 3 {
			return errDown
		}
		return nil
	})
	if err != nil || attempts != 3 || len(pauses) != 2 {
		t.Errorf("err = %v, attempts = %d, pauses = %v", err, attempts, pauses)
	}
}

func TestDoDoublesThePauseUpToItsLimitAndGivesUp(t *testing.T) {
	var pauses []time.Duration
	err := policyThatRecords(&pauses).Do(context.Background(), func(context.Context) error { return errDown })
	if !errors.Is(err, errDown) || err.Error() != "gave up after 5 attempts: connection refused" {
		t.Errorf("err = %v", err)
	}
	want := []time.Duration{100e6, 200e6, 300e6, 300e6}
	if !reflect.DeepEqual(pauses, want) {
		t.Errorf("pauses = %v, want %v", pauses, want)
	}
}

func TestDoDoesNotRepeatAPermanentError(t *testing.T) {
	var pauses []time.Duration
	attempts := 0
	err := policyThatRecords(&pauses).Do(context.Background(), func(context.Context) error {
		attempts++
		return Permanent(errDown)
	})
	if err != errDown || attempts != 1 {
		t.Errorf("err = %v, attempts = %d", err, attempts)
	}
}

func TestDoEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	policy := Policy{Attempts: 10, FirstPause: time.Hour}
	err := policy.Do(ctx, func(context.Context) error {
		cancel()
		return errDown
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v, want context.Canceled", err)
	}
}

func TestPauseGrowsToItsLimit(t *testing.T) {
	limited := Policy{FirstPause: 100 * time.Millisecond, MaxPause: 300 * time.Millisecond}
	for failures, want := range []time.Duration{100e6, 100e6, 200e6, 300e6, 300e6} {
		if got := limited.Pause(failures); got != want {
			t.Errorf("after %d failures %s, want %s", failures, got, want)
		}
	}
	if got := (Policy{FirstPause: time.Second}).Pause(1_000_000); got != 24*time.Hour {
		t.Errorf("without a limit %s, want a day at most", got)
	}
}
