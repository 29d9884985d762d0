// Command datastorage stores analyses in PostgreSQL and caches them in Redis.
//
//	datastorage migrate   brings the database's schema up to date, and waits for the database if need be
//	datastorage serve     answers HTTP requests until it is told to stop
//
// PostgreSQL is found by libpq's variables (PGHOST, PGDATABASE, PGUSER, PGPASSWORD...), Redis by REDIS_ADDRESS.
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/slipway/datastorage/internal/analyses"
	"example.com/slipway/datastorage/internal/api"
	"example.com/slipway/datastorage/internal/postgres"
	"example.com/slipway/datastorage/internal/rediscache"
	"example.com/slipway/internal/environment"
	"example.com/slipway/internal/httpserver"
	"example.com/slipway/internal/retry"
	"example.com/slipway/internal/stamps"
)

// A database that starts for the first time needs a few seconds; this waits about a minute.
var untilDatabaseIsUp = retry.Policy{Attempts: 60, FirstPause: 100 * time.Millisecond, MaxPause: time.Second}

func main() {
	log.SetFlags(0) // whoever collects the lines stamps them
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Args[1:]); err != nil {
		log.Fatalf("datastorage: %v", err)
	}
}

func run(ctx context.Context, arguments []string) error {
	env := environment.NewReader(os.LookupEnv)
	env.Required("PGHOST")
	if err := env.Err(); err != nil {
		return err
	}
	pool, err := pgxpool.New(ctx, "") // reads the PG… variables; connects when it is first used
	if err != nil {
		return err
	}
	defer pool.Close()

	switch command := append(arguments, "serve")[0]; command {
	case "migrate":
		return migrate(ctx, pool)
	case "serve":
		return serve(ctx, pool, env)
	default:
		return fmt.Errorf("unknown command %q; use migrate or serve", command)
	}
}

func migrate(ctx context.Context, pool *pgxpool.Pool) error {
	return untilDatabaseIsUp.Do(ctx, func(ctx context.Context) error {
		err := postgres.Migrate(ctx, pool)
		if err != nil && !postgres.IsTemporary(err) {
			return retry.Permanent(err)
		}
		if err != nil {
			log.Printf("not migrated yet: %v", err)
		}
		return err
	})
}

func serve(ctx context.Context, pool *pgxpool.Pool, env *environment.Reader) error {
	redisAddress := env.Required("REDIS_ADDRESS")
	listenAddress := env.Optional("LISTEN_ADDRESS", ":8080")
	if err := env.Err(); err != nil {
		return err
	}
	cache := rediscache.New(redisAddress)
	defer cache.Close()

	store := postgres.Store{Pool: pool}
	handler := api.API{
		Store:   store,
		Reader:  analyses.Reader{Store: store, Cache: cache},
		Version: stamps.Read(stamps.Path),
	}.Handler()
	return httpserver.Serve(ctx, listenAddress, handler)
}
