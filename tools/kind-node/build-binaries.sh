#!/bin/bash
# Builds every binary of the node image, and kind, from Go modules (pinned by go.sum) and gcc: about 12 minutes on 2 cores. What is
# there already is not built again, so a run that was interrupted goes on.
#   tools/kind-node/build-binaries.sh FOLDER [NAME…]   into FOLDER; only those names where some are given
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tools/kind-node/versions.sh
. "$here/versions.sh"
# shellcheck source=tools/kind-node/go.sh
. "$here/go.sh"
out=$(mkdir -p "$1" && cd "$1" && pwd)
shift
[ $# -gt 0 ] || set -- hyperkube containerd containerd-shim-runc-v2 ctr etcd coredns kind pause
unfinished=$out/.unfinished
name=

explain_failure() {
  [ $? = 0 ] || [ -z "$name" ] || printf 'setup: %s\n' "$name was not built; why stands above. The next run goes on from there." \
    "Go modules come from $(go env GOPROXY). All of it takes about 7 GB of disk while it is built; free are:" \
    "$(df -h --output=avail,target "$out" "$(go env GOMODCACHE)" "$(go env GOCACHE)" "${TMPDIR:-/tmp}" 2>/dev/null | tail -n +2 | sort -u)" >&2
}
trap explain_failure EXIT

build() { # FOLDER PACKAGE [FLAG…]
  local folder=$1 package=$2
  shift 2
  (cd "$here/sources/$folder" && go build "$@" -o "$unfinished/$name" "$package")
}

for name in "$@"; do
  [ ! -x "$out/$name" ] || continue
  echo "building $name"
  use_go
  mkdir -p "$unfinished"
  case "$name" in
    hyperkube)
      minor=${KUBERNETES_VERSION#v1.}
      version=k8s.io/component-base/version
      build hyperkube . -ldflags "-s -w -X $version.gitVersion=$KUBERNETES_VERSION -X $version.gitMajor=1 \
-X $version.gitMinor=${minor%%.*} -X $version.gitTreeState=clean -X k8s.io/client-go/pkg/version.gitVersion=$KUBERNETES_VERSION"
      ;;
    containerd | containerd-shim-runc-v2 | ctr)
      module=github.com/containerd/containerd/v2
      build containerd "$module/cmd/$name" -tags "no_btrfs no_devmapper no_zfs netgo osusergo static_build" \
        -ldflags "-s -w -X $module/version.Version=$CONTAINERD_VERSION"
      ;;
    etcd | coredns) build "$name" . -ldflags "-s -w" ;;
    kind) GOBIN=$unfinished go install -ldflags "-s -w" "sigs.k8s.io/kind@$KIND_VERSION" ;;
    pause) gcc -static -Os -s -o "$unfinished/pause" "$here/sources/pause.c" ;;
    *) echo "there is no binary $name" >&2 && exit 2 ;;
  esac
  mv "$unfinished/$name" "$out/$name" # under its name only when it is whole
done
rm -rf "$unfinished"
