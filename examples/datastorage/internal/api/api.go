// Package api is datastorage over HTTP.
package api

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"strconv"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/google/uuid"

	"example.com/slipway/datastorage/internal/analyses"
	"example.com/slipway/datastorage/internal/postgres"
	"example.com/slipway/internal/analysis"
	"example.com/slipway/internal/httpjson"
)

const (
	requestTimeout = 5 * time.Second
	readyTimeout   = time.Second
	defaultLimit   = 100
	maxLimit       = 1000
)

// Store is the durable storage.
type Store interface {
	Ping(ctx context.Context) error
	Save(ctx context.Context, a analysis.Analysis) (analysis.Analysis, error)
	List(ctx context.Context, filter postgres.Filter) ([]analysis.Analysis, error)
	History(ctx context.Context, id string) ([]analysis.PhaseChange, error)
}

// Reader reads one analysis by way of the cache.
type Reader interface {
	Read(ctx context.Context, id string) (analysis.Analysis, analyses.CacheOutcome, error)
}

// API answers requests about stored analyses.
type API struct {
	Store   Store
	Reader  Reader
	Version http.Handler
}

// Handler returns the routes. GET /analyses/{id} says in its header X-Cache whether the cache had the answer.
func (a API) Handler() http.Handler {
	router := chi.NewRouter()
	router.Use(middleware.Recoverer, middleware.Timeout(requestTimeout))
	router.Get("/healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	router.Get("/readyz", a.ready)
	router.Method(http.MethodGet, "/version", a.Version)
	router.Get("/analyses", a.list)
	router.Route("/analyses/{id}", func(one chi.Router) {
		one.Use(requireUUID)
		one.Get("/", a.read)
		one.Put("/", a.save)
		one.Get("/phases", a.history)
	})
	return router
}

func requireUUID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := chi.URLParam(r, "id")
		if parsed, err := uuid.Parse(id); err != nil || parsed.String() != id {
			httpjson.RespondProblem(w, http.StatusBadRequest, fmt.Sprintf("the id %q is not a UUID in lower case", id))
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (a API) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	if err := a.Store.Ping(ctx); err != nil {
		respondError(w, fmt.Errorf("PostgreSQL does not answer: %w", err))
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (a API) read(w http.ResponseWriter, r *http.Request) {
	found, outcome, err := a.Reader.Read(r.Context(), chi.URLParam(r, "id"))
	if err != nil {
		respondError(w, err)
		return
	}
	w.Header().Set("X-Cache", string(outcome))
	httpjson.Respond(w, http.StatusOK, found)
}

func (a API) save(w http.ResponseWriter, r *http.Request) {
	incoming, err := decodeAnalysis(r)
	if err != nil {
		httpjson.RespondProblem(w, http.StatusBadRequest, err.Error())
		return
	}
	saved, err := a.Store.Save(r.Context(), incoming)
	if err != nil {
		respondError(w, err)
		return
	}
	httpjson.Respond(w, http.StatusOK, saved)
}

func decodeAnalysis(r *http.Request) (analysis.Analysis, error) {
	var incoming analysis.Analysis
	if err := httpjson.Decode(r, &incoming); err != nil {
		return incoming, err
	}
	if id := chi.URLParam(r, "id"); incoming.ID != id {
		return incoming, fmt.Errorf("the body's id is %q, the path's is %q", incoming.ID, id)
	}
	return incoming, incoming.Validate()
}

func (a API) list(w http.ResponseWriter, r *http.Request) {
	filter, err := parseFilter(r.URL.Query())
	if err != nil {
		httpjson.RespondProblem(w, http.StatusBadRequest, err.Error())
		return
	}
	listed, err := a.Store.List(r.Context(), filter)
	if err != nil {
		respondError(w, err)
		return
	}
	httpjson.Respond(w, http.StatusOK, analysis.List{Items: listed})
}

func parseFilter(query map[string][]string) (postgres.Filter, error) {
	filter := postgres.Filter{Limit: defaultLimit}
	for _, phase := range query["phase"] {
		if !analysis.Phase(phase).IsKnown() {
			return filter, fmt.Errorf("the phase %q is unknown", phase)
		}
		filter.Phases = append(filter.Phases, analysis.Phase(phase))
	}
	for _, text := range query["limit"] {
		limit, err := strconv.Atoi(text)
		if err != nil || limit < 1 || limit > maxLimit {
			return filter, fmt.Errorf("the limit %q is not a number from 1 to %d", text, maxLimit)
		}
		filter.Limit = limit
	}
	return filter, nil
}

func (a API) history(w http.ResponseWriter, r *http.Request) {
	changes, err := a.Store.History(r.Context(), chi.URLParam(r, "id"))
	if err == nil && len(changes) == 0 {
		err = analyses.ErrNotFound
	}
	if err != nil {
		respondError(w, err)
		return
	}
	httpjson.Respond(w, http.StatusOK, changes)
}

func respondError(w http.ResponseWriter, err error) {
	switch {
	case errors.Is(err, analyses.ErrNotFound):
		httpjson.RespondProblem(w, http.StatusNotFound, err.Error())
	case errors.Is(err, analyses.ErrConflict):
		httpjson.RespondProblem(w, http.StatusConflict, err.Error())
	default:
		log.Printf("the database is unavailable: %v", err)
		httpjson.RespondProblem(w, http.StatusServiceUnavailable, "the database is unavailable")
	}
}
