# shellcheck shell=bash disable=SC2034
# Sourced, and read by tests: what the kind suite runs on. Kubernetes is that of sources/hyperkube/go.mod, the images' versions
# those that its kubeadm asks for (kubeadm config images list).
KUBERNETES_VERSION=v1.34.4
CONTAINERD_VERSION=2.2.1
ETCD_IMAGE=etcd:3.6.5-0
COREDNS_IMAGE=coredns/coredns:v1.12.1
PAUSE_IMAGE=pause:3.10
KIND_VERSION=v0.33.0
HELM_VERSION=v3.22.0
# At least what the go.mod of all of these asks for; for machines whose own Go cannot fetch another one.
GO_VERSION=1.26.8
NODE_IMAGE=docker.io/kindest/node:v1.34.4
