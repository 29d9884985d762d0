package main

import (
	"context"
	"os"
	"time"

	"github.com/google/uuid"

	"example.com/slipway/aianalysis/internal/api"
	"example.com/slipway/aianalysis/internal/controller"
	"example.com/slipway/aianalysis/internal/datastorage"
	"example.com/slipway/aianalysis/internal/investigation"
	"example.com/slipway/internal/environment"
	"example.com/slipway/internal/httpserver"
	"example.com/slipway/internal/retry"
	"example.com/slipway/internal/stamps"
)

var (
	// An investigation that nobody answers fails after about three seconds, so that people learn of it soon.
	investigationRetry = retry.Policy{Attempts: 5, FirstPause: 200 * time.Millisecond}
	// A phase change is offered for about nine seconds; after that, the next search finds the analysis unfinished.
	storageRetry = retry.Policy{Attempts: 12, FirstPause: 100 * time.Millisecond, MaxPause: time.Second}
)

const resumeEvery = 5 * time.Second

// serve answers requests and drives analyses until ctx ends.
func serve(ctx context.Context) error {
	env := environment.NewReader(os.LookupEnv)
	datastorageURL := env.Required("DATASTORAGE_URL")
	holmesgptURL := env.Required("HOLMESGPT_API_URL")
	listenAddress := env.Optional("LISTEN_ADDRESS", ":8080")
	if err := env.Err(); err != nil {
		return err
	}

	storage := datastorage.NewClient(datastorageURL)
	analyses := controller.New(controller.Settings{
		Storage:      storage,
		Investigator: investigation.NewClient(holmesgptURL, investigationRetry),
		Retry:        storageRetry,
		ResumeEvery:  resumeEvery,
		Now:          time.Now,
	})
	handler := api.API{
		Storage:    storage,
		Controller: analyses,
		Version:    stamps.Read(stamps.Path),
		NewID:      uuid.NewString,
		Now:        time.Now,
	}.Handler()

	ctx, cancel := context.WithCancel(ctx)
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		analyses.Run(ctx)
	}()
	err := httpserver.Serve(ctx, listenAddress, handler)
	cancel()
	<-stopped
	return err
}
