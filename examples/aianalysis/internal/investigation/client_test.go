package investigation

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"example.com/slipway/internal/analysis"
	"example.com/slipway/internal/httpjson"
	"example.com/slipway/internal/retry"
)

var (
	threeAttempts = retry.Policy{Attempts: 3}
	alert         = analysis.Alert{Name: "KubePodCrashLooping", Namespace: "shop"}
)

// serviceThatAnswers gives these status codes one after the other, and counts.
func serviceThatAnswers(t *testing.T, statuses ...int) (url string, requests *int) {
	requests = new(int)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		status := statuses[*requests]
		*requests++
		if status != http.StatusOK {
			httpjson.RespondProblem(w, status, "no")
			return
		}
		httpjson.Respond(w, status, analysis.Finding{RootCause: "out of memory"})
	}))
	t.Cleanup(server.Close)
	return server.URL, requests
}

func TestInvestigateAsksAgainWhileTheServiceIsAtFault(t *testing.T) {
	url, requests := serviceThatAnswers(t, 503, 500, 200)
	finding, err := NewClient(url, threeAttempts).Investigate(context.Background(), alert)
	if err != nil || finding.RootCause != "out of memory" || *requests != 3 {
		t.Errorf("finding = %+v, err = %v, requests = %d", finding, err, *requests)
	}
}

func TestInvestigateDoesNotRepeatARefusedRequest(t *testing.T) {
	url, requests := serviceThatAnswers(t, 422)
	_, err := NewClient(url, threeAttempts).Investigate(context.Background(), alert)
	if err == nil || !strings.Contains(err.Error(), "answered 422: no") || *requests != 1 {
		t.Errorf("err = %v, requests = %d", err, *requests)
	}
}

func TestInvestigateGivesUpOnAServiceThatIsDown(t *testing.T) {
	server := httptest.NewServer(nil)
	server.Close()
	_, err := NewClient(server.URL, threeAttempts).Investigate(context.Background(), alert)
	if err == nil || !strings.Contains(err.Error(), "gave up after 3 attempts") {
		t.Errorf("err = %v", err)
	}
}
