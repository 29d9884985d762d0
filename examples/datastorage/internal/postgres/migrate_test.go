package postgres

import (
	"strings"
	"testing"
)

func TestMigrationsAreReadInOrder(t *testing.T) {
	migrations, err := readMigrations(migrationFiles)
	if err != nil {
		t.Fatal(err)
	}
	if len(migrations) < 2 || migrations[0].name != "0001_analyses.sql" || migrations[1].name != "0002_phase_changes.sql" {
		t.Errorf("migrations = %v", migrations)
	}
	if !strings.Contains(migrations[0].sql, "CREATE TABLE analyses") {
		t.Errorf("%s holds %q", migrations[0].name, migrations[0].sql)
	}
}

func TestOnlyMissingMigrationsArePending(t *testing.T) {
	migrations := []migration{{name: "0001"}, {name: "0002"}, {name: "0003"}}
	got := pending(migrations, []string{"0002", "0001"})
	if len(got) != 1 || got[0].name != "0003" {
		t.Errorf("pending = %v, want 0003 only", got)
	}
}
