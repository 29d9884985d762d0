package httpjson

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

type greeting struct {
	Hello string `json:"hello"`
}

func TestDecodeTakesExactlyTheExpectedValue(t *testing.T) {
	for name, test := range map[string]struct {
		body string
		want string
	}{
		"valid":         {`{"hello":"world"}`, ""},
		"empty":         {``, "EOF"},
		"not JSON":      {`hello`, "not the JSON"},
		"unknown field": {`{"hello":"world","bye":1}`, `unknown field "bye"`},
		"two values":    {`{"hello":"world"}{}`, "more than one"},
		"too large":     {`{"hello":"` + strings.Repeat("x", maxBodyBytes) + `"}`, "too large"},
	} {
		t.Run(name, func(t *testing.T) {
			var decoded greeting
			err := Decode(httptest.NewRequest(http.MethodPost, "/", strings.NewReader(test.body)), &decoded)
			if test.want == "" && (err != nil || decoded.Hello != "world") {
				t.Errorf("decoded = %+v, err = %v", decoded, err)
			}
			if test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("err = %v, want one with %q", err, test.want)
			}
		})
	}
}

func TestCallSendsAndReceives(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var received greeting
		if err := Decode(r, &received); err != nil {
			RespondProblem(w, http.StatusBadRequest, err.Error())
			return
		}
		w.Header().Set("X-Cache", "hit")
		Respond(w, http.StatusOK, greeting{Hello: "and " + received.Hello})
	}))
	defer server.Close()

	var answer greeting
	header, err := Call(context.Background(), server.Client(), http.MethodPost, server.URL, greeting{Hello: "you"}, &answer)
	if err != nil || answer.Hello != "and you" || header.Get("X-Cache") != "hit" {
		t.Errorf("answer = %+v, header = %v, err = %v", answer, header, err)
	}
}

func TestCallReturnsTheProblemsMessage(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		RespondProblem(w, http.StatusNotFound, "no such thing")
	}))
	defer server.Close()

	_, err := Call(context.Background(), server.Client(), http.MethodGet, server.URL, nil, nil)
	var status *StatusError
	if !errors.As(err, &status) || status.Status != 404 || status.Message != "no such thing" {
		t.Errorf("err = %v", err)
	}
}

// A proxy that took a connection once would otherwise answer all that comes later, since connections are kept.
func TestCallNeverAsksAgainOnAConnectionOfSomebodyElse(t *testing.T) {
	var lock sync.Mutex
	asked := map[string]int{} // by connection
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lock.Lock()
		defer lock.Unlock()
		asked[r.RemoteAddr]++
		if len(asked) == 1 {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		Respond(w, http.StatusOK, greeting{Hello: "you"})
	}))
	defer server.Close()

	_, err := Call(context.Background(), server.Client(), http.MethodGet, server.URL, nil, nil)
	if err == nil || !strings.Contains(err.Error(), "answered 404, by other than the service") || !IsRetryable(err) {
		t.Errorf("err = %v, want one that is retryable", err)
	}
	var answer greeting
	if _, err := Call(context.Background(), server.Client(), http.MethodGet, server.URL, nil, &answer); err != nil || answer.Hello != "you" {
		t.Errorf("answer = %+v, err = %v, asked = %v", answer, err, asked)
	}
}

func TestOnlyTheServersFaultsAreRetryable(t *testing.T) {
	for name, test := range map[string]struct {
		err  error
		want bool
	}{
		"no answer":           {errors.New("connection refused"), true},
		"service unavailable": {&StatusError{Status: 503}, true},
		"too many requests":   {&StatusError{Status: 429}, true},
		"bad request":         {&StatusError{Status: 400}, false},
		"conflict":            {&StatusError{Status: 409}, false},
	} {
		if got := IsRetryable(test.err); got != test.want {
			t.Errorf("%s: IsRetryable = %v, want %v", name, got, test.want)
		}
	}
}
