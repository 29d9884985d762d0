package analyses

import (
	"errors"
	"testing"

	"example.com/slipway/internal/analysis"
)

func inPhase(phase analysis.Phase) analysis.Analysis {
	return analysis.Analysis{ID: "1", Phase: phase}
}

func TestDecideSave(t *testing.T) {
	const isNew = analysis.Phase("")
	written := Decision{Write: true, PhaseChanged: true}
	for _, test := range []struct {
		stored, incoming analysis.Phase
		want             Decision
		wantErr          error
	}{
		{isNew, analysis.Pending, written, nil},
		{isNew, analysis.Completed, Decision{}, ErrConflict},
		{analysis.Pending, analysis.Investigating, written, nil},
		{analysis.Investigating, analysis.Completed, written, nil},
		{analysis.Investigating, analysis.Failed, written, nil},
		{analysis.Investigating, analysis.Investigating, Decision{Write: true}, nil},
		{analysis.Completed, analysis.Completed, Decision{}, nil},
		{analysis.Completed, analysis.Investigating, Decision{}, ErrConflict},
		{analysis.Pending, analysis.Completed, Decision{}, ErrConflict},
	} {
		var stored *analysis.Analysis
		if test.stored != isNew {
			value := inPhase(test.stored)
			stored = &value
		}
		got, err := DecideSave(stored, inPhase(test.incoming))
		if got != test.want || !errors.Is(err, test.wantErr) {
			t.Errorf("%q -> %q: %+v, %v; want %+v, %v", test.stored, test.incoming, got, err, test.want, test.wantErr)
		}
	}
}
