package analyses

import (
	"context"
	"log"

	"example.com/slipway/internal/analysis"
)

// CacheOutcome tells a reader where an analysis came from.
type CacheOutcome string

// The outcomes of asking the cache.
const (
	CacheHit         CacheOutcome = "hit"
	CacheMiss        CacheOutcome = "miss"
	CacheUnavailable CacheOutcome = "unavailable"
)

// Finder finds stored analyses.
type Finder interface {
	// Find returns ErrNotFound when there is no such analysis.
	Find(ctx context.Context, id string) (analysis.Analysis, error)
}

// Cache keeps copies of analyses for a while.
type Cache interface {
	// Get returns false when the cache has no such analysis; an error only when the cache itself does not work.
	Get(ctx context.Context, id string) (analysis.Analysis, bool, error)
	Put(ctx context.Context, a analysis.Analysis) error
}

// Reader reads analyses by way of the cache.
type Reader struct {
	Store Finder
	Cache Cache
}

// Read returns the stored analysis. Only finished analyses are cached: they never change, so a copy is never stale. A
// cache that does not work costs time, and never the answer.
func (r Reader) Read(ctx context.Context, id string) (analysis.Analysis, CacheOutcome, error) {
	cached, found, cacheErr := r.Cache.Get(ctx, id)
	if cacheErr == nil && found {
		return cached, CacheHit, nil
	}
	stored, err := r.Store.Find(ctx, id)
	if err != nil {
		return analysis.Analysis{}, CacheMiss, err
	}
	if cacheErr == nil && stored.Phase.IsFinal() {
		cacheErr = r.Cache.Put(ctx, stored)
	}
	if cacheErr != nil {
		log.Printf("the cache is unavailable; read %s from the database: %v", id, cacheErr)
		return stored, CacheUnavailable, nil
	}
	return stored, CacheMiss, nil
}
