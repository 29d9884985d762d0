// Package analyses decides how analyses are kept: what may be saved, and what may be read from the cache.
package analyses

import (
	"errors"
	"fmt"

	"example.com/slipway/internal/analysis"
)

// ErrNotFound says that no analysis with this ID is stored.
var ErrNotFound = errors.New("no analysis with this id is stored")

// ErrConflict says that a change contradicts what is stored.
var ErrConflict = errors.New("the change contradicts the stored analysis")

// Decision is what saving an analysis amounts to.
type Decision struct {
	// Write is false when what is stored must stay as it is: finished analyses are immutable.
	Write bool
	// PhaseChanged says that the change belongs into the history.
	PhaseChanged bool
}

// DecideSave tells what to do with incoming; stored is nil when the ID is new. A request that is repeated, as clients do
// when an answer got lost, is no conflict.
func DecideSave(stored *analysis.Analysis, incoming analysis.Analysis) (Decision, error) {
	switch {
	case stored == nil && incoming.Phase == analysis.Pending:
		return Decision{Write: true, PhaseChanged: true}, nil
	case stored == nil:
		return Decision{}, fmt.Errorf("%w: a new analysis is %s, not %s", ErrConflict, analysis.Pending, incoming.Phase)
	case stored.Phase == incoming.Phase:
		return Decision{Write: !stored.Phase.IsFinal()}, nil
	case stored.Phase.CanBecome(incoming.Phase):
		return Decision{Write: true, PhaseChanged: true}, nil
	}
	return Decision{}, fmt.Errorf("%w: it is %s and cannot become %s", ErrConflict, stored.Phase, incoming.Phase)
}
