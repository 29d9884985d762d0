// Package postgres stores analyses in PostgreSQL.
package postgres

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/slipway/datastorage/internal/analyses"
	"example.com/slipway/internal/analysis"
)

const uniqueViolation = "23505"

// Store is the table of analyses and the history of their phases.
type Store struct {
	Pool *pgxpool.Pool
}

// Filter selects analyses; no phases means all phases.
type Filter struct {
	Phases []analysis.Phase
	Limit  int
}

// Ping returns nil when the database answers.
func (s Store) Ping(ctx context.Context) error {
	return s.Pool.Ping(ctx)
}

// Save stores incoming as far as analyses.DecideSave allows it, and returns what is stored afterwards.
func (s Store) Save(ctx context.Context, incoming analysis.Analysis) (analysis.Analysis, error) {
	saved := incoming
	err := pgx.BeginFunc(ctx, s.Pool, func(tx pgx.Tx) error {
		stored, err := lock(ctx, tx, incoming.ID)
		if err != nil {
			return err
		}
		decision, err := analyses.DecideSave(stored, incoming)
		if err != nil {
			return err
		}
		if !decision.Write {
			saved = *stored
			return nil
		}
		return write(ctx, tx, incoming, stored == nil, decision.PhaseChanged)
	})
	var violation *pgconn.PgError
	if errors.As(err, &violation) && violation.Code == uniqueViolation {
		return analysis.Analysis{}, analyses.ErrConflict // somebody else inserted the same new ID just now
	}
	return saved, err
}

func lock(ctx context.Context, tx pgx.Tx, id string) (*analysis.Analysis, error) {
	var stored analysis.Analysis
	err := tx.QueryRow(ctx, "SELECT document FROM analyses WHERE id = $1 FOR UPDATE", id).Scan(&stored)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, nil
	}
	return &stored, err
}

func write(ctx context.Context, tx pgx.Tx, a analysis.Analysis, isNew, phaseChanged bool) error {
	statement := "UPDATE analyses SET phase = $2, created_at = $3, document = $4 WHERE id = $1"
	if isNew {
		statement = "INSERT INTO analyses (id, phase, created_at, document) VALUES ($1, $2, $3, $4)"
	}
	if _, err := tx.Exec(ctx, statement, a.ID, a.Phase, a.CreatedAt, a); err != nil {
		return err
	}
	if !phaseChanged {
		return nil
	}
	const history = "INSERT INTO phase_changes (analysis_id, phase, changed_at) VALUES ($1, $2, $3)"
	_, err := tx.Exec(ctx, history, a.ID, a.Phase, a.UpdatedAt)
	return err
}

// Find returns one analysis, or analyses.ErrNotFound.
func (s Store) Find(ctx context.Context, id string) (analysis.Analysis, error) {
	var found analysis.Analysis
	err := s.Pool.QueryRow(ctx, "SELECT document FROM analyses WHERE id = $1", id).Scan(&found)
	if errors.Is(err, pgx.ErrNoRows) {
		return analysis.Analysis{}, analyses.ErrNotFound
	}
	return found, err
}

// List returns the selected analyses, newest first; an empty slice when there is none.
func (s Store) List(ctx context.Context, filter Filter) ([]analysis.Analysis, error) {
	const query = `SELECT document FROM analyses
		WHERE cardinality($1::text[]) = 0 OR phase = ANY ($1::text[])
		ORDER BY created_at DESC LIMIT $2`
	phases := make([]string, 0, len(filter.Phases))
	for _, phase := range filter.Phases {
		phases = append(phases, string(phase))
	}
	rows, err := s.Pool.Query(ctx, query, phases, filter.Limit)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[analysis.Analysis])
}

// History returns the phases that an analysis went through, oldest first; an empty slice for an unknown ID.
func (s Store) History(ctx context.Context, id string) ([]analysis.PhaseChange, error) {
	const query = "SELECT phase, changed_at FROM phase_changes WHERE analysis_id = $1 ORDER BY position"
	rows, err := s.Pool.Query(ctx, query, id)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByPos[analysis.PhaseChange])
}
