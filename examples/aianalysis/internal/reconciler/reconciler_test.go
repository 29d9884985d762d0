package reconciler

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"example.com/slipway/aianalysis/internal/kubernetes"
	"example.com/slipway/aianalysis/internal/kubernetes/kubernetestest"
	"example.com/slipway/aianalysis/internal/resource"
	"example.com/slipway/internal/analysis"
	"example.com/slipway/internal/httpjson"
	"example.com/slipway/internal/retry"
)

const (
	objectPath = "/apis/aianalysis.example.com/v1alpha1/namespaces/shop/aianalyses/one"
	statusPath = "PUT " + objectPath + "/status"
)

var (
	now     = time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)
	alert   = kubernetestest.Object{"name": "KubePodCrashLooping", "namespace": "shop"}
	finding = analysis.Finding{RootCause: "out of memory", Confidence: 0.9, RecommendedActions: []string{"Raise the limit."}}
)

// analyst is a Service whose analyses reach their next phase at each second look.
type analyst struct {
	mutex    sync.Mutex
	analyses map[string]analysis.Analysis
	looks    int
	errs     []error
}

func (a *analyst) Ensure(_ context.Context, id string, alert analysis.Alert) (analysis.Analysis, error) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if len(a.errs) > 0 {
		err := a.errs[0]
		a.errs = a.errs[1:]
		return analysis.Analysis{}, err
	}
	current, found := a.analyses[id]
	a.looks++
	switch {
	case !found:
		current = analysis.New(id, alert, now)
	case a.looks%2 == 0: // It stays as it is.
	case current.Phase == analysis.Pending:
		current, _ = current.Investigate(now)
	case current.Phase == analysis.Investigating:
		current, _ = current.Complete(finding, now)
	}
	a.analyses[id] = current
	return current, nil
}

func (a *analyst) count() int {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	return len(a.analyses)
}

func reconcilerOf(server *kubernetestest.Server, service Service) *Reconciler {
	return New(Settings{
		Objects:   resource.NewObjects(kubernetes.NewClient(server.URL, server.Client(), nil), "shop"),
		Service:   service,
		LookEvery: time.Millisecond,
		Retry:     retry.Policy{FirstPause: time.Millisecond, MaxPause: 10 * time.Millisecond},
		Now:       func() time.Time { return now },
	})
}

// run lets the reconciler work until the test ends.
func run(t *testing.T, reconciler *Reconciler) {
	ctx, cancel := context.WithCancel(context.Background())
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		reconciler.Run(ctx)
	}()
	t.Cleanup(func() {
		cancel()
		<-stopped
	})
}

func statusOf(server *kubernetestest.Server) kubernetestest.Object {
	status, _ := server.Read(objectPath)["status"].(kubernetestest.Object)
	return status
}

func waitFor(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s did not happen", what)
		}
	}
}

func waitForPhase(t *testing.T, server *kubernetestest.Server, phase string, generation float64) {
	t.Helper()
	waitFor(t, phase, func() bool {
		status := statusOf(server)
		return status["phase"] == phase && status["observedGeneration"] == generation
	})
}

func spec(alert kubernetestest.Object) kubernetestest.Object {
	return kubernetestest.Object{"spec": kubernetestest.Object{"alert": alert}}
}

func TestAnObjectIsAnalysedAndItsStatusSaysHowItStands(t *testing.T) {
	server := kubernetestest.New(t)
	reconciler := reconcilerOf(server, &analyst{analyses: map[string]analysis.Analysis{}})
	run(t, reconciler)
	waitFor(t, "listing", reconciler.HasListed)
	server.Put(objectPath, spec(alert))
	waitForPhase(t, server, "Completed", 1)
	status := statusOf(server)
	if found, _ := status["finding"].(kubernetestest.Object); found["rootCause"] != "out of memory" {
		t.Errorf("status = %v", status)
	}
	updates := 0
	for _, request := range server.Served() {
		if request == statusPath {
			updates++
		}
	}
	if updates != 3 {
		t.Errorf("the status was written %d times, want once for each phase: 3", updates)
	}
}

func TestAChangedSpecIsAnalysedAnew(t *testing.T) {
	server := kubernetestest.New(t)
	service := &analyst{analyses: map[string]analysis.Analysis{}}
	run(t, reconcilerOf(server, service))
	server.Put(objectPath, spec(alert))
	waitForPhase(t, server, "Completed", 1)
	first := statusOf(server)["analysisID"]
	server.Put(objectPath, spec(kubernetestest.Object{"name": "Other", "namespace": "shop"}))
	waitForPhase(t, server, "Completed", 2)
	if second := statusOf(server)["analysisID"]; second == first || service.count() != 2 {
		t.Errorf("IDs %v and %v, %d analyses", first, second, service.count())
	}
}

func TestWhatAnEarlierControllerLeftIsTakenUpAndWhatItFinishedIsLeft(t *testing.T) {
	server := kubernetestest.New(t)
	service := &analyst{analyses: map[string]analysis.Analysis{}}
	server.Put(objectPath, spec(alert))
	if again, err := reconcilerOf(server, service).reconcile(context.Background(), "one"); !again || err != nil {
		t.Fatalf("the first look: %v, %v", again, err)
	}
	run(t, reconcilerOf(server, service))
	waitForPhase(t, server, "Completed", 1)
	if service.count() != 1 {
		t.Errorf("%d analyses, want 1", service.count())
	}
	service.errs = []error{errors.New("must not be asked")}
	if again, err := reconcilerOf(server, service).reconcile(context.Background(), "one"); again || err != nil {
		t.Errorf("of a finished one: %v, %v", again, err)
	}
}

func TestAnOutageIsShownAndOutlasted(t *testing.T) {
	server := kubernetestest.New(t)
	down := &httpjson.StatusError{Status: 503, Message: "datastorage is unavailable"}
	service := &analyst{analyses: map[string]analysis.Analysis{}, errs: []error{down, errors.New("refused")}}
	reconciler := reconcilerOf(server, service)
	server.Put(objectPath, spec(alert))
	if _, err := reconciler.reconcile(context.Background(), "one"); !errors.Is(err, down) {
		t.Errorf("err = %v", err)
	}
	conditions, _ := statusOf(server)["conditions"].([]any)
	if len(conditions) != 2 || conditions[0].(kubernetestest.Object)["reason"] != "ServiceUnavailable" {
		t.Errorf("conditions = %v", conditions)
	}
	run(t, reconciler)
	waitForPhase(t, server, "Completed", 1)
}

func TestFailuresOfTheAPIServerAreRepeated(t *testing.T) {
	server := kubernetestest.New(t)
	server.Put(objectPath, spec(alert))
	server.Fail("PUT", 3)
	run(t, reconcilerOf(server, &analyst{analyses: map[string]analysis.Analysis{}}))
	waitForPhase(t, server, "Completed", 1)
}

func TestAnAlertThatIsNotValidFails(t *testing.T) {
	server := kubernetestest.New(t)
	service := &analyst{analyses: map[string]analysis.Analysis{}}
	// 8192 characters, as the schema allows, but more bytes.
	server.Put(objectPath, spec(kubernetestest.Object{"name": "A", "namespace": "b", "message": strings.Repeat("ü", 8192)}))
	run(t, reconcilerOf(server, service))
	waitForPhase(t, server, "Failed", 1)
	if reason, _ := statusOf(server)["failureReason"].(string); !strings.Contains(reason, "8192 are allowed") {
		t.Errorf("failureReason = %q", reason)
	}
	if service.count() != 0 {
		t.Error("it was analysed nevertheless")
	}
}

func TestWhatTheServiceRefusesFails(t *testing.T) {
	server := kubernetestest.New(t)
	refused := &httpjson.StatusError{Status: 409, Message: "this id is that of another alert's analysis"}
	server.Put(objectPath, spec(alert))
	service := &analyst{errs: []error{refused}}
	if again, err := reconcilerOf(server, service).reconcile(context.Background(), "one"); again || err != nil {
		t.Errorf("again = %v, err = %v", again, err)
	}
	if statusOf(server)["phase"] != "Failed" {
		t.Errorf("status = %v", statusOf(server))
	}
}

func TestAnObjectThatIsGoneIsForgotten(t *testing.T) {
	server := kubernetestest.New(t)
	service := &analyst{analyses: map[string]analysis.Analysis{}}
	if again, err := reconcilerOf(server, service).reconcile(context.Background(), "one"); again || err != nil {
		t.Errorf("again = %v, err = %v", again, err)
	}
}
