// Command aianalysis takes alerts, has them investigated by holmesgpt-api, and keeps every phase in datastorage.
//
//	aianalysis              serves the API over HTTP, and drives the analyses
//	aianalysis controller   does for AIAnalysis objects of Kubernetes what others do by the API
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	log.SetFlags(0) // whoever collects the lines stamps them
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		log.Fatalf("aianalysis: %v", err)
	}
}

func run(ctx context.Context, args []string) error {
	switch {
	case len(args) == 0:
		return serve(ctx)
	case len(args) == 1 && args[0] == "controller":
		return control(ctx)
	default:
		return fmt.Errorf("usage: aianalysis [controller], not %q", args)
	}
}
