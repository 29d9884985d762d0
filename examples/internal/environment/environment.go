// Package environment reads a service's settings from environment variables.
package environment

import (
	"fmt"
	"strings"
)

// Reader collects every variable that is missing, so that one error names them all.
type Reader struct {
	lookup  func(name string) (string, bool)
	missing []string
}

// NewReader reads with lookup, which is os.LookupEnv outside tests.
func NewReader(lookup func(name string) (string, bool)) *Reader {
	return &Reader{lookup: lookup}
}

// Required returns the variable's value; when it is unset or empty, Err will name it.
func (r *Reader) Required(name string) string {
	value, _ := r.lookup(name)
	if value == "" {
		r.missing = append(r.missing, name)
	}
	return value
}

// Optional returns the variable's value, or fallback when it is unset or empty.
func (r *Reader) Optional(name, fallback string) string {
	if value, _ := r.lookup(name); value != "" {
		return value
	}
	return fallback
}

// Err returns an error that names every required variable that is missing; nil when there is none.
func (r *Reader) Err() error {
	if len(r.missing) == 0 {
		return nil
	}
	return fmt.Errorf("these environment variables must be set: %s", strings.Join(r.missing, ", "))
}
