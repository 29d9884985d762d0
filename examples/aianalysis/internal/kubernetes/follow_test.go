package kubernetes

import (
	"context"
	"testing"
	"time"

	"example.com/slipway/aianalysis/internal/kubernetes/kubernetestest"
)

// follow returns the names that are heard of, in order; following ends with the test.
func follow(t *testing.T, server *kubernetestest.Server) <-chan string {
	ctx, cancel := context.WithCancel(context.Background())
	names := make(chan string, 100)
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		observer := Observer{
			Changed: func(name string) { names <- name },
			Listed:  func() { names <- "(listed)" },
		}
		clientOf(server).Follow(ctx, collection, observer)
	}()
	t.Cleanup(func() {
		cancel()
		<-stopped
	})
	return names
}

func expect(t *testing.T, names <-chan string, want ...string) {
	t.Helper()
	for _, name := range want {
		select {
		case got := <-names:
			if got != name {
				t.Fatalf("heard of %q, want %q", got, name)
			}
		case <-time.After(10 * time.Second):
			t.Fatalf("did not hear of %q", name)
		}
	}
}

func TestFollowNamesWhatIsThereAndThenWhatChanges(t *testing.T) {
	server := kubernetestest.New(t)
	server.Put(collection+"/one", kubernetestest.Object{})
	server.Put("/apis/example.com/v1/namespaces/other/things/elsewhere", kubernetestest.Object{})
	names := follow(t, server)
	expect(t, names, "one", "(listed)")
	server.Put(collection+"/two", kubernetestest.Object{})
	expect(t, names, "two")
	server.Put(collection+"/one", kubernetestest.Object{})
	expect(t, names, "one")
	server.Remove(collection + "/two")
	expect(t, names, "two")
}

func TestFollowListsAgainAfterAWatchEnded(t *testing.T) {
	server := kubernetestest.New(t)
	server.Put(collection+"/one", kubernetestest.Object{})
	names := follow(t, server)
	expect(t, names, "one", "(listed)")
	server.Put(collection+"/one", kubernetestest.Object{})
	expect(t, names, "one") // so there is a watch
	server.CutWatches()
	expect(t, names, "one", "(listed)")
}

func TestFollowOutlastsAnAPIServerThatFails(t *testing.T) {
	server := kubernetestest.New(t)
	server.Put(collection+"/one", kubernetestest.Object{})
	server.Fail("GET", 2)
	server.Fail("WATCH", 1)
	expect(t, follow(t, server), "one", "(listed)", "one", "(listed)")
}
