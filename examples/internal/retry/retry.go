// Package retry repeats an operation a bounded number of times.
package retry

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Policy says how often an operation is tried and how long the pauses are: FirstPause, then twice as long each time.
type Policy struct {
	Attempts   int
	FirstPause time.Duration
	MaxPause   time.Duration
	// Sleep waits for d or until ctx ends. The default is the clock's; tests give their own.
	Sleep func(ctx context.Context, d time.Duration) error
}

type permanentError struct{ error }

func (p permanentError) Unwrap() error { return p.error }

// Permanent marks an error that another attempt would not change.
func Permanent(err error) error {
	return permanentError{err}
}

// Do runs operation until it succeeds, fails with a Permanent error, has used all attempts, or ctx ends.
// The error says how many attempts were made and wraps the last one's.
func (p Policy) Do(ctx context.Context, operation func(context.Context) error) error {
	for attempt := 1; ; attempt++ {
		err := operation(ctx)
		if err == nil {
			return nil
		}
		var permanent permanentError
		if errors.As(err, &permanent) {
			return permanent.error
		}
		if attempt >= p.Attempts {
			return fmt.Errorf("gave up after %d attempts: %w", attempt, err)
		}
		if sleepErr := p.sleep(ctx, p.Pause(attempt)); sleepErr != nil {
			return fmt.Errorf("interrupted after %d attempts: %w", attempt, sleepErr)
		}
	}
}

// Pause returns how long to wait after so many failures in a row; without a MaxPause that is at most a day.
func (p Policy) Pause(failures int) time.Duration {
	longest := p.MaxPause
	if longest == 0 {
		longest = 24 * time.Hour
	}
	pause := p.FirstPause
	for ; failures > 1 && pause < longest; failures-- {
		pause *= 2
	}
	if pause > longest {
		return longest
	}
	return pause
}

func (p Policy) sleep(ctx context.Context, d time.Duration) error {
	if p.Sleep != nil {
		return p.Sleep(ctx, d)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
