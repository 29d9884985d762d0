package main

import (
	"context"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"example.com/slipway/aianalysis/internal/kubernetes"
	"example.com/slipway/aianalysis/internal/reconciler"
	"example.com/slipway/aianalysis/internal/resource"
	"example.com/slipway/aianalysis/internal/service"
	"example.com/slipway/internal/environment"
	"example.com/slipway/internal/httpjson"
	"example.com/slipway/internal/httpserver"
	"example.com/slipway/internal/retry"
	"example.com/slipway/internal/stamps"
)

// leaseName is of the Lease by which one of several controllers in a namespace works.
const leaseName = "aianalysis-controller"

// control looks after the AIAnalysis objects of its own namespace until ctx ends, while it is the only one that does.
func control(ctx context.Context) error {
	env := environment.NewReader(os.LookupEnv)
	aianalysisURL := env.Required("AIANALYSIS_URL")
	listenAddress := env.Optional("LISTEN_ADDRESS", ":8080")
	client, namespace, err := kubernetes.InCluster(env, kubernetes.ServiceAccountFolder)
	if err != nil {
		return err
	}

	objects := reconciler.New(reconciler.Settings{
		Objects:   resource.NewObjects(client, namespace),
		Service:   service.NewClient(aianalysisURL),
		LookEvery: 500 * time.Millisecond,
		Retry:     retry.Policy{FirstPause: 200 * time.Millisecond, MaxPause: 15 * time.Second},
		Now:       time.Now,
	})
	var standsBy atomic.Bool
	election := kubernetes.Election{
		Client:    client,
		Namespace: namespace,
		Lease:     leaseName,
		Identity:  env.Optional("HOSTNAME", "aianalysis") + "_" + uuid.NewString(),
		Standby:   func() { standsBy.Store(true) },
	}
	isReady := func() bool { return standsBy.Load() || objects.HasListed() }
	lead := func(ctx context.Context) {
		standsBy.Store(false)
		objects.Run(ctx)
	}

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		defer cancel()
		ended <- election.Lead(ctx, lead)
	}()
	if err := httpserver.Serve(ctx, listenAddress, probes(isReady)); err != nil {
		return err
	}
	return <-ended
}

// probes answers the kubelet, and whoever asks for the version.
func probes(isReady func() bool) http.Handler {
	router := chi.NewRouter()
	router.Get("/healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	router.Get("/readyz", func(w http.ResponseWriter, _ *http.Request) {
		if !isReady() {
			httpjson.RespondProblem(w, http.StatusServiceUnavailable, "the AIAnalysis objects are not known yet")
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	router.Method(http.MethodGet, "/version", stamps.Read(stamps.Path))
	return router
}
