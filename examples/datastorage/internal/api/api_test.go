package api

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/slipway/datastorage/internal/analyses"
	"example.com/slipway/datastorage/internal/postgres"
	"example.com/slipway/internal/analysis"
)

const id = "0b0f5c1e-6f0a-4c55-9d2b-111111111111"

const pendingBody = `{"id":"` + id + `","phase":"Pending","alert":{"name":"A","namespace":"shop","message":""},
	"createdAt":"2024-05-01T12:00:00Z","updatedAt":"2024-05-01T12:00:00Z"}`

type fakeStore struct {
	err    error
	filter postgres.Filter
}

func (f *fakeStore) Ping(context.Context) error { return f.err }

func (f *fakeStore) Save(_ context.Context, a analysis.Analysis) (analysis.Analysis, error) {
	return a, f.err
}

func (f *fakeStore) List(_ context.Context, filter postgres.Filter) ([]analysis.Analysis, error) {
	f.filter = filter
	return []analysis.Analysis{}, f.err
}

func (f *fakeStore) History(context.Context, string) ([]analysis.PhaseChange, error) {
	return nil, f.err
}

func (f *fakeStore) Read(context.Context, string) (analysis.Analysis, analyses.CacheOutcome, error) {
	return analysis.Analysis{ID: id}, analyses.CacheHit, f.err
}

func answer(store *fakeStore, method, path, body string) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	handler := API{Store: store, Reader: store, Version: http.NotFoundHandler()}.Handler()
	handler.ServeHTTP(recorder, httptest.NewRequest(method, path, strings.NewReader(body)))
	return recorder
}

func TestStatusCodes(t *testing.T) {
	otherID := strings.Replace(id, "111", "222", 1)
	errDown := errors.New("connection refused")
	for name, test := range map[string]struct {
		method, path, body string
		err                error
		want               int
	}{
		"alive without a database":    {http.MethodGet, "/healthz", "", errDown, 204},
		"ready":                       {http.MethodGet, "/readyz", "", nil, 204},
		"not ready without database":  {http.MethodGet, "/readyz", "", errDown, 503},
		"read":                        {http.MethodGet, "/analyses/" + id, "", nil, 200},
		"read something unknown":      {http.MethodGet, "/analyses/" + id, "", analyses.ErrNotFound, 404},
		"read without a database":     {http.MethodGet, "/analyses/" + id, "", errDown, 503},
		"read an id that is not one":  {http.MethodGet, "/analyses/1", "", nil, 400},
		"save":                        {http.MethodPut, "/analyses/" + id, pendingBody, nil, 200},
		"save under another id":       {http.MethodPut, "/analyses/" + otherID, pendingBody, nil, 400},
		"save nonsense":               {http.MethodPut, "/analyses/" + id, `{}`, nil, 400},
		"save what contradicts":       {http.MethodPut, "/analyses/" + id, pendingBody, analyses.ErrConflict, 409},
		"list an unknown phase":       {http.MethodGet, "/analyses?phase=Lost", "", nil, 400},
		"list too many":               {http.MethodGet, "/analyses?limit=1001", "", nil, 400},
		"history of an unknown id":    {http.MethodGet, "/analyses/" + id + "/phases", "", nil, 404},
		"a method that is not served": {http.MethodDelete, "/analyses/" + id, "", nil, 405},
	} {
		t.Run(name, func(t *testing.T) {
			got := answer(&fakeStore{err: test.err}, test.method, test.path, test.body)
			if got.Code != test.want {
				t.Errorf("status = %d, want %d; body %s", got.Code, test.want, got.Body)
			}
		})
	}
}

func TestReadTellsTheCacheOutcome(t *testing.T) {
	if got := answer(&fakeStore{}, http.MethodGet, "/analyses/"+id, "").Header().Get("X-Cache"); got != "hit" {
		t.Errorf("X-Cache = %q, want hit", got)
	}
}

func TestListFiltersByPhaseAndLimit(t *testing.T) {
	store := &fakeStore{}
	got := answer(store, http.MethodGet, "/analyses?phase=Pending&phase=Investigating&limit=7", "")
	if got.Code != 200 || strings.TrimSpace(got.Body.String()) != `{"items":[]}` {
		t.Errorf("answer = %d %s", got.Code, got.Body)
	}
	if len(store.filter.Phases) != 2 || store.filter.Limit != 7 {
		t.Errorf("filter = %+v", store.filter)
	}
}
