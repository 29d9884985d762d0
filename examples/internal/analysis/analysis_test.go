package analysis

import (
	"strings"
	"testing"
	"time"
)

var (
	created = time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)
	later   = created.Add(time.Minute)
	alert   = Alert{Name: "KubePodCrashLooping", Namespace: "shop", Message: "exit code 137"}
	finding = Finding{RootCause: "out of memory", Confidence: 0.9, RecommendedActions: []string{"Raise the limit."}}
)

func TestPhasesFollowOneAnother(t *testing.T) {
	allowed := map[Phase][]Phase{
		Pending:       {Investigating, Failed},
		Investigating: {Completed, Failed},
	}
	phases := []Phase{Pending, Investigating, Completed, Failed}
	for _, from := range phases {
		for _, to := range phases {
			want := false
			for _, next := range allowed[from] {
				want = want || next == to
			}
			if got := from.CanBecome(to); got != want {
				t.Errorf("%s.CanBecome(%s) = %v, want %v", from, to, got, want)
			}
		}
	}
}

func TestOnlyCompletedAndFailedAreFinal(t *testing.T) {
	for phase, want := range map[Phase]bool{
		Pending: false, Investigating: false, Completed: true, Failed: true, "Unheard-of": false,
	} {
		if got := phase.IsFinal(); got != want {
			t.Errorf("%s.IsFinal() = %v, want %v", phase, got, want)
		}
	}
}

func TestCompleteKeepsTheEarlierValueUntouched(t *testing.T) {
	pending := New("1", alert, created)
	investigating, err := pending.Investigate(later)
	if err != nil {
		t.Fatal(err)
	}
	completed, err := investigating.Complete(finding, later)
	if err != nil {
		t.Fatal(err)
	}
	if completed.Phase != Completed || completed.Finding.RootCause != "out of memory" || completed.UpdatedAt != later {
		t.Errorf("completed = %+v", completed)
	}
	if completed.CreatedAt != created {
		t.Errorf("createdAt = %s, want %s", completed.CreatedAt, created)
	}
	if investigating.Finding != nil || pending.Phase != Pending {
		t.Error("an earlier value was changed in place")
	}
}

func TestAFinishedAnalysisCannotChange(t *testing.T) {
	investigating, _ := New("1", alert, created).Investigate(created)
	failed, err := investigating.Fail("nobody answered", created)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := failed.Complete(finding, later); err == nil {
		t.Error("a failed analysis became Completed")
	}
}

func TestValidateNamesTheContradiction(t *testing.T) {
	valid := New("1", alert, created)
	for name, test := range map[string]struct {
		change func(*Analysis)
		want   string
	}{
		"no id":                     {func(a *Analysis) { a.ID = "" }, "id is empty"},
		"unknown phase":             {func(a *Analysis) { a.Phase = "Lost" }, `phase "Lost" is unknown`},
		"completed without finding": {func(a *Analysis) { a.Phase = Completed }, "has a finding if, and only if"},
		"failed without reason":     {func(a *Analysis) { a.Phase = Failed }, "has a failureReason if, and only if"},
		"pending with finding":      {func(a *Analysis) { a.Finding = &finding }, "this one is Pending"},
		"alert without name":        {func(a *Analysis) { a.Alert.Name = "" }, "alert.name is empty"},
		"alert without namespace":   {func(a *Analysis) { a.Alert.Namespace = "" }, "alert.namespace is empty"},
		"alert with a novel": {
			func(a *Analysis) { a.Alert.Message = strings.Repeat("x", MaxMessageLength+1) }, "8192 are allowed",
		},
	} {
		t.Run(name, func(t *testing.T) {
			changed := valid
			test.change(&changed)
			err := changed.Validate()
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("Validate() = %v, want an error with %q", err, test.want)
			}
		})
	}
	if err := valid.Validate(); err != nil {
		t.Errorf("Validate() of a valid analysis = %v", err)
	}
}

func TestAlertsAreEqualWhenTheySayTheSame(t *testing.T) {
	labelled := Alert{Name: "A", Namespace: "b", Labels: map[string]string{"reason": "OOMKilled"}}
	for name, test := range map[string]struct {
		one, other Alert
		want       bool
	}{
		"the same":             {labelled, Alert{Name: "A", Namespace: "b", Labels: map[string]string{"reason": "OOMKilled"}}, true},
		"no labels, empty set": {Alert{Name: "A"}, Alert{Name: "A", Labels: map[string]string{}}, true},
		"another name":         {Alert{Name: "A"}, Alert{Name: "B"}, false},
		"another namespace":    {Alert{Namespace: "a"}, Alert{Namespace: "b"}, false},
		"another message":      {Alert{Message: "a"}, Alert{Message: "b"}, false},
		"another label":        {labelled, Alert{Name: "A", Namespace: "b", Labels: map[string]string{"reason": "Error"}}, false},
		"a label less":         {labelled, Alert{Name: "A", Namespace: "b"}, false},
	} {
		if got := test.one.Equal(test.other); got != test.want {
			t.Errorf("%s: Equal() = %v, want %v", name, got, test.want)
		}
	}
}
