// Package investigation asks holmesgpt-api for the cause of an alert.
package investigation

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"example.com/slipway/internal/analysis"
	"example.com/slipway/internal/httpjson"
	"example.com/slipway/internal/retry"
)

const timeout = 3 * time.Second

// Client talks to holmesgpt-api.
type Client struct {
	baseURL string
	http    *http.Client
	retry   retry.Policy
}

// NewClient returns a client of the service at baseURL, which is asked again as policy says.
func NewClient(baseURL string, policy retry.Policy) Client {
	return Client{baseURL: baseURL, http: &http.Client{Timeout: timeout}, retry: policy}
}

// Investigate returns the finding about an alert. It asks again while the service is down or at fault.
func (c Client) Investigate(ctx context.Context, alert analysis.Alert) (analysis.Finding, error) {
	var finding analysis.Finding
	err := c.retry.Do(ctx, func(ctx context.Context) error {
		_, err := httpjson.Call(ctx, c.http, http.MethodPost, c.baseURL+"/investigate", alert, &finding)
		if err != nil && !httpjson.IsRetryable(err) {
			return retry.Permanent(err)
		}
		return err
	})
	if err != nil {
		return analysis.Finding{}, fmt.Errorf("the investigation service gave no finding: %w", err)
	}
	return finding, nil
}
