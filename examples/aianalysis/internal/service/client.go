// Package service is aianalysis as its clients see it.
package service

import (
	"context"
	"net/http"
	"net/url"
	"time"

	"example.com/slipway/internal/analysis"
	"example.com/slipway/internal/httpjson"
)

const timeout = 6 * time.Second

// Submission asks for the cause of an alert.
type Submission struct {
	Alert analysis.Alert `json:"alert"`
}

// Client talks to aianalysis.
type Client struct {
	baseURL string
	http    *http.Client
}

// NewClient returns a client of the service at baseURL.
func NewClient(baseURL string) Client {
	return Client{baseURL: baseURL, http: &http.Client{Timeout: timeout}}
}

// Ensure returns the analysis with this ID, which is begun when there is none. It may be called again and again.
func (c Client) Ensure(ctx context.Context, id string, alert analysis.Alert) (analysis.Analysis, error) {
	var ensured analysis.Analysis
	path := c.baseURL + "/analyses/" + url.PathEscape(id)
	_, err := httpjson.Call(ctx, c.http, http.MethodPut, path, Submission{Alert: alert}, &ensured)
	return ensured, err
}
