package analyses

import (
	"context"
	"errors"
	"testing"

	"example.com/slipway/internal/analysis"
)

type memory map[string]analysis.Analysis

func (m memory) Find(_ context.Context, id string) (analysis.Analysis, error) {
	if found, ok := m[id]; ok {
		return found, nil
	}
	return analysis.Analysis{}, ErrNotFound
}

func (m memory) Get(_ context.Context, id string) (analysis.Analysis, bool, error) {
	found, ok := m[id]
	return found, ok, nil
}

func (m memory) Put(_ context.Context, a analysis.Analysis) error {
	m[a.ID] = a
	return nil
}

type brokenCache struct{}

var errCache = errors.New("connection refused")

func (brokenCache) Get(context.Context, string) (analysis.Analysis, bool, error) {
	return analysis.Analysis{}, false, errCache
}

func (brokenCache) Put(context.Context, analysis.Analysis) error { return errCache }

func assertReads(t *testing.T, reader Reader, want ...CacheOutcome) {
	t.Helper()
	for i, wantOutcome := range want {
		read, outcome, err := reader.Read(context.Background(), "1")
		if err != nil || read.ID != "1" || outcome != wantOutcome {
			t.Errorf("read %d: %+v, %s, %v; want outcome %s", i+1, read, outcome, err, wantOutcome)
		}
	}
}

func TestASecondReadOfAFinishedAnalysisIsAHit(t *testing.T) {
	assertReads(t, Reader{memory{"1": inPhase(analysis.Completed)}, memory{}}, CacheMiss, CacheHit, CacheHit)
}

func TestAnUnfinishedAnalysisIsNeverCached(t *testing.T) {
	assertReads(t, Reader{memory{"1": inPhase(analysis.Investigating)}, memory{}}, CacheMiss, CacheMiss)
}

func TestABrokenCacheDoesNotFailReads(t *testing.T) {
	assertReads(t, Reader{memory{"1": inPhase(analysis.Completed)}, brokenCache{}}, CacheUnavailable, CacheUnavailable)
}

func TestAnUnknownIDIsNotFound(t *testing.T) {
	_, _, err := Reader{memory{}, memory{}}.Read(context.Background(), "1")
	if !errors.Is(err, ErrNotFound) {
		t.Errorf("err = %v, want ErrNotFound", err)
	}
}
