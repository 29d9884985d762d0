// Package kubernetes talks to the API server of the cluster that the process runs in. It knows no more of its API than a
// small controller needs: a client library would be ten times this service.
package kubernetes

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// requestTimeout is for every request but a watch.
const requestTimeout = 10 * time.Second

// Client sends requests to one API server. Create it with InCluster, or with NewClient.
type Client struct {
	baseURL string
	http    *http.Client
	// token is asked for at each request: the kubelet replaces it about once an hour.
	token func() (string, error)
}

// NewClient returns a client of the API server at baseURL; token may be nil where none is needed.
func NewClient(baseURL string, httpClient *http.Client, token func() (string, error)) Client {
	return Client{baseURL: baseURL, http: httpClient, token: token}
}

// StatusError is an answer of the API server that is not a success.
type StatusError struct {
	Code    int
	Reason  string
	Message string
}

func (e *StatusError) Error() string {
	return fmt.Sprintf("the API server answered %d %s: %s", e.Code, e.Reason, e.Message)
}

// IsNotFound reports whether the API server said that there is no such object.
func IsNotFound(err error) bool {
	return hasCode(err, http.StatusNotFound)
}

// IsConflict reports whether an object was changed by somebody else since it was read, or exists already.
func IsConflict(err error) bool {
	return hasCode(err, http.StatusConflict)
}

func hasCode(err error, code int) bool {
	var status *StatusError
	return errors.As(err, &status) && status.Code == code
}

// Get reads the object at path into target.
func (c Client) Get(ctx context.Context, path string, target any) error {
	return c.call(ctx, http.MethodGet, path, nil, target)
}

// Create makes an object in the collection at path, and reads what it became into target.
func (c Client) Create(ctx context.Context, path string, object, target any) error {
	return c.call(ctx, http.MethodPost, path, object, target)
}

// Update replaces the object at path, and reads what it became into target (nil to ignore it). With a resourceVersion in
// its metadata, IsConflict of the error tells that the object was changed meanwhile.
func (c Client) Update(ctx context.Context, path string, object, target any) error {
	return c.call(ctx, http.MethodPut, path, object, target)
}

func (c Client) call(ctx context.Context, method, path string, body, target any) error {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	response, err := c.send(ctx, method, path, body)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if target == nil {
		return nil
	}
	if err := json.NewDecoder(response.Body).Decode(target); err != nil {
		return fmt.Errorf("the answer of %s %s: %w", method, path, err)
	}
	return nil
}

// send returns a 2xx answer, whose body the caller closes. Any other is a *StatusError.
func (c Client) send(ctx context.Context, method, path string, body any) (*http.Response, error) {
	encoded, err := encode(body)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, method, c.baseURL+path, encoded)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Content-Type", "application/json")
	if err := c.authorize(request); err != nil {
		return nil, err
	}
	response, err := c.http.Do(request)
	if err != nil {
		return nil, err
	}
	if response.StatusCode >= 200 && response.StatusCode <= 299 {
		return response, nil
	}
	defer response.Body.Close()
	return nil, readStatusError(response)
}

func (c Client) authorize(request *http.Request) error {
	if c.token == nil {
		return nil
	}
	token, err := c.token()
	if err != nil {
		return fmt.Errorf("the service account's token: %w", err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	return nil
}

func encode(body any) (io.Reader, error) {
	if body == nil {
		return http.NoBody, nil
	}
	encoded, err := json.Marshal(body)
	return bytes.NewReader(encoded), err
}

// readStatusError reads a Status of the API; something between it and us may answer in another way.
func readStatusError(response *http.Response) *StatusError {
	const most = 64 << 10
	failed := &StatusError{Code: response.StatusCode}
	answer, err := io.ReadAll(io.LimitReader(response.Body, most))
	if err != nil {
		failed.Message = err.Error()
		return failed
	}
	var status struct {
		Reason  string `json:"reason"`
		Message string `json:"message"`
	}
	if json.Unmarshal(answer, &status) != nil || status.Message == "" {
		status.Message = string(bytes.TrimSpace(answer))
	}
	failed.Reason, failed.Message = status.Reason, status.Message
	return failed
}
