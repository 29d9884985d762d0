package postgres

import (
	"errors"

	"github.com/jackc/pgx/v5/pgconn"
)

// Classes of SQLSTATE codes after which the same statement may succeed later (appendix A of PostgreSQL's manual).
var temporaryClasses = map[string]bool{
	"08": true, // connection exception
	"53": true, // insufficient resources, such as too many connections
	"57": true, // operator intervention: starting up, shutting down
}

// IsTemporary reports whether err may pass by itself: the server said so, or did not answer at all.
func IsTemporary(err error) bool {
	var fromServer *pgconn.PgError
	if errors.As(err, &fromServer) {
		return temporaryClasses[fromServer.Code[:2]]
	}
	return true
}
