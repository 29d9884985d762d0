package resource

import (
	"errors"
	"testing"
	"time"

	"example.com/slipway/aianalysis/internal/kubernetes"
	"example.com/slipway/internal/analysis"
)

var (
	created = time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)
	later   = created.Add(time.Minute)
	alert   = analysis.Alert{Name: "KubePodCrashLooping", Namespace: "shop"}
	finding = analysis.Finding{RootCause: "out of memory", Confidence: 0.9, RecommendedActions: []string{"Raise the limit."}}
)

func object() AIAnalysis {
	return AIAnalysis{
		Metadata: kubernetes.Metadata{Name: "one", UID: "0b0f5c1e-6f0a-4c55-9d2b-111111111111", Generation: 3},
		Spec:     Spec{Alert: alert},
	}
}

func conditionOf(t *testing.T, status Status, kind string) Condition {
	t.Helper()
	condition, found := status.condition(kind)
	if !found {
		t.Fatalf("%+v has no condition %s", status, kind)
	}
	return condition
}

func TestConditionsTellWhetherItIsDoneOrNeverWillBe(t *testing.T) {
	pending := analysis.New("1", alert, created)
	investigating, _ := pending.Investigate(created)
	completed, _ := investigating.Complete(finding, later)
	failed, _ := investigating.Fail("nobody answered", later)
	for _, test := range []struct {
		stored                  analysis.Analysis
		ready, stalled, message string
	}{
		{pending, "False", "False", "The cause is being looked for."},
		{investigating, "False", "False", "The cause is being looked for."},
		{completed, "True", "False", "out of memory (confidence 0.90)"},
		{failed, "False", "True", "nobody answered"},
	} {
		status := StatusOf(object(), test.stored)
		ready, stalled := conditionOf(t, status, Ready), conditionOf(t, status, Stalled)
		if ready.Status != test.ready || stalled.Status != test.stalled {
			t.Errorf("%s: Ready = %s, Stalled = %s", test.stored.Phase, ready.Status, stalled.Status)
		}
		if ready.Reason != string(test.stored.Phase) || ready.Message != test.message {
			t.Errorf("%s: reason = %q, message = %q", test.stored.Phase, ready.Reason, ready.Message)
		}
		if status.ObservedGeneration != 3 || ready.ObservedGeneration != 3 {
			t.Errorf("%s: observed generations %d and %d", test.stored.Phase, status.ObservedGeneration, ready.ObservedGeneration)
		}
	}
}

func TestAConditionKeepsItsTimeWhileItStays(t *testing.T) {
	current := object()
	pending := analysis.New("1", alert, created)
	current.Status = StatusOf(current, pending)
	investigating, _ := pending.Investigate(later)
	current.Status = StatusOf(current, investigating)
	if got := conditionOf(t, current.Status, Ready).LastTransitionTime; got != "2024-05-01T12:00:00Z" {
		t.Errorf("still not ready since %s", got)
	}
	completed, _ := investigating.Complete(finding, later.Add(time.Minute))
	current.Status = StatusOf(current, completed)
	if got := conditionOf(t, current.Status, Ready).LastTransitionTime; got != "2024-05-01T12:02:00Z" {
		t.Errorf("ready since %s", got)
	}
	if again := StatusOf(current, completed); !again.Equal(current.Status) {
		t.Errorf("the same analysis gives another status: %+v, %+v", again, current.Status)
	}
}

func TestWaitingKeepsWhatIsKnownOfThisGeneration(t *testing.T) {
	current := object()
	if got := Waiting(current, created); got.Phase != analysis.Pending || conditionOf(t, got, Ready).Reason != "ServiceUnavailable" {
		t.Errorf("of a new object: %+v", got)
	}
	investigating, _ := analysis.New("1", alert, created).Investigate(created)
	current.Status = StatusOf(current, investigating)
	got := Waiting(current, later)
	if got.Phase != analysis.Investigating || got.AnalysisID != "1" {
		t.Errorf("of an object that is investigated: %+v", got)
	}
	current.Status = got
	if again := Waiting(current, later.Add(time.Minute)); !again.Equal(got) {
		t.Errorf("an outage that lasts changes the status: %+v", again)
	}
	current.Metadata.Generation++
	if got := Waiting(current, later); got.Phase != analysis.Pending || got.AnalysisID != "" {
		t.Errorf("of a new generation: %+v", got)
	}
}

func TestARefusedObjectHasFailed(t *testing.T) {
	got := Refused(object(), errors.New("alert.name is empty"), created)
	if got.Phase != analysis.Failed || got.FailureReason != "alert.name is empty" || conditionOf(t, got, Stalled).Status != "True" {
		t.Errorf("status = %+v", got)
	}
}

func TestEachGenerationHasAnAnalysisOfItsOwn(t *testing.T) {
	third := object()
	id, err := third.AnalysisID()
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := object().AnalysisID(); again != id {
		t.Errorf("the same generation has %s and %s", id, again)
	}
	third.Metadata.Generation++
	if next, _ := third.AnalysisID(); next == id {
		t.Error("the next generation has the same ID")
	}
	third.Metadata.UID = "no UUID"
	if _, err := third.AnalysisID(); err == nil {
		t.Error("a uid that is no UUID gives an ID")
	}
}

func TestSettledIsWhatHasAFinalPhaseOfThisGeneration(t *testing.T) {
	current := object()
	if current.IsSettled() {
		t.Error("a new object is settled")
	}
	current.Status = Refused(current, errors.New("no"), created)
	if !current.IsSettled() {
		t.Error("a failed one is not")
	}
	current.Metadata.Generation++
	if current.IsSettled() {
		t.Error("a changed one is")
	}
	current.Metadata.DeletionTimestamp = "2024-05-01T12:00:00Z"
	if !current.IsSettled() {
		t.Error("one that is being deleted is not")
	}
}
