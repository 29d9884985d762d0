package service

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"

	"example.com/slipway/internal/analysis"
	"example.com/slipway/internal/httpjson"
)

func TestEnsureGivesTheIDAndTheAlert(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var submitted Submission
		if err := httpjson.Decode(r, &submitted); err != nil || r.Method != http.MethodPut || r.URL.Path != "/analyses/1" {
			httpjson.RespondProblem(w, http.StatusBadRequest, r.Method+" "+r.URL.Path)
			return
		}
		httpjson.Respond(w, http.StatusOK, analysis.Analysis{ID: "1", Alert: submitted.Alert, Phase: analysis.Pending})
	}))
	defer server.Close()

	got, err := NewClient(server.URL).Ensure(context.Background(), "1", analysis.Alert{Name: "A", Namespace: "b"})
	if err != nil || got.Phase != analysis.Pending || got.Alert.Name != "A" {
		t.Errorf("ensured = %+v, err = %v", got, err)
	}
}

func TestEnsureTellsWhatWasRefused(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		httpjson.RespondProblem(w, http.StatusConflict, "of another alert")
	}))
	defer server.Close()

	_, err := NewClient(server.URL).Ensure(context.Background(), "1", analysis.Alert{})
	var status *httpjson.StatusError
	if !errors.As(err, &status) || status.Status != http.StatusConflict || status.Message != "of another alert" {
		t.Errorf("err = %v", err)
	}
}
