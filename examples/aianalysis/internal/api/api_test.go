package api

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"example.com/slipway/aianalysis/internal/datastorage"
	"example.com/slipway/internal/analysis"
)

const (
	id        = "0b0f5c1e-6f0a-4c55-9d2b-111111111111"
	alertBody = `{"alert":{"name":"KubePodCrashLooping","namespace":"shop","message":"exit code 137"}}`
)

type fakeBackend struct {
	err       error
	alert     analysis.Alert
	resumed   bool
	saved     []analysis.Analysis
	submitted []string
}

func (f *fakeBackend) Read(context.Context, string) (datastorage.Stored, error) {
	return datastorage.Stored{Analysis: analysis.Analysis{ID: id, Alert: f.alert}, CacheOutcome: "hit"}, f.err
}

func (f *fakeBackend) List(context.Context, ...analysis.Phase) ([]analysis.Analysis, error) {
	return []analysis.Analysis{}, f.err
}

func (f *fakeBackend) Save(_ context.Context, a analysis.Analysis) error {
	f.saved = append(f.saved, a)
	return f.err
}

func (f *fakeBackend) Submit(id string) { f.submitted = append(f.submitted, id) }
func (f *fakeBackend) HasResumed() bool { return f.resumed }

func answer(backend *fakeBackend, method, path, body string) *httptest.ResponseRecorder {
	api := API{
		Storage:    backend,
		Controller: backend,
		Version:    http.NotFoundHandler(),
		NewID:      func() string { return id },
		Now:        time.Now,
	}
	recorder := httptest.NewRecorder()
	api.Handler().ServeHTTP(recorder, httptest.NewRequest(method, path, strings.NewReader(body)))
	return recorder
}

func TestStatusCodes(t *testing.T) {
	errDown := errors.New("connection refused")
	for name, test := range map[string]struct {
		method, path, body string
		err                error
		want               int
	}{
		"alive":                        {http.MethodGet, "/healthz", "", errDown, 204},
		"not ready before resuming":    {http.MethodGet, "/readyz", "", nil, 503},
		"submit":                       {http.MethodPost, "/analyses", alertBody, nil, 202},
		"submit without an alert":      {http.MethodPost, "/analyses", `{}`, nil, 400},
		"submit an alert without name": {http.MethodPost, "/analyses", `{"alert":{"namespace":"shop"}}`, nil, 400},
		"submit a misspelt field":      {http.MethodPost, "/analyses", `{"alerts":{}}`, nil, 400},
		"submit while storage is down": {http.MethodPost, "/analyses", alertBody, errDown, 503},
		"ensure without an alert":      {http.MethodPut, "/analyses/" + id, `{}`, nil, 400},
		"ensure an id in upper case":   {http.MethodPut, "/analyses/" + strings.ToUpper(id), alertBody, nil, 400},
		"ensure another alert":         {http.MethodPut, "/analyses/" + id, alertBody, nil, 409},
		"ensure while storage is down": {http.MethodPut, "/analyses/" + id, alertBody, errDown, 503},
		"read":                         {http.MethodGet, "/analyses/" + id, "", nil, 200},
		"read something unknown":       {http.MethodGet, "/analyses/" + id, "", datastorage.ErrNotFound, 404},
		"read an id that is not one":   {http.MethodGet, "/analyses/1", "", nil, 400},
		"list while storage is down":   {http.MethodGet, "/analyses", "", errDown, 503},
	} {
		t.Run(name, func(t *testing.T) {
			got := answer(&fakeBackend{err: test.err}, test.method, test.path, test.body)
			if got.Code != test.want {
				t.Errorf("status = %d, want %d; body %s", got.Code, test.want, got.Body)
			}
		})
	}
}

func TestSubmitStoresThenSubmits(t *testing.T) {
	backend := &fakeBackend{}
	got := answer(backend, http.MethodPost, "/analyses", alertBody)
	if len(backend.saved) != 1 || backend.saved[0].Phase != analysis.Pending {
		t.Errorf("saved = %+v", backend.saved)
	}
	if len(backend.submitted) != 1 || got.Header().Get("Location") != "/analyses/"+id {
		t.Errorf("submitted = %v, Location = %q", backend.submitted, got.Header().Get("Location"))
	}
}

func TestWhatWasNotStoredIsNotSubmitted(t *testing.T) {
	backend := &fakeBackend{err: errors.New("connection refused")}
	answer(backend, http.MethodPost, "/analyses", alertBody)
	if len(backend.submitted) != 0 {
		t.Errorf("submitted = %v, want none", backend.submitted)
	}
}

// absent is a backend that has stored nothing yet.
type absent struct{ fakeBackend }

func (a *absent) Read(context.Context, string) (datastorage.Stored, error) {
	return datastorage.Stored{}, datastorage.ErrNotFound
}

func TestEnsureBeginsWhatThereIsNot(t *testing.T) {
	backend := &absent{}
	api := API{Storage: backend, Controller: backend, Version: http.NotFoundHandler(), Now: time.Now}
	got := httptest.NewRecorder()
	api.Handler().ServeHTTP(got, httptest.NewRequest(http.MethodPut, "/analyses/"+id, strings.NewReader(alertBody)))
	if got.Code != 202 || len(backend.saved) != 1 || backend.saved[0].ID != id || backend.saved[0].Phase != analysis.Pending {
		t.Errorf("status = %d, saved = %+v", got.Code, backend.saved)
	}
	if len(backend.submitted) != 1 || backend.submitted[0] != id {
		t.Errorf("submitted = %v", backend.submitted)
	}
}

func TestEnsureAnswersWithWhatThereIs(t *testing.T) {
	stored := analysis.Alert{Name: "KubePodCrashLooping", Namespace: "shop", Message: "exit code 137"}
	backend := &fakeBackend{alert: stored}
	got := answer(backend, http.MethodPut, "/analyses/"+id, alertBody)
	if got.Code != 200 || len(backend.saved) != 0 || len(backend.submitted) != 0 {
		t.Errorf("status = %d, saved = %v, submitted = %v", got.Code, backend.saved, backend.submitted)
	}
}

func TestReadyOnceResumed(t *testing.T) {
	if got := answer(&fakeBackend{resumed: true}, http.MethodGet, "/readyz", "").Code; got != 204 {
		t.Errorf("status = %d, want 204", got)
	}
}

func TestReadPassesTheCacheOutcomeOn(t *testing.T) {
	if got := answer(&fakeBackend{}, http.MethodGet, "/analyses/"+id, "").Header().Get("X-Cache"); got != "hit" {
		t.Errorf("X-Cache = %q, want hit", got)
	}
}
