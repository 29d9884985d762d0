// Package api is aianalysis over HTTP.
package api

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
	"github.com/google/uuid"

	"example.com/slipway/aianalysis/internal/datastorage"
	"example.com/slipway/aianalysis/internal/service"
	"example.com/slipway/internal/analysis"
	"example.com/slipway/internal/httpjson"
)

const requestTimeout = 5 * time.Second

// Storage keeps analyses.
type Storage interface {
	// Read returns datastorage.ErrNotFound when there is no such analysis.
	Read(ctx context.Context, id string) (datastorage.Stored, error)
	List(ctx context.Context, phases ...analysis.Phase) ([]analysis.Analysis, error)
	Save(ctx context.Context, a analysis.Analysis) error
}

// Controller drives stored analyses on.
type Controller interface {
	Submit(id string)
	HasResumed() bool
}

// API takes alerts and shows what became of them.
type API struct {
	Storage    Storage
	Controller Controller
	Version    http.Handler
	NewID      func() string
	Now        func() time.Time
}

// Handler returns the routes.
func (a API) Handler() http.Handler {
	router := chi.NewRouter()
	router.Use(middleware.Recoverer, middleware.Timeout(requestTimeout))
	router.Get("/healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	router.Get("/readyz", a.ready)
	router.Method(http.MethodGet, "/version", a.Version)
	router.Post("/analyses", a.submit)
	router.Get("/analyses", a.list)
	router.Get("/analyses/{id}", a.read)
	router.Put("/analyses/{id}", a.ensure)
	return router
}

// ready does not ask the other services each time: their outages show in the analyses, and must not take this one away.
func (a API) ready(w http.ResponseWriter, _ *http.Request) {
	if !a.Controller.HasResumed() {
		httpjson.RespondProblem(w, http.StatusServiceUnavailable, "the unfinished analyses have not been loaded yet")
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// submit answers 202 once the analysis is stored: from then on no restart loses it.
func (a API) submit(w http.ResponseWriter, r *http.Request) {
	alert, err := decodeAlert(r)
	if err != nil {
		httpjson.RespondProblem(w, http.StatusBadRequest, err.Error())
		return
	}
	a.begin(w, r, analysis.New(a.NewID(), alert, a.Now()))
}

// ensure is submit for clients that give the ID, and so may ask again: an analysis that there is already is the answer.
func (a API) ensure(w http.ResponseWriter, r *http.Request) {
	id := chi.URLParam(r, "id")
	if parsed, err := uuid.Parse(id); err != nil || parsed.String() != id {
		httpjson.RespondProblem(w, http.StatusBadRequest, fmt.Sprintf("the id %q is not a UUID in lower case", id))
		return
	}
	alert, err := decodeAlert(r)
	if err != nil {
		httpjson.RespondProblem(w, http.StatusBadRequest, err.Error())
		return
	}
	stored, err := a.Storage.Read(r.Context(), id)
	switch {
	case errors.Is(err, datastorage.ErrNotFound):
		a.begin(w, r, analysis.New(id, alert, a.Now()))
	case err != nil:
		respondUnavailable(w, err)
	case !stored.Alert.Equal(alert):
		httpjson.RespondProblem(w, http.StatusConflict, "this id is that of another alert's analysis")
	default:
		httpjson.Respond(w, http.StatusOK, stored.Analysis)
	}
}

func decodeAlert(r *http.Request) (analysis.Alert, error) {
	var submitted service.Submission
	if err := httpjson.Decode(r, &submitted); err != nil {
		return analysis.Alert{}, err
	}
	return submitted.Alert, submitted.Alert.Validate()
}

func (a API) begin(w http.ResponseWriter, r *http.Request, accepted analysis.Analysis) {
	if err := a.Storage.Save(r.Context(), accepted); err != nil {
		respondUnavailable(w, err)
		return
	}
	a.Controller.Submit(accepted.ID)
	w.Header().Set("Location", "/analyses/"+accepted.ID)
	httpjson.Respond(w, http.StatusAccepted, accepted)
}

func (a API) read(w http.ResponseWriter, r *http.Request) {
	id := chi.URLParam(r, "id")
	if _, err := uuid.Parse(id); err != nil {
		httpjson.RespondProblem(w, http.StatusBadRequest, fmt.Sprintf("the id %q is not a UUID", id))
		return
	}
	stored, err := a.Storage.Read(r.Context(), id)
	switch {
	case errors.Is(err, datastorage.ErrNotFound):
		httpjson.RespondProblem(w, http.StatusNotFound, err.Error())
	case err != nil:
		respondUnavailable(w, err)
	default:
		w.Header().Set("X-Cache", stored.CacheOutcome)
		httpjson.Respond(w, http.StatusOK, stored.Analysis)
	}
}

func (a API) list(w http.ResponseWriter, r *http.Request) {
	listed, err := a.Storage.List(r.Context())
	if err != nil {
		respondUnavailable(w, err)
		return
	}
	httpjson.Respond(w, http.StatusOK, analysis.List{Items: listed})
}

func respondUnavailable(w http.ResponseWriter, err error) {
	log.Printf("datastorage is unavailable: %v", err)
	httpjson.RespondProblem(w, http.StatusServiceUnavailable, "datastorage is unavailable")
}
