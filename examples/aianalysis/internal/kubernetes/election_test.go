package kubernetes

import (
	"context"
	"errors"
	"testing"
	"time"

	"example.com/slipway/aianalysis/internal/kubernetes/kubernetestest"
)

const leasePath = "/apis/coordination.k8s.io/v1/namespaces/shop/leases/leader"

// Long enough that a slow machine does not lose a lease which a test means to keep.
var inTests = durations{lease: 3 * time.Second, deadline: 2 * time.Second, every: 20 * time.Millisecond}

// candidate is a process that wants to lead.
type candidate struct {
	leads   chan struct{}
	standby chan struct{}
	ended   chan error
	stop    context.CancelFunc
}

func candidacy(t *testing.T, server *kubernetestest.Server, identity string, lasting durations) candidate {
	ctx, cancel := context.WithCancel(context.Background())
	c := candidate{make(chan struct{}), make(chan struct{}, 1), make(chan error, 1), cancel}
	election := Election{
		Client: clientOf(server), Namespace: "shop", Lease: "leader", Identity: identity, durations: lasting,
		Standby: func() {
			select {
			case c.standby <- struct{}{}:
			default:
			}
		},
	}
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		c.ended <- election.Lead(ctx, func(ctx context.Context) {
			close(c.leads)
			<-ctx.Done()
		})
	}()
	t.Cleanup(func() {
		cancel()
		<-stopped
	})
	return c
}

func await[T any](t *testing.T, what string, channel <-chan T) (value T) {
	t.Helper()
	select {
	case value = <-channel:
	case <-time.After(20 * time.Second):
		t.Fatalf("%s did not happen", what)
	}
	return value
}

func holder(server *kubernetestest.Server) any {
	spec, _ := server.Read(leasePath)["spec"].(kubernetestest.Object)
	return spec["holderIdentity"]
}

func TestOneLeadsAndTheNextFollowsAtOnceWhenItStops(t *testing.T) {
	t.Parallel()
	server := kubernetestest.New(t)
	long := durations{lease: time.Hour, deadline: time.Hour, every: 20 * time.Millisecond}
	first := candidacy(t, server, "first", long)
	await(t, "leading", first.leads)
	second := candidacy(t, server, "second", long)
	await(t, "standing by", second.standby)
	if got := holder(server); got != "first" {
		t.Errorf("holder = %v, want first", got)
	}
	first.stop()
	if err := await(t, "stopping", first.ended); err != nil {
		t.Errorf("Lead() = %v", err)
	}
	await(t, "leading", second.leads)
	if got := holder(server); got != "second" {
		t.Errorf("holder = %v, want second", got)
	}
}

func TestALeaseThatIsNotRenewedIsTakenOver(t *testing.T) {
	t.Parallel()
	server := kubernetestest.New(t)
	server.Put(leasePath, kubernetestest.Object{"spec": kubernetestest.Object{"holderIdentity": "gone", "leaseTransitions": 4}})
	begun := time.Now()
	next := candidacy(t, server, "next", inTests)
	await(t, "leading", next.leads)
	if waited := time.Since(begun); waited < inTests.lease {
		t.Errorf("led after %s, before the lease had ended", waited)
	}
	spec, _ := server.Read(leasePath)["spec"].(kubernetestest.Object)
	if spec["holderIdentity"] != "next" {
		t.Errorf("spec = %v", spec)
	}
}

func TestALeaderStopsWhenAnotherHoldsTheLease(t *testing.T) {
	t.Parallel()
	server := kubernetestest.New(t)
	leader := candidacy(t, server, "leader", inTests)
	await(t, "leading", leader.leads)
	server.Put(leasePath, kubernetestest.Object{"spec": kubernetestest.Object{"holderIdentity": "usurper"}})
	if err := await(t, "stopping", leader.ended); !errors.Is(err, ErrLeaseLost) {
		t.Errorf("Lead() = %v, want ErrLeaseLost", err)
	}
	if got := holder(server); got != "usurper" {
		t.Errorf("holder = %v", got)
	}
}

func TestALeaderStopsBeforeItsLeaseEndsWhenItCannotRenew(t *testing.T) {
	t.Parallel()
	server := kubernetestest.New(t)
	leader := candidacy(t, server, "leader", inTests)
	await(t, "leading", leader.leads)
	server.Fail("GET", 1_000_000)
	begun := time.Now()
	if err := await(t, "stopping", leader.ended); !errors.Is(err, ErrLeaseLost) {
		t.Errorf("Lead() = %v, want ErrLeaseLost", err)
	}
	if took := time.Since(begun); took < inTests.deadline/2 {
		t.Errorf("gave up after %s; a short outage must not end it", took)
	}
}

func TestALeaderOutlastsAShortOutage(t *testing.T) {
	t.Parallel()
	server := kubernetestest.New(t)
	leader := candidacy(t, server, "leader", inTests)
	await(t, "leading", leader.leads)
	server.Fail("GET", 3)
	server.Fail("PUT", 1)
	renewed := await(t, "renewing", renewal(server))
	if renewed != "leader" {
		t.Errorf("holder = %v", renewed)
	}
	select {
	case err := <-leader.ended:
		t.Errorf("Lead() = %v", err)
	default:
	}
}

// renewal gives the holder once the lease was written again.
func renewal(server *kubernetestest.Server) <-chan any {
	written := func() any { return server.Read(leasePath)["metadata"].(kubernetestest.Object)["resourceVersion"] }
	before := written()
	renewed := make(chan any, 1)
	go func() {
		for written() == before {
			time.Sleep(time.Millisecond)
		}
		renewed <- holder(server)
	}()
	return renewed
}
