package analysis

import (
	"fmt"
	"reflect"
)

// Limits of an alert. Lengths are in bytes.
const (
	MaxNameLength    = 253
	MaxMessageLength = 8192
	MaxLabels        = 64
)

// Alert is what a monitoring system reports about a workload.
type Alert struct {
	Name      string            `json:"name"`
	Namespace string            `json:"namespace"`
	Labels    map[string]string `json:"labels,omitempty"`
	Message   string            `json:"message"`
}

// Equal reports whether both say the same; no labels and an empty set of them do.
func (a Alert) Equal(other Alert) bool {
	if a.Name != other.Name || a.Namespace != other.Namespace || a.Message != other.Message {
		return false
	}
	return len(a.Labels) == len(other.Labels) && (len(a.Labels) == 0 || reflect.DeepEqual(a.Labels, other.Labels))
}

// Validate returns an error that names the first field which is missing or too long; nil otherwise.
func (a Alert) Validate() error {
	switch {
	case a.Name == "":
		return fmt.Errorf("alert.name is empty")
	case len(a.Name) > MaxNameLength:
		return fmt.Errorf("alert.name has %d bytes; %d are allowed", len(a.Name), MaxNameLength)
	case a.Namespace == "":
		return fmt.Errorf("alert.namespace is empty")
	case len(a.Namespace) > MaxNameLength:
		return fmt.Errorf("alert.namespace has %d bytes; %d are allowed", len(a.Namespace), MaxNameLength)
	case len(a.Message) > MaxMessageLength:
		return fmt.Errorf("alert.message has %d bytes; %d are allowed", len(a.Message), MaxMessageLength)
	case len(a.Labels) > MaxLabels:
		return fmt.Errorf("alert.labels has %d entries; %d are allowed", len(a.Labels), MaxLabels)
	}
	return nil
}
