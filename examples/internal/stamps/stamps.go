// Package stamps tells which build of a service is running.
package stamps

import (
	"encoding/json"
	"net/http"
	"os"

	"example.com/slipway/internal/httpjson"
)

// Path is where the Dockerfiles of the Go services put their image's stamps. They are a file beside the binary and not a
// part of it: so the binary is the same for every commit that does not change it.
const Path = "/etc/stamps.json"

const unknown = "unknown"

// Stamps name the source of an image.
type Stamps struct {
	GitCommit string `json:"gitCommit"`
	BuildDate string `json:"buildDate"`
}

// Read returns the stamps in the file at path; "unknown" for what it does not say, as outside an image.
func Read(path string) Stamps {
	stamps := Stamps{GitCommit: unknown, BuildDate: unknown}
	content, err := os.ReadFile(path)
	if err != nil {
		return stamps
	}
	if err := json.Unmarshal(content, &stamps); err != nil {
		return Stamps{GitCommit: unknown, BuildDate: unknown}
	}
	return stamps
}

// ServeHTTP answers with the stamps.
func (s Stamps) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	httpjson.Respond(w, http.StatusOK, s)
}
