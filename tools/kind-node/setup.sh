#!/bin/bash
# Makes sure that what the kind suite needs is there: kind, kubectl, helm, and a node image. Quick when they are. What is missing
# is taken from the folder KIND_NODE_BINARIES where that is set, else built from Go modules (the node image's binaries: about
# 12 minutes, once a machine), into a folder of this user that tools/run.sh puts on PATH. Nothing of the user's own is replaced.
#   tools/kind-node/setup.sh
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tools/kind-node/versions.sh
. "$here/versions.sh"
# shellcheck source=tools/kind-node/place.sh
. "$here/place.sh"
# shellcheck source=tools/kind-node/go.sh
. "$here/go.sh"
binaries=$kind_tools/binaries-$KUBERNETES_VERSION
pull_limit=120s # a registry that does not answer must not hold up a first run
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$@" >&2; exit 1; }

# Makes sure that $binaries has those of the given names.
provide_binaries() {
  if [ -n "${KIND_NODE_BINARIES:-}" ]; then
    take_given "$@"
    return
  fi
  local name
  for name in "$@"; do
    [ -x "$binaries/$name" ] || { say "building binaries for kind from Go modules (all of them: about 12 minutes, once a machine)"; break; }
  done
  "$here/build-binaries.sh" "$binaries" "$@"
}

# The given folder holds the binaries, or an archive of them. It may be that of another version: theirs is looked at.
take_given() {
  local archive=$KIND_NODE_BINARIES/binaries.tar.zst name found
  binaries=$KIND_NODE_BINARIES
  if [ ! -x "$binaries/hyperkube" ] && [ -f "$archive" ]; then
    binaries=$work/binaries
    [ -d "$binaries" ] || { mkdir "$binaries" && zstd -dcq --long=27 "$archive" | tar -C "$binaries" -x; } ||
      fail "KIND_NODE_BINARIES: $archive cannot be unpacked." "Unset it: then what is missing is built from source."
  fi
  for name in hyperkube "$@"; do
    [ -x "$binaries/$name" ] || fail "KIND_NODE_BINARIES ($KIND_NODE_BINARIES) has no $name." "Unset it: then what is missing is built from source."
  done
  found=$("$binaries/hyperkube" kubelet --version 2>/dev/null) || found="a hyperkube that does not run here"
  [ "$found" = "Kubernetes $KUBERNETES_VERSION" ] ||
    fail "KIND_NODE_BINARIES ($KIND_NODE_BINARIES) has $found, wanted is $KUBERNETES_VERSION." "Unset it: then it is built from source."
}

# install NAME BINARY: copies a binary to where tools/run.sh looks, whole or not at all.
install_tool() {
  mkdir -p "$kind_tools/bin"
  install -m 755 "$binaries/$2" "$kind_tools/bin/.$1"
  mv "$kind_tools/bin/.$1" "$kind_tools/bin/$1"
}

make_node_image() {
  podman image exists "$NODE_IMAGE" && return
  say "getting $NODE_IMAGE"
  if timeout "$pull_limit" podman pull --quiet "$NODE_IMAGE" >/dev/null 2>&1; then return; fi
  [ "$(id -u)" = 0 ] || fail "$NODE_IMAGE cannot be pulled here, and making it needs root. As root, run:" "  tools/setup.sh kind"
  say "it cannot be pulled here, so it is made from Debian's packages and Go modules (about 2 minutes)"
  provide_binaries hyperkube containerd containerd-shim-runc-v2 ctr etcd coredns kind pause
  "$here/make-node-image.sh" "$binaries"
}

# kind mounts it into every node.
[ -e /lib/modules ] || mkdir -p /lib/modules || fail "kind needs the folder /lib/modules, which only root can make."
make_node_image
# A kubectl may be one minor version away from the cluster, not more: that of the node image goes before another one on PATH.
if [ ! -x "$kind_tools/bin/kubectl" ] && { [ -n "${KIND_NODE_BINARIES:-}" ] || [ -x "$binaries/hyperkube" ] || ! command -v kubectl >/dev/null; }; then
  provide_binaries hyperkube
  install_tool kubectl hyperkube
fi
command -v kind >/dev/null || { provide_binaries kind && install_tool kind kind; }
command -v helm >/dev/null || {
  say "building helm $HELM_VERSION"
  use_go
  GOBIN=$kind_tools/bin go install -ldflags "-s -w" "helm.sh/helm/v3/cmd/helm@$HELM_VERSION"
}
