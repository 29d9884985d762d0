package postgres

import (
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

func TestIsTemporary(t *testing.T) {
	for name, test := range map[string]struct {
		err  error
		want bool
	}{
		"no answer":            {errors.New("dial tcp: connection refused"), true},
		"starting up":          {&pgconn.PgError{Code: "57P03"}, true},
		"too many connections": {fmt.Errorf("connect: %w", &pgconn.PgError{Code: "53300"}), true},
		"wrong password":       {fmt.Errorf("connect: %w", &pgconn.PgError{Code: "28P01"}), false},
		"wrong SQL":            {&pgconn.PgError{Code: "42601"}, false},
	} {
		if got := IsTemporary(test.err); got != test.want {
			t.Errorf("%s: IsTemporary = %v, want %v", name, got, test.want)
		}
	}
}
