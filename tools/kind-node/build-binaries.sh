#!/bin/bash
# Builds every binary of the node image, and kind, from Go modules (pinned by go.sum) and gcc: about 12 minutes on 2 cores. What is
# there already is not built again.
#   tools/kind-node/build-binaries.sh FOLDER [NAME…]   into FOLDER; only those names where some are given
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tools/kind-node/versions.sh
. "$here/versions.sh"
out=$(mkdir -p "$1" && cd "$1" && pwd)
shift
[ $# -gt 0 ] || set -- hyperkube containerd containerd-shim-runc-v2 ctr etcd coredns kind pause
export CGO_ENABLED=0 GOFLAGS=-trimpath

build() { # FOLDER PACKAGE NAME [FLAG…]: the binary appears under its name only when it is whole
  local folder=$1 package=$2 name=$3
  shift 3
  (cd "$here/sources/$folder" && go build "$@" -o "$out/.$name" "$package")
  mv "$out/.$name" "$out/$name"
}

for name in "$@"; do
  [ ! -x "$out/$name" ] || continue
  echo "building $name"
  case "$name" in
    hyperkube)
      minor=${KUBERNETES_VERSION#v1.}
      version=k8s.io/component-base/version
      build hyperkube . hyperkube -ldflags "-s -w -X $version.gitVersion=$KUBERNETES_VERSION -X $version.gitMajor=1 \
-X $version.gitMinor=${minor%%.*} -X $version.gitTreeState=clean -X k8s.io/client-go/pkg/version.gitVersion=$KUBERNETES_VERSION"
      ;;
    containerd | containerd-shim-runc-v2 | ctr)
      module=github.com/containerd/containerd/v2
      build containerd "$module/cmd/$name" "$name" -tags "no_btrfs no_devmapper no_zfs netgo osusergo static_build" \
        -ldflags "-s -w -X $module/version.Version=$CONTAINERD_VERSION"
      ;;
    etcd | coredns) build "$name" . "$name" -ldflags "-s -w" ;;
    kind) GOBIN=$out go install -ldflags "-s -w" "sigs.k8s.io/kind@$KIND_VERSION" ;;
    pause) gcc -static -Os -s -o "$out/pause" "$here/sources/pause.c" ;;
    *) echo "there is no binary $name" >&2 && exit 2 ;;
  esac
done
