// Package kubernetestest is an API server for tests: as much of Kubernetes' rules as a small controller can get wrong.
// Objects have versions that an update must not be behind; a status is updated by itself, and alone; a watch sends what
// changed after its version.
package kubernetestest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
)

// Object is any object, as JSON has it.
type Object = map[string]any

// Server is the API server. Its zero value is of no use: create it with New.
type Server struct {
	*httptest.Server

	mutex   sync.Mutex
	version int
	objects map[string]Object
	events  []event
	changed chan struct{}
	broken  map[string]int
	cut     chan struct{}
	served  []string
}

type event struct {
	version int
	path    string
	body    []byte
}

// New starts a server, which is stopped with the test.
func New(t *testing.T) *Server {
	s := &Server{
		objects: map[string]Object{},
		changed: make(chan struct{}),
		broken:  map[string]int{},
		cut:     make(chan struct{}),
	}
	s.Server = httptest.NewServer(s)
	t.Cleanup(func() {
		s.CutWatches()
		s.Server.CloseClientConnections()
		s.Server.Close()
	})
	return s
}

// Put makes an object, or changes its spec as its author does, and returns it. The path is that of the object.
func (s *Server) Put(path string, object Object) Object {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	current, exists := s.objects[path]
	if !exists {
		return s.add(path, object)
	}
	metadata := metadataOf(clone(current))
	metadata["generation"] = metadata["generation"].(float64) + 1
	object["metadata"], object["status"] = metadata, current["status"]
	return s.store(path, object, "MODIFIED")
}

// Remove takes an object away.
func (s *Server) Remove(path string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	object := s.objects[path]
	s.store(path, object, "DELETED")
	delete(s.objects, path)
}

// Read returns an object by its path; nil when there is none.
func (s *Server) Read(path string) Object {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return clone(s.objects[path])
}

// Fail answers the next requests of a method ("WATCH" is one of them) with 500.
func (s *Server) Fail(method string, times int) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.broken[method] = times
}

// CutWatches ends all watches at once.
func (s *Server) CutWatches() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	close(s.cut)
	s.cut = make(chan struct{})
}

// Served returns the requests that were answered, as "GET /path".
func (s *Server) Served() []string {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return append([]string(nil), s.served...)
}

// ServeHTTP answers as an API server does.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	method := r.Method
	if r.URL.Query().Get("watch") == "true" {
		method = "WATCH"
	}
	s.mutex.Lock()
	s.served = append(s.served, method+" "+r.URL.Path)
	if s.broken[method] > 0 {
		s.broken[method]--
		s.mutex.Unlock()
		refuse(w, http.StatusInternalServerError, "InternalError", "broken for the test")
		return
	}
	if method == "WATCH" {
		cut := s.cut
		s.mutex.Unlock()
		s.watch(w, r, cut)
		return
	}
	defer s.mutex.Unlock()
	switch r.Method {
	case http.MethodGet:
		s.get(w, r.URL.Path)
	case http.MethodPost:
		s.create(w, r)
	case http.MethodPut:
		s.update(w, r)
	}
}

func (s *Server) get(w http.ResponseWriter, path string) {
	if object, found := s.objects[path]; found {
		respond(w, object)
		return
	}
	if isObject(path) {
		refuse(w, http.StatusNotFound, "NotFound", path+" not found")
		return
	}
	items := []Object{}
	for at, object := range s.objects {
		if collection, _ := split(at); collection == path {
			items = append(items, object)
		}
	}
	respond(w, Object{"metadata": Object{"resourceVersion": strconv.Itoa(s.version)}, "items": items})
}

func (s *Server) create(w http.ResponseWriter, r *http.Request) {
	object := decode(r)
	path := r.URL.Path + "/" + metadataOf(object)["name"].(string)
	if _, exists := s.objects[path]; exists {
		refuse(w, http.StatusConflict, "AlreadyExists", path+" already exists")
		return
	}
	respond(w, s.add(path, object))
}

func (s *Server) update(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimSuffix(r.URL.Path, "/status")
	current, exists := s.objects[path]
	if !exists {
		refuse(w, http.StatusNotFound, "NotFound", path+" not found")
		return
	}
	object := decode(r)
	if metadataOf(object)["resourceVersion"] != metadataOf(current)["resourceVersion"] {
		refuse(w, http.StatusConflict, "Conflict", "the object has been modified")
		return
	}
	updated := clone(current)
	if path != r.URL.Path {
		updated["status"] = object["status"]
	} else {
		updated["spec"] = object["spec"]
	}
	respond(w, s.store(path, updated, "MODIFIED"))
}

func (s *Server) watch(w http.ResponseWriter, r *http.Request, cut <-chan struct{}) {
	seen, err := strconv.Atoi(r.URL.Query().Get("resourceVersion"))
	if err != nil {
		refuse(w, http.StatusBadRequest, "BadRequest", err.Error())
		return
	}
	flusher := w.(http.Flusher)
	flusher.Flush()
	for {
		s.mutex.Lock()
		events, changed := s.events, s.changed
		s.mutex.Unlock()
		for _, event := range events {
			if collection, _ := split(event.path); event.version > seen && collection == r.URL.Path {
				fmt.Fprintf(w, "%s\n", event.body)
			}
			seen = max(seen, event.version)
		}
		flusher.Flush()
		select {
		case <-changed:
		case <-cut:
			return
		case <-r.Context().Done():
			return
		}
	}
}

func (s *Server) add(path string, object Object) Object {
	_, name := split(path)
	object["metadata"] = Object{"name": name, "uid": uuid.NewString(), "generation": 1}
	return s.store(path, object, "ADDED")
}

// store gives the object its next version, and tells those who watch.
func (s *Server) store(path string, object Object, change string) Object {
	s.version++
	object = clone(object)
	metadataOf(object)["resourceVersion"] = strconv.Itoa(s.version)
	s.objects[path] = object
	body, err := json.Marshal(Object{"type": change, "object": object})
	if err != nil {
		panic(err)
	}
	s.events = append(s.events, event{s.version, path, body})
	close(s.changed)
	s.changed = make(chan struct{})
	return clone(object)
}

// isObject tells the path of an object from that of its collection: below a namespace there are kinds, and then names.
func isObject(path string) bool {
	_, below, _ := strings.Cut(path, "/namespaces/")
	return strings.Count(below, "/") == 2
}

func split(path string) (collection, name string) {
	slash := strings.LastIndex(path, "/")
	return path[:slash], path[slash+1:]
}

func metadataOf(object Object) Object {
	return object["metadata"].(Object)
}

func decode(r *http.Request) (object Object) {
	if err := json.NewDecoder(r.Body).Decode(&object); err != nil {
		panic(err)
	}
	return object
}

// clone returns a copy that shares nothing; numbers become those of JSON.
func clone(object Object) (copied Object) {
	encoded, err := json.Marshal(object)
	if err != nil {
		panic(err)
	}
	if err := json.Unmarshal(encoded, &copied); err != nil {
		panic(err)
	}
	return copied
}

func respond(w http.ResponseWriter, object Object) {
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(object); err != nil {
		panic(err)
	}
}

func refuse(w http.ResponseWriter, code int, reason, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(code)
	body := Object{"kind": "Status", "status": "Failure", "code": code, "reason": reason, "message": message}
	if err := json.NewEncoder(w).Encode(body); err != nil {
		panic(err)
	}
}

func max(a, b int) int {
	if a > b {
		return a
	}
	return b
}
