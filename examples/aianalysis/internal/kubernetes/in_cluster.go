package kubernetes

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"example.com/slipway/internal/environment"
)

// ServiceAccountFolder is where the kubelet puts the files of a pod's service account.
const ServiceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount"

// InCluster returns a client of the API server of the cluster that the process runs in, as the service account of its
// pod, and the pod's namespace.
func InCluster(env *environment.Reader, folder string) (Client, string, error) {
	host := env.Required("KUBERNETES_SERVICE_HOST")
	port := env.Required("KUBERNETES_SERVICE_PORT")
	if err := env.Err(); err != nil {
		return Client{}, "", err
	}
	namespace, err := readLine(folder, "namespace")
	if err != nil {
		return Client{}, "", err
	}
	authorities, err := readAuthorities(folder)
	if err != nil {
		return Client{}, "", err
	}
	token := func() (string, error) { return readLine(folder, "token") }
	return NewClient("https://"+net.JoinHostPort(host, port), newHTTPClient(authorities), token), namespace, nil
}

// newHTTPClient returns a client that has no limit for a whole answer, since a watch is one that lasts.
func newHTTPClient(authorities *x509.CertPool) *http.Client {
	return &http.Client{Transport: &http.Transport{
		DialContext:           (&net.Dialer{Timeout: 5 * time.Second, KeepAlive: 15 * time.Second}).DialContext,
		TLSClientConfig:       &tls.Config{RootCAs: authorities, MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:   5 * time.Second,
		ResponseHeaderTimeout: requestTimeout,
		IdleConnTimeout:       90 * time.Second,
	}}
}

func readAuthorities(folder string) (*x509.CertPool, error) {
	path := filepath.Join(folder, "ca.crt")
	pem, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	authorities := x509.NewCertPool()
	if !authorities.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no certificate", path)
	}
	return authorities, nil
}

func readLine(folder, name string) (string, error) {
	content, err := os.ReadFile(filepath.Join(folder, name))
	return strings.TrimSpace(string(content)), err
}
