package resource

import (
	"context"
	"net/url"

	"example.com/slipway/aianalysis/internal/kubernetes"
)

// Objects are the AIAnalysis objects of one namespace.
type Objects struct {
	client     kubernetes.Client
	collection string
}

// NewObjects returns the objects of a namespace.
func NewObjects(client kubernetes.Client, namespace string) Objects {
	return Objects{client, "/apis/" + APIVersion + "/namespaces/" + url.PathEscape(namespace) + "/aianalyses"}
}

// Get returns an object as it is now; kubernetes.IsNotFound of the error tells that there is none.
func (o Objects) Get(ctx context.Context, name string) (object AIAnalysis, err error) {
	err = o.client.Get(ctx, o.path(name), &object)
	return object, err
}

// UpdateStatus writes the object's status, and nothing else of it; kubernetes.IsConflict of the error tells that the
// object was changed since it was read.
func (o Objects) UpdateStatus(ctx context.Context, object AIAnalysis) error {
	return o.client.Update(ctx, o.path(object.Metadata.Name)+"/status", object, nil)
}

// Follow names the objects that are there, and then each that changes, until ctx ends.
func (o Objects) Follow(ctx context.Context, observer kubernetes.Observer) {
	o.client.Follow(ctx, o.collection, observer)
}

func (o Objects) path(name string) string {
	return o.collection + "/" + url.PathEscape(name)
}
