// Package analysis says what an analysis is and how it may change. It has no effects.
package analysis

import (
	"errors"
	"fmt"
	"time"
)

// Phase is where an analysis stands.
type Phase string

// The phases of an analysis: Pending -> Investigating -> Completed or Failed.
const (
	Pending       Phase = "Pending"
	Investigating Phase = "Investigating"
	Completed     Phase = "Completed"
	Failed        Phase = "Failed"
)

var successors = map[Phase][]Phase{
	Pending:       {Investigating, Failed},
	Investigating: {Completed, Failed},
	Completed:     {},
	Failed:        {},
}

// Unfinished lists the phases from which an analysis still has to be driven on.
var Unfinished = []Phase{Pending, Investigating}

// IsKnown reports whether p is one of the phases above.
func (p Phase) IsKnown() bool {
	_, known := successors[p]
	return known
}

// IsFinal reports whether an analysis in this phase never changes again.
func (p Phase) IsFinal() bool {
	return p.IsKnown() && len(successors[p]) == 0
}

// CanBecome reports whether next may directly follow p.
func (p Phase) CanBecome(next Phase) bool {
	for _, successor := range successors[p] {
		if successor == next {
			return true
		}
	}
	return false
}

// Finding is what an investigation found out.
type Finding struct {
	RootCause          string   `json:"rootCause"`
	Confidence         float64  `json:"confidence"`
	RecommendedActions []string `json:"recommendedActions"`
}

// Analysis is the investigation of one alert. Values are not changed in place: each step returns a new one.
type Analysis struct {
	ID            string    `json:"id"`
	Alert         Alert     `json:"alert"`
	Phase         Phase     `json:"phase"`
	Finding       *Finding  `json:"finding,omitempty"`
	FailureReason string    `json:"failureReason,omitempty"`
	CreatedAt     time.Time `json:"createdAt"`
	UpdatedAt     time.Time `json:"updatedAt"`
}

// PhaseChange records when an analysis entered a phase.
type PhaseChange struct {
	Phase Phase     `json:"phase"`
	At    time.Time `json:"at"`
}

// List is a selection of analyses.
type List struct {
	Items []Analysis `json:"items"`
}

// New returns a Pending analysis of alert.
func New(id string, alert Alert, now time.Time) Analysis {
	return Analysis{ID: id, Alert: alert, Phase: Pending, CreatedAt: now.UTC(), UpdatedAt: now.UTC()}
}

// Investigate returns the analysis in phase Investigating.
func (a Analysis) Investigate(now time.Time) (Analysis, error) {
	return a.enter(Investigating, now)
}

// Complete returns the analysis in phase Completed, with its finding.
func (a Analysis) Complete(finding Finding, now time.Time) (Analysis, error) {
	a.Finding = &finding
	return a.enter(Completed, now)
}

// Fail returns the analysis in phase Failed, with the reason for people to read.
func (a Analysis) Fail(reason string, now time.Time) (Analysis, error) {
	a.FailureReason = reason
	return a.enter(Failed, now)
}

func (a Analysis) enter(next Phase, now time.Time) (Analysis, error) {
	if !a.Phase.CanBecome(next) {
		return Analysis{}, fmt.Errorf("an analysis that is %s cannot become %s", a.Phase, next)
	}
	a.Phase = next
	a.UpdatedAt = now.UTC()
	return a, a.Validate()
}

// Validate returns an error when the analysis contradicts itself; nil otherwise.
func (a Analysis) Validate() error {
	switch {
	case a.ID == "":
		return errors.New("id is empty")
	case !a.Phase.IsKnown():
		return fmt.Errorf("phase %q is unknown", a.Phase)
	case (a.Phase == Completed) != (a.Finding != nil):
		return fmt.Errorf("an analysis has a finding if, and only if, it is %s; this one is %s", Completed, a.Phase)
	case (a.Phase == Failed) != (a.FailureReason != ""):
		return fmt.Errorf("an analysis has a failureReason if, and only if, it is %s; this one is %s", Failed, a.Phase)
	}
	return a.Alert.Validate()
}
