package postgres

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"log"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// Any number: those who migrate the same database must only use the same one.
const migrationLock = 20240501

type migration struct {
	name string
	sql  string
}

// Migrate brings the database's schema to the version that this build needs. Each migration is applied once, in the
// order of the files' names, and all of them or none. Several processes may migrate at the same time.
func Migrate(ctx context.Context, pool *pgxpool.Pool) error {
	migrations, err := readMigrations(migrationFiles)
	if err != nil {
		return err
	}
	return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		applied, err := lockAndListApplied(ctx, tx)
		if err != nil {
			return err
		}
		for _, m := range pending(migrations, applied) {
			if err := apply(ctx, tx, m); err != nil {
				return fmt.Errorf("migration %s: %w", m.name, err)
			}
			log.Printf("applied migration %s", m.name)
		}
		return nil
	})
}

func readMigrations(files fs.FS) ([]migration, error) {
	names, err := fs.Glob(files, "migrations/*.sql") // sorted by name
	if err != nil {
		return nil, err
	}
	migrations := make([]migration, 0, len(names))
	for _, name := range names {
		sql, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		migrations = append(migrations, migration{name: name[len("migrations/"):], sql: string(sql)})
	}
	return migrations, nil
}

func pending(migrations []migration, applied []string) []migration {
	done := make(map[string]bool, len(applied))
	for _, name := range applied {
		done[name] = true
	}
	var remaining []migration
	for _, m := range migrations {
		if !done[m.name] {
			remaining = append(remaining, m)
		}
	}
	return remaining
}

func lockAndListApplied(ctx context.Context, tx pgx.Tx) ([]string, error) {
	if _, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock($1)", migrationLock); err != nil {
		return nil, err
	}
	const table = "CREATE TABLE IF NOT EXISTS schema_migrations (name text PRIMARY KEY, applied_at timestamptz DEFAULT now())"
	if _, err := tx.Exec(ctx, table); err != nil {
		return nil, err
	}
	rows, err := tx.Query(ctx, "SELECT name FROM schema_migrations")
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowTo[string])
}

func apply(ctx context.Context, tx pgx.Tx, m migration) error {
	if _, err := tx.Exec(ctx, m.sql); err != nil {
		return err
	}
	_, err := tx.Exec(ctx, "INSERT INTO schema_migrations (name) VALUES ($1)", m.name)
	return err
}
