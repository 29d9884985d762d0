// Package rediscache keeps copies of analyses in Redis.
package rediscache

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"

	"example.com/slipway/internal/analysis"
)

const (
	keyPrefix = "analysis:"
	lifetime  = 10 * time.Minute
	// A cache that needs longer than this is no help to a read that takes a few milliseconds without it.
	timeout = 200 * time.Millisecond
)

// Cache is a Redis server.
type Cache struct {
	client *redis.Client
}

// New returns a cache at address (host:port). It connects when it is first used.
func New(address string) Cache {
	return Cache{client: redis.NewClient(&redis.Options{
		Addr:         address,
		DialTimeout:  timeout,
		ReadTimeout:  timeout,
		WriteTimeout: timeout,
		MaxRetries:   -1, // none
	})}
}

// Close frees the connections.
func (c Cache) Close() error {
	return c.client.Close()
}

// Get returns the cached analysis; false when there is none.
func (c Cache) Get(ctx context.Context, id string) (analysis.Analysis, bool, error) {
	encoded, err := c.client.Get(ctx, keyPrefix+id).Bytes()
	if errors.Is(err, redis.Nil) {
		return analysis.Analysis{}, false, nil
	}
	if err != nil {
		return analysis.Analysis{}, false, err
	}
	var cached analysis.Analysis
	if err := json.Unmarshal(encoded, &cached); err != nil {
		return analysis.Analysis{}, false, err
	}
	return cached, true, nil
}

// Put caches an analysis.
func (c Cache) Put(ctx context.Context, a analysis.Analysis) error {
	encoded, err := json.Marshal(a)
	if err != nil {
		return err
	}
	return c.client.Set(ctx, keyPrefix+a.ID, encoded, lifetime).Err()
}
