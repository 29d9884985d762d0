#!/bin/bash
# Makes the node image of kind in podman's storage from Debian's packages, Go modules and binaries. Needs root, podman, and
# docker.io/library/debian:bookworm-slim. About 2 minutes.
#   tools/kind-node/make-node-image.sh FOLDER   FOLDER holds what build-binaries.sh builds
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tools/kind-node/versions.sh
. "$here/versions.sh"
binaries=$1
registry=registry.k8s.io
empty_node=localhost/nx-slipway-kind-node-empty:$$
loader=nx-slipway-kind-node-loader-$$
images=()
work=$(mktemp -d)
clean_up() {
  podman rm --force --time 0 "$loader" >/dev/null 2>&1 || true
  for image in "$empty_node" "${images[@]}"; do podman rmi --force "$image" >/dev/null 2>&1 || true; done
  rm -rf "$work"
}
trap clean_up EXIT

# Without intermediate images, each of which would keep a copy of the binaries.
build() { podman build --quiet --layers=false --network host "$@" >/dev/null; }

make_empty_node() {
  local kind_module
  kind_module=$(cd "$work" && go mod download -json "sigs.k8s.io/kind@$KIND_VERSION" | sed -n 's/.*"Dir": "\(.*\)".*/\1/p')
  cp -r "$here/node" "$work/node"
  cp -r "$kind_module/images/base/files" "$work/node/kind-files"
  chmod -R u+w "$work/node/kind-files"
  cp "$binaries"/{hyperkube,containerd,containerd-shim-runc-v2,ctr} "$work/node/"
  build --build-arg "KUBERNETES_VERSION=$KUBERNETES_VERSION" --tag "$empty_node" "$work/node"
}

# image NAME FOLDER: one of the images that kubeadm starts, made of a folder with a Dockerfile.
image() {
  images+=("$registry/$1")
  build --tag "$registry/$1" "$2"
}

# of_binary NAME BINARY PATH LINE…: an image of one binary, by Dockerfile lines.
of_binary() {
  local name=$1 binary=$2 path=$3
  shift 3
  mkdir -p "$work/$binary"
  cp "$binaries/$binary" "$work/$binary/"
  printf '%s\n' 'FROM scratch' "COPY $binary $path" "$@" >"$work/$binary/Dockerfile"
  image "$name" "$work/$binary"
}

make_control_plane() {
  local folder=$work/control-plane name
  mkdir -p "$folder/root/usr/local/bin"
  cp "$binaries/hyperkube" "$folder/root/usr/local/bin/"
  for name in kube-apiserver kube-controller-manager kube-scheduler; do ln -s hyperkube "$folder/root/usr/local/bin/$name"; done
  printf 'FROM scratch\nCOPY root/ /\nENV PATH=/usr/local/bin\n' >"$folder/Dockerfile"
  image "kube-apiserver:$KUBERNETES_VERSION" "$folder"
  for name in kube-controller-manager kube-scheduler; do
    podman tag "$registry/kube-apiserver:$KUBERNETES_VERSION" "$registry/$name:$KUBERNETES_VERSION"
    images+=("$registry/$name:$KUBERNETES_VERSION")
  done
}

# kube-proxy calls iptables and conntrack.
make_proxy() {
  local folder=$work/proxy
  mkdir -p "$folder"
  cp "$binaries/hyperkube" "$folder/"
  cat >"$folder/Dockerfile" <<'DOCKERFILE'
FROM docker.io/library/debian:bookworm-slim
RUN apt-get update -qq && apt-get install -y -qq --no-install-recommends iptables conntrack kmod \
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
COPY hyperkube /usr/local/bin/kube-proxy
DOCKERFILE
  image "kube-proxy:$KUBERNETES_VERSION" "$folder"
}

# Puts the images into the node's own containerd, without a registry.
fill_node() {
  podman run --detach --quiet --name "$loader" --privileged --entrypoint /bin/sleep "$empty_node" infinity >/dev/null
  podman exec --detach "$loader" containerd
  for _ in $(seq 300); do
    podman exec "$loader" ctr version >/dev/null 2>&1 && break
    sleep 0.2
  done
  podman save --quiet --multi-image-archive --format docker-archive "${images[@]}" |
    podman exec --interactive "$loader" ctr --namespace=k8s.io images import --all-platforms --no-unpack --digests - >/dev/null
  podman exec "$loader" pkill containerd
  podman stop --time 0 "$loader" >/dev/null
  podman commit --quiet --change 'ENTRYPOINT ["/usr/local/bin/entrypoint", "/sbin/init"]' "$loader" "$NODE_IMAGE" >/dev/null
}

make_empty_node
make_control_plane
of_binary "$ETCD_IMAGE" etcd /usr/local/bin/etcd 'ENV PATH=/usr/local/bin'
of_binary "$COREDNS_IMAGE" coredns /coredns 'ENTRYPOINT ["/coredns"]'
of_binary "$PAUSE_IMAGE" pause /pause 'ENTRYPOINT ["/pause"]'
make_proxy
fill_node
