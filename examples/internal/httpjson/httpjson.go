// Package httpjson reads and writes JSON bodies over HTTP, on the server's and on the client's side.
package httpjson

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
)

const maxBodyBytes = 256 << 10

// Problem is the body of every answer that is not a success.
type Problem struct {
	Error string `json:"error"`
}

// Decode reads exactly one JSON value without unknown fields from the request's body.
func Decode(r *http.Request, target any) error {
	decoder := json.NewDecoder(http.MaxBytesReader(nil, r.Body, maxBodyBytes))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(target); err != nil {
		return fmt.Errorf("the body is not the JSON that is expected here: %w", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errors.New("the body holds more than one JSON value")
	}
	return nil
}

// Respond writes value as the answer's body.
func Respond(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(value); err != nil {
		log.Printf("an answer was not sent: %v", err)
	}
}

// RespondProblem writes a Problem with this message.
func RespondProblem(w http.ResponseWriter, status int, message string) {
	Respond(w, status, Problem{Error: message})
}

// StatusError is an answer whose status is not 2xx.
type StatusError struct {
	Status  int
	Message string
}

func (e *StatusError) Error() string {
	return fmt.Sprintf("answered %d: %s", e.Status, e.Message)
}

// IsRetryable reports whether the same request may succeed later: the server was at fault or too busy, or never answered.
func IsRetryable(err error) bool {
	var status *StatusError
	if errors.As(err, &status) {
		return status.Status >= 500 || status.Status == http.StatusTooManyRequests
	}
	return true
}

// Call sends a request with body (nil for none), decodes a 2xx answer into target (nil to ignore it) and returns the
// answer's headers. Any other status is a *StatusError where the answer is JSON, as all of our services' are. What is not JSON
// comes from somebody between here and the service (on Kubernetes a connection that is made in the moment in which the service
// gets its first endpoint may leave the cluster, and a proxy may take it): such a connection is not used again.
func Call(ctx context.Context, client *http.Client, method, url string, body, target any) (http.Header, error) {
	request, err := newRequest(ctx, method, url, body)
	if err != nil {
		return nil, err
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, fmt.Errorf("the answer of %s broke off: %w", url, err)
	}
	if response.StatusCode < 200 || response.StatusCode > 299 {
		if !json.Valid(answer) {
			client.CloseIdleConnections()
			return nil, fmt.Errorf("answered %d, by other than the service: %.200q", response.StatusCode, answer)
		}
		return nil, &StatusError{Status: response.StatusCode, Message: problemMessage(answer)}
	}
	if target == nil {
		return response.Header, nil
	}
	if err := json.Unmarshal(answer, target); err != nil {
		return nil, fmt.Errorf("the answer of %s is not the JSON that is expected: %w", url, err)
	}
	return response.Header, nil
}

func newRequest(ctx context.Context, method, url string, body any) (*http.Request, error) {
	if body == nil {
		return http.NewRequestWithContext(ctx, method, url, nil)
	}
	encoded, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	request, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(encoded))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/json")
	return request, nil
}

func problemMessage(answer []byte) string {
	var problem Problem
	if json.Unmarshal(answer, &problem) == nil && problem.Error != "" {
		return problem.Error
	}
	return string(bytes.TrimSpace(answer))
}
