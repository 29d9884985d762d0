// Package datastorage keeps analyses in the datastorage service.
package datastorage

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"example.com/slipway/internal/analysis"
	"example.com/slipway/internal/httpjson"
)

const timeout = 3 * time.Second

// ErrNotFound says that no analysis with this ID is stored.
var ErrNotFound = errors.New("no analysis with this id is stored")

// Client talks to datastorage.
type Client struct {
	baseURL string
	http    *http.Client
}

// Stored is an analysis with the cache's part in reading it: hit, miss or unavailable.
type Stored struct {
	analysis.Analysis
	CacheOutcome string
}

// NewClient returns a client of the service at baseURL.
func NewClient(baseURL string) Client {
	return Client{baseURL: baseURL, http: &http.Client{Timeout: timeout}}
}

// Save stores an analysis; it may be called again when an answer got lost.
func (c Client) Save(ctx context.Context, a analysis.Analysis) error {
	_, err := httpjson.Call(ctx, c.http, http.MethodPut, c.analysisURL(a.ID), a, nil)
	return err
}

// Read returns a stored analysis, or ErrNotFound.
func (c Client) Read(ctx context.Context, id string) (Stored, error) {
	var stored Stored
	header, err := httpjson.Call(ctx, c.http, http.MethodGet, c.analysisURL(id), nil, &stored.Analysis)
	var status *httpjson.StatusError
	if errors.As(err, &status) && status.Status == http.StatusNotFound {
		return Stored{}, ErrNotFound
	}
	if err != nil {
		return Stored{}, err
	}
	stored.CacheOutcome = header.Get("X-Cache")
	return stored, nil
}

// Find is Read for those who do not care about the cache.
func (c Client) Find(ctx context.Context, id string) (analysis.Analysis, error) {
	stored, err := c.Read(ctx, id)
	return stored.Analysis, err
}

// ListUnfinished returns the newest analyses that are not in a final phase.
func (c Client) ListUnfinished(ctx context.Context) ([]analysis.Analysis, error) {
	return c.List(ctx, analysis.Unfinished...)
}

// List returns the newest analyses in these phases; no phases means all.
func (c Client) List(ctx context.Context, phases ...analysis.Phase) ([]analysis.Analysis, error) {
	query := url.Values{}
	for _, phase := range phases {
		query.Add("phase", string(phase))
	}
	var list analysis.List
	_, err := httpjson.Call(ctx, c.http, http.MethodGet, c.baseURL+"/analyses?"+query.Encode(), nil, &list)
	return list.Items, err
}

func (c Client) analysisURL(id string) string {
	return c.baseURL + "/analyses/" + url.PathEscape(id)
}
