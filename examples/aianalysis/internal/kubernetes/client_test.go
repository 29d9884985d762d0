package kubernetes

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"encoding/pem"

	"example.com/slipway/aianalysis/internal/kubernetes/kubernetestest"
	"example.com/slipway/internal/environment"
)

const collection = "/apis/example.com/v1/namespaces/shop/things"

func clientOf(server *kubernetestest.Server) Client {
	return NewClient(server.URL, server.Client(), nil)
}

func TestErrorsOfTheAPIAreTold(t *testing.T) {
	server := kubernetestest.New(t)
	client := clientOf(server)
	var object partialObject
	err := client.Get(context.Background(), collection+"/missing", &object)
	if !IsNotFound(err) || !strings.Contains(err.Error(), "missing not found") {
		t.Errorf("Get() of what is not there: %v", err)
	}

	server.Put(collection+"/one", kubernetestest.Object{})
	if err := client.Get(context.Background(), collection+"/one", &object); err != nil {
		t.Fatal(err)
	}
	server.Put(collection+"/one", kubernetestest.Object{})
	if err := client.Update(context.Background(), collection+"/one", object, nil); !IsConflict(err) {
		t.Errorf("Update() of an outdated object: %v", err)
	}
	if err := client.Create(context.Background(), collection, object, nil); !IsConflict(err) {
		t.Errorf("Create() of what exists: %v", err)
	}
}

func TestAnAnswerThatIsNoStatusIsShown(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "upstream is away", http.StatusBadGateway)
	}))
	defer server.Close()
	err := NewClient(server.URL, server.Client(), nil).Get(context.Background(), collection, nil)
	var status *StatusError
	if !errors.As(err, &status) || status.Code != 502 || status.Message != "upstream is away" {
		t.Errorf("err = %v", err)
	}
}

func TestInClusterTrustsTheClustersAuthorityAndReadsTheTokenEachTime(t *testing.T) {
	var tokens []string
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		tokens = append(tokens, r.Header.Get("Authorization"))
		_, _ = w.Write([]byte(`{}`))
	}))
	defer server.Close()
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	folder := t.TempDir()
	write(t, folder, "ca.crt", string(certificate))
	write(t, folder, "namespace", "shop\n")
	write(t, folder, "token", "first")

	client, namespace, err := InCluster(environmentOf(strings.TrimPrefix(server.URL, "https://")), folder)
	if err != nil || namespace != "shop" {
		t.Fatalf("namespace = %q, err = %v", namespace, err)
	}
	for _, token := range []string{"first", "second"} {
		write(t, folder, "token", token)
		if err := client.Get(context.Background(), collection, nil); err != nil {
			t.Fatal(err)
		}
	}
	if strings.Join(tokens, ", ") != "Bearer first, Bearer second" {
		t.Errorf("tokens = %q", tokens)
	}
}

func TestInClusterSaysWhatIsMissing(t *testing.T) {
	if _, _, err := InCluster(environmentOf("[::1]:6443"), t.TempDir()); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("without files: %v", err)
	}
	if _, _, err := InCluster(environment.NewReader(func(string) (string, bool) { return "", false }), ""); err == nil ||
		!strings.Contains(err.Error(), "KUBERNETES_SERVICE_HOST, KUBERNETES_SERVICE_PORT") {
		t.Errorf("outside a cluster: %v", err)
	}
	folder := t.TempDir()
	write(t, folder, "namespace", "shop")
	write(t, folder, "ca.crt", "nothing")
	if _, _, err := InCluster(environmentOf("[::1]:6443"), folder); err == nil ||
		!strings.Contains(err.Error(), "ca.crt holds no certificate") {
		t.Errorf("with a file that is no certificate: %v", err)
	}
}

func environmentOf(address string) *environment.Reader {
	colon := strings.LastIndex(address, ":")
	variables := map[string]string{
		"KUBERNETES_SERVICE_HOST": strings.Trim(address[:colon], "[]"),
		"KUBERNETES_SERVICE_PORT": address[colon+1:],
	}
	return environment.NewReader(func(name string) (string, bool) { return variables[name], true })
}

func write(t *testing.T, folder, name, content string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}
