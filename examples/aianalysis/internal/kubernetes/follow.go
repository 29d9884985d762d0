package kubernetes

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"net/http"
	"strconv"
	"time"

	"example.com/slipway/internal/retry"
)

// watchFor is how long a watch lasts before everything is listed again: what a watch may have missed is caught up then.
const watchFor = 4 * time.Minute

// followPauses are the pauses after a list or a watch that failed; the first one comes after each watch.
var followPauses = retry.Policy{FirstPause: 250 * time.Millisecond, MaxPause: 30 * time.Second}

// Observer hears of the objects of a collection.
type Observer struct {
	// Changed is told the name of an object that is there, was changed or was removed: which of them, is for a look to tell.
	Changed func(name string)
	// Listed is told each time that all objects have been named.
	Listed func()
}

// Metadata is what all objects have. Times are as the API writes them.
type Metadata struct {
	Name              string `json:"name"`
	Namespace         string `json:"namespace,omitempty"`
	UID               string `json:"uid,omitempty"`
	Generation        int64  `json:"generation,omitempty"`
	ResourceVersion   string `json:"resourceVersion,omitempty"`
	DeletionTimestamp string `json:"deletionTimestamp,omitempty"`
}

type partialObject struct {
	Metadata Metadata `json:"metadata"`
}

// Follow names all objects of the collection at path, and then each that changes. It lists again whenever a watch ended,
// for whatever reason: so neither an outage of the API server nor an expired resource version leaves a gap. It returns
// when ctx ends.
func (c Client) Follow(ctx context.Context, path string, observer Observer) {
	for failures := 0; ctx.Err() == nil; {
		failures++
		version, err := c.list(ctx, path, observer)
		if err == nil {
			failures = 1
			err = c.watch(ctx, path, version, observer)
		}
		if err != nil && ctx.Err() == nil {
			log.Printf("%s will be listed again: %v", path, err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(followPauses.Pause(failures)):
		}
	}
}

func (c Client) list(ctx context.Context, path string, observer Observer) (version string, err error) {
	var list struct {
		Metadata Metadata        `json:"metadata"`
		Items    []partialObject `json:"items"`
	}
	if err := c.Get(ctx, path, &list); err != nil {
		return "", err
	}
	for _, item := range list.Items {
		observer.Changed(item.Metadata.Name)
	}
	observer.Listed()
	return list.Metadata.ResourceVersion, nil
}

// watch returns nil when the API server ended the watch in time.
func (c Client) watch(ctx context.Context, path, version string, observer Observer) error {
	// The server ends the watch; should it be gone without a word, we do, soon after.
	ctx, cancel := context.WithTimeout(ctx, watchFor+requestTimeout)
	defer cancel()
	seconds := strconv.Itoa(int(watchFor.Seconds()))
	query := "?watch=true&timeoutSeconds=" + seconds + "&resourceVersion=" + version
	response, err := c.send(ctx, http.MethodGet, path+query, nil)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	events := json.NewDecoder(response.Body)
	for events.More() {
		var event struct {
			Type   string          `json:"type"`
			Object json.RawMessage `json:"object"`
		}
		if err := events.Decode(&event); err != nil {
			return fmt.Errorf("the watch broke off: %w", err)
		}
		if event.Type == "ERROR" {
			return fmt.Errorf("the watch ended with an error: %s", event.Object)
		}
		var object partialObject
		if err := json.Unmarshal(event.Object, &object); err != nil {
			return fmt.Errorf("the watch sent something else than an object: %w", err)
		}
		observer.Changed(object.Metadata.Name)
	}
	return nil
}
