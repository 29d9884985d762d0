package controller

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"testing"
	"time"

	"example.com/slipway/internal/analysis"
	"example.com/slipway/internal/httpjson"
	"example.com/slipway/internal/retry"
)

var (
	alert = analysis.Alert{Name: "KubePodCrashLooping", Namespace: "shop"}
	now   = time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)
)

// memory is a Storage that remembers every phase in which an analysis was stored.
type memory struct {
	mutex    sync.Mutex
	analyses map[string]analysis.Analysis
	phases   []analysis.Phase
	saveErrs []error
}

func storageWith(stored ...analysis.Analysis) *memory {
	m := &memory{analyses: map[string]analysis.Analysis{}}
	for _, a := range stored {
		m.analyses[a.ID] = a
	}
	return m
}

func (m *memory) Find(_ context.Context, id string) (analysis.Analysis, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	return m.analyses[id], nil
}

func (m *memory) ListUnfinished(context.Context) ([]analysis.Analysis, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	var unfinished []analysis.Analysis
	for _, a := range m.analyses {
		if !a.Phase.IsFinal() {
			unfinished = append(unfinished, a)
		}
	}
	return unfinished, nil
}

func (m *memory) Save(_ context.Context, a analysis.Analysis) error {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if len(m.saveErrs) > 0 {
		err := m.saveErrs[0]
		m.saveErrs = m.saveErrs[1:]
		return err
	}
	m.analyses[a.ID] = a
	m.phases = append(m.phases, a.Phase)
	return nil
}

type investigatorFunc func(ctx context.Context) (analysis.Finding, error)

func (f investigatorFunc) Investigate(ctx context.Context, _ analysis.Alert) (analysis.Finding, error) {
	return f(ctx)
}

var findsOutOfMemory = investigatorFunc(func(context.Context) (analysis.Finding, error) {
	return analysis.Finding{RootCause: "out of memory"}, nil
})

func controllerWith(storage *memory, investigator Investigator) *Controller {
	return New(Settings{
		Storage:      storage,
		Investigator: investigator,
		Retry:        retry.Policy{Attempts: 3},
		ResumeEvery:  time.Millisecond,
		Now:          func() time.Time { return now },
	})
}

func TestDriveStoresEveryPhase(t *testing.T) {
	storage := storageWith(analysis.New("1", alert, now))
	if err := controllerWith(storage, findsOutOfMemory).drive(context.Background(), "1"); err != nil {
		t.Fatal(err)
	}
	want := []analysis.Phase{analysis.Investigating, analysis.Completed}
	if !reflect.DeepEqual(storage.phases, want) {
		t.Errorf("stored phases = %v, want %v", storage.phases, want)
	}
	if got := storage.analyses["1"].Finding.RootCause; got != "out of memory" {
		t.Errorf("root cause = %q", got)
	}
}

func TestDriveFailsAnAnalysisWithTheInvestigatorsReason(t *testing.T) {
	storage := storageWith(analysis.New("1", alert, now))
	down := investigatorFunc(func(context.Context) (analysis.Finding, error) {
		return analysis.Finding{}, errors.New("nobody answered")
	})
	if err := controllerWith(storage, down).drive(context.Background(), "1"); err != nil {
		t.Fatal(err)
	}
	if got := storage.analyses["1"]; got.Phase != analysis.Failed || got.FailureReason != "nobody answered" {
		t.Errorf("stored = %+v", got)
	}
}

func TestDriveLeavesAnInterruptedAnalysisUnfinished(t *testing.T) {
	storage := storageWith(analysis.New("1", alert, now))
	ctx, cancel := context.WithCancel(context.Background())
	interrupted := investigatorFunc(func(ctx context.Context) (analysis.Finding, error) {
		cancel()
		return analysis.Finding{}, ctx.Err()
	})
	if err := controllerWith(storage, interrupted).drive(ctx, "1"); !errors.Is(err, context.Canceled) {
		t.Errorf("err = %v, want context.Canceled", err)
	}
	if got := storage.analyses["1"].Phase; got != analysis.Investigating {
		t.Errorf("phase = %s, want %s", got, analysis.Investigating)
	}
}

func TestDriveOffersAPhaseAgainUnlessItIsRefused(t *testing.T) {
	unavailable := &httpjson.StatusError{Status: 503}
	refused := &httpjson.StatusError{Status: 409}

	storage := storageWith(analysis.New("1", alert, now))
	storage.saveErrs = []error{unavailable, unavailable}
	if err := controllerWith(storage, findsOutOfMemory).drive(context.Background(), "1"); err != nil {
		t.Errorf("after two outages: %v", err)
	}

	storage = storageWith(analysis.New("1", alert, now))
	storage.saveErrs = []error{refused}
	if err := controllerWith(storage, findsOutOfMemory).drive(context.Background(), "1"); !errors.Is(err, refused) {
		t.Errorf("after a refusal: %v, want it returned at once", err)
	}
}

func TestRunFinishesWhatAnEarlierProcessLeft(t *testing.T) {
	pending := analysis.New("1", alert, now)
	investigating, _ := analysis.New("2", alert, now).Investigate(now)
	storage := storageWith(pending, investigating)
	controller := controllerWith(storage, findsOutOfMemory)

	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	stopped := make(chan struct{})
	go func() {
		controller.Run(ctx)
		close(stopped)
	}()
	for ctx.Err() == nil {
		unfinished, _ := storage.ListUnfinished(ctx)
		if len(unfinished) == 0 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	if ctx.Err() != nil {
		t.Error("an analysis was not finished within 5 s")
	}
	if !controller.HasResumed() {
		t.Error("HasResumed() = false")
	}
	cancel()
	<-stopped
}

func TestSubmitNeverBlocksAndNeverQueuesTwice(t *testing.T) {
	controller := controllerWith(storageWith(), findsOutOfMemory)
	controller.Submit("1")
	controller.Submit("1")
	if got := len(controller.queue); got != 1 {
		t.Errorf("%d entries in the queue, want 1", got)
	}
	for i := 0; i < 2*queueCapacity; i++ {
		controller.Submit(time.Duration(i).String())
	}
	if got := len(controller.queue); got != queueCapacity {
		t.Errorf("%d entries in the queue, want %d", got, queueCapacity)
	}
}
