package resource

import (
	"fmt"
	"reflect"
	"time"

	"example.com/slipway/internal/analysis"
)

// Status is what the controller found out about the generation that it observed.
type Status struct {
	Phase              analysis.Phase    `json:"phase,omitempty"`
	ObservedGeneration int64             `json:"observedGeneration,omitempty"`
	AnalysisID         string            `json:"analysisID,omitempty"`
	Finding            *analysis.Finding `json:"finding,omitempty"`
	FailureReason      string            `json:"failureReason,omitempty"`
	Conditions         []Condition       `json:"conditions,omitempty"`
}

// Condition is one of Kubernetes' own kind. LastTransitionTime is when Status last became another.
type Condition struct {
	Type               string `json:"type"`
	Status             string `json:"status"`
	Reason             string `json:"reason"`
	Message            string `json:"message"`
	ObservedGeneration int64  `json:"observedGeneration,omitempty"`
	LastTransitionTime string `json:"lastTransitionTime"`
}

// The conditions by which kstatus, and so most deployment tools, tell whether an object of a kind that they do not know
// is done (Ready) or never will be (Stalled).
const (
	Ready   = "Ready"
	Stalled = "Stalled"
)

// Reasons of conditions that are no phases.
const (
	reasonInvalidAlert = "InvalidAlert"
	reasonUnavailable  = "ServiceUnavailable"
)

// Equal reports whether the two say the same.
func (s Status) Equal(other Status) bool {
	return reflect.DeepEqual(s, other)
}

// StatusOf returns the object's status when this is its stored analysis.
func StatusOf(object AIAnalysis, stored analysis.Analysis) Status {
	status := Status{
		Phase:         stored.Phase,
		AnalysisID:    stored.ID,
		Finding:       stored.Finding,
		FailureReason: stored.FailureReason,
	}
	return status.explained(object, string(stored.Phase), messageOf(stored), stored.UpdatedAt)
}

// Refused returns the status of an object whose alert is not valid: it fails before it is analysed.
func Refused(object AIAnalysis, cause error, now time.Time) Status {
	status := Status{Phase: analysis.Failed, FailureReason: cause.Error()}
	return status.explained(object, reasonInvalidAlert, cause.Error(), now)
}

// Waiting returns the status of an object whose analysis is not known, since nobody answers who knows it: what is known
// of this generation stays.
func Waiting(object AIAnalysis, now time.Time) Status {
	status := Status{Phase: analysis.Pending}
	if object.Status.ObservedGeneration == object.Metadata.Generation && object.Status.Phase != "" {
		status = object.Status
	}
	return status.explained(object, reasonUnavailable, "The analysis is asked for again until it is known.", now)
}

func messageOf(stored analysis.Analysis) string {
	switch stored.Phase {
	case analysis.Completed:
		return fmt.Sprintf("%s (confidence %.2f)", stored.Finding.RootCause, stored.Finding.Confidence)
	case analysis.Failed:
		return stored.FailureReason
	default:
		return "The cause is being looked for."
	}
}

// explained adds the observed generation and the conditions; a condition that stays as it was keeps its time.
func (s Status) explained(object AIAnalysis, reason, message string, at time.Time) Status {
	s.ObservedGeneration = object.Metadata.Generation
	s.Conditions = nil
	for _, condition := range []Condition{
		{Type: Ready, Status: statusOf(s.Phase == analysis.Completed)},
		{Type: Stalled, Status: statusOf(s.Phase == analysis.Failed)},
	} {
		condition.Reason, condition.Message = reason, message
		condition.ObservedGeneration = object.Metadata.Generation
		condition.LastTransitionTime = at.UTC().Format(time.RFC3339)
		if earlier, found := object.Status.condition(condition.Type); found && earlier.Status == condition.Status {
			condition.LastTransitionTime = earlier.LastTransitionTime
		}
		s.Conditions = append(s.Conditions, condition)
	}
	return s
}

func (s Status) condition(kind string) (Condition, bool) {
	for _, condition := range s.Conditions {
		if condition.Type == kind {
			return condition, true
		}
	}
	return Condition{}, false
}

func statusOf(holds bool) string {
	if holds {
		return "True"
	}
	return "False"
}
