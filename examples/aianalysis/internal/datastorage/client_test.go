package datastorage

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"example.com/slipway/internal/analysis"
	"example.com/slipway/internal/httpjson"
)

func serve(t *testing.T, handler http.HandlerFunc) Client {
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return NewClient(server.URL)
}

func TestReadReturnsTheAnalysisAndTheCacheOutcome(t *testing.T) {
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/analyses/1" {
			t.Errorf("path = %s", r.URL.Path)
		}
		w.Header().Set("X-Cache", "hit")
		httpjson.Respond(w, http.StatusOK, analysis.Analysis{ID: "1", Phase: analysis.Pending})
	})
	stored, err := client.Read(context.Background(), "1")
	if err != nil || stored.ID != "1" || stored.CacheOutcome != "hit" {
		t.Errorf("stored = %+v, err = %v", stored, err)
	}
}

func TestReadTellsNotFoundFromOtherProblems(t *testing.T) {
	for status, wantNotFound := range map[int]bool{http.StatusNotFound: true, http.StatusServiceUnavailable: false} {
		client := serve(t, func(w http.ResponseWriter, _ *http.Request) { httpjson.RespondProblem(w, status, "no") })
		_, err := client.Read(context.Background(), "1")
		if err == nil || errors.Is(err, ErrNotFound) != wantNotFound {
			t.Errorf("status %d: err = %v", status, err)
		}
	}
}

func TestListUnfinishedAsksForThePhases(t *testing.T) {
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if got := r.URL.RawQuery; got != "phase=Pending&phase=Investigating" {
			t.Errorf("query = %s", got)
		}
		httpjson.Respond(w, http.StatusOK, analysis.List{Items: []analysis.Analysis{{ID: "1"}}})
	})
	listed, err := client.ListUnfinished(context.Background())
	if err != nil || len(listed) != 1 {
		t.Errorf("listed = %+v, err = %v", listed, err)
	}
}
