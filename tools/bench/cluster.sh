#!/bin/bash
# Loading images into a kind cluster against `podman save` + `kind load image-archive`, pair by pair, on one node and on two:
#   - images that are there already (one, and five in one task), one changed layer of 1 MB, a first load.
#   tools/run.sh --with-kind tools/bench/cluster.sh
# Makes a cluster of two nodes and images of its own, and removes them at the end. BENCH_KIND_CLUSTER names a cluster to use instead.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
rounds=${BENCH_ROUNDS:-5}
megabytes=${BENCH_MEGABYTES:-200}
work=$(mktemp -d "${TMPDIR:-/tmp}/slipway-cluster.XXXXXX")
cluster=${BENCH_KIND_CLUSTER:-}
export KIND_EXPERIMENTAL_PROVIDER=podman KUBECONFIG=$work/kubeconfig

cleanup() {
  [ -n "${BENCH_KIND_CLUSTER:-}" ] || kind delete cluster --name "$cluster" >"$work/delete.log" 2>&1
  rm -rf "$work"
}
trap cleanup EXIT

if [ -z "$cluster" ]; then
  cluster=slipway-bench-$$
  node_image=$(sed -n 's/^NODE_IMAGE=//p' "$root/tools/kind-node/versions.sh")
  node "$root/tools/bench/time-loading.mjs" --render-config >"$work/kind.yaml"
  kind create cluster --name "$cluster" --config "$work/kind.yaml" --image "$node_image" --wait 180s >"$work/create.log" 2>&1 || {
    tail -n 40 "$work/create.log" >&2
    exit 1
  }
fi
echo "== images of $megabytes MB (median of $rounds pairs; load of the machine $(cut -d' ' -f1 /proc/loadavg))"
node "$root/tools/bench/time-loading.mjs" "$cluster" "$megabytes" "$rounds"
