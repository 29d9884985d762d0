// Package resource is the AIAnalysis as an object of Kubernetes: an alert in its spec, what became of it in its status.
// The schema is k8s/kind/crd.yaml.
package resource

import (
	"fmt"

	"github.com/google/uuid"

	"example.com/slipway/aianalysis/internal/kubernetes"
	"example.com/slipway/internal/analysis"
)

// APIVersion is the version that this service reads and writes.
const APIVersion = "aianalysis.example.com/v1alpha1"

// AIAnalysis asks for the cause of an alert.
type AIAnalysis struct {
	APIVersion string              `json:"apiVersion"`
	Kind       string              `json:"kind"`
	Metadata   kubernetes.Metadata `json:"metadata"`
	Spec       Spec                `json:"spec"`
	Status     Status              `json:"status"`
}

// Spec is what its author asks for.
type Spec struct {
	Alert analysis.Alert `json:"alert"`
}

// AnalysisID is the ID under which this generation of the object is analysed. It depends on nothing else, so a controller
// that starts anew, or for the second time, finds what an earlier one began.
func (a AIAnalysis) AnalysisID() (string, error) {
	object, err := uuid.Parse(a.Metadata.UID)
	if err != nil {
		return "", fmt.Errorf("the uid of %s: %w", a.Metadata.Name, err)
	}
	return uuid.NewSHA1(object, []byte(fmt.Sprintf("generation %d", a.Metadata.Generation))).String(), nil
}

// IsSettled reports whether there is nothing left to do: this generation has a final phase, or the object is on its way out.
func (a AIAnalysis) IsSettled() bool {
	seen := a.Status.ObservedGeneration == a.Metadata.Generation
	return a.Metadata.DeletionTimestamp != "" || (seen && a.Status.Phase.IsFinal())
}
