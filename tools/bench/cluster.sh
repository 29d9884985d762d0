#!/bin/bash
# kind in figures. Makes clusters, images and a copy of this repository of its own, and removes them at the end.
#   tools/run.sh --with-kind tools/bench/cluster.sh [PART…]     parts: loading cold warm roll-out (default: all)
# loading   images into nodes, one and two, against `podman save` + `kind load image-archive`: there already (one, and five in one task), with
#           one changed layer of 1 MB, for the first time. BENCH_KIND_CLUSTER names a cluster of two nodes to use instead of a new one.
# cold      `npm run e2e:kind` with nothing built and no cluster, against the critical path of that run.
# warm      `nx run aianalysis:e2e -c kind` with nothing changed, against the same task graph with empty executors.
# roll-out  `nx run SERVICE:deploy-only` after a change, against the same kind of change by kubectl: `kubectl apply` of the manifests as they were
#           before, then `kubectl rollout status`. By turns, so that each finds the other's version running. What both wait for is the service
#           itself: that its pod starts, and that its probes say so. Two kinds of change: of the manifest, where the image is on the node for
#           both; and of the image, which ours has to bring to the node (it is built before), while kubectl's is there already.
#           The task's time is that of deploy-only in Nx's profile, the start of its process included; the command's has Nx too, and the tasks
#           that it depends on, which find nothing to do.
# BENCH_ROUNDS pairs of each (5); BENCH_MEGABYTES in the image that is loaded (200); BENCH_SERVICES that are rolled out (redis datastorage).
set -euo pipefail
# shellcheck source=tools/bench/workspace-copy.sh
. "$(dirname "$0")/workspace-copy.sh"
parts=${*:-loading cold warm roll-out}
rounds=${BENCH_ROUNDS:-5}
export KIND_EXPERIMENTAL_PROVIDER=podman NX_SLIPWAY_CLUSTER=kind
loading_cluster=

cleanup() {
  [ -z "$loading_cluster" ] || kind delete cluster --name "$loading_cluster" >"$work/delete.log" 2>&1
  close_copy
}
trap cleanup EXIT

main_job() { nx run aianalysis:e2e -c kind --output-style=stream; }
kube() { KUBECONFIG=$(echo "$work"/state/kind/podman/*/kubeconfig) "$REAL_KUBECTL" "$@"; }
running_pods() { kube get pods --all-namespaces --output 'jsonpath={range .items[*]}{.metadata.uid} {.status.containerStatuses[*].restartCount}{"\n"}{end}' | sort; }
load() { cut -d' ' -f1 /proc/loadavg; }

enter_copy() { [ -d "$copy" ] || open_copy; }

part_loading() {
  local megabytes=${BENCH_MEGABYTES:-200} cluster=${BENCH_KIND_CLUSTER:-} node_image
  if [ -z "$cluster" ]; then
    loading_cluster=$id
    cluster=$id
    node_image=$(sed -n 's/^NODE_IMAGE=//p' "$root/tools/kind-node/versions.sh")
    node "$bench/time-loading.mjs" --render-config >"$work/kind.yaml"
    timed kind create cluster --name "$cluster" --config "$work/kind.yaml" --kubeconfig "$work/kubeconfig" --image "$node_image" --wait 180s
  fi
  title "Loading: images of $megabytes MB (median of $rounds pairs; load of the machine $(load))"
  node "$bench/time-loading.mjs" "$cluster" "$megabytes" "$rounds"
  [ -z "$loading_cluster" ] || timed kind delete cluster --name "$loading_cluster" --kubeconfig "$work/kubeconfig"
  loading_cluster=
}

part_cold() {
  enter_copy
  title "Cold: nothing built, no cluster (load of the machine $(load))"
  timed npm run -s prepare
  nx run aianalysis:e2e -c kind --graph="$work/tasks.json" >/dev/null 2>&1
  NX_PROFILE=dist/profile.json timed npm run -s e2e:kind
  echo "images built: $(builds), podman calls: $(calls podman), kubectl calls: $(calls kubectl)"
  node "$bench/critical-path.mjs" dist/profile.json "$work/tasks.json" "$took"
  echo "bound 1.1; cluster-up alone took $(seconds "$(task_ms dist/profile.json cluster:cluster-up)")"
}

# task_ms PROFILE TASK: how long a task took by NX_PROFILE, in milliseconds; 0 where it did not run.
task_ms() {
  node -e '
    const events = JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8"));
    const found = events.find(({ ph, name }) => ph === "X" && (name === process.argv[2] || name.startsWith(`${process.argv[2]}:`)));
    console.log(Math.round((found?.dur ?? 0) / 1000));
  ' "$1" "$2"
}

part_warm() {
  enter_copy
  timed main_job
  title "Warm: nothing changed, against the same graph with empty executors (median of $rounds pairs; load of the machine $(load))"
  local before
  before=$(running_pods)
  time_pairs "$rounds"
  echo "images built: $(builds), podman calls: $(calls podman), kubectl calls: $(calls kubectl), e2e: $(e2e_cached)"
  echo "pods restarted: $([ "$before" = "$(running_pods)" ] && echo 0 || echo some)"
  echo "$pairs; bound 2"
}

part_roll-out() {
  enter_copy
  timed main_job
  title "Roll-out of one changed service (median of $rounds pairs; load of the machine $(load))"
  local service kind
  for service in ${BENCH_SERVICES:-redis datastorage}; do
    for kind in manifest image; do roll_out "$service" "$kind"; done
  done
}

roll_out() { # SERVICE KIND
  local service=$1 kind=$2 before=$work/$1.before times=$work/$1.$2.times command task podman kubectl
  for round in $(seq "$rounds"); do
    rm -rf "$before"
    timed nx run "$service:deploy-only" --render="$before"
    "change_$kind" "$service" "$round"
    timed nx run "$service:image-build"
    NX_PROFILE=dist/profile.json timed nx run "$service:deploy-only" --output-style=stream
    expect_change "$service" "$kind"
    command=$took podman=$(calls podman) kubectl=$(calls kubectl)
    task=$(task_ms dist/profile.json "$service:deploy-only")
    timed by_kubectl "$service" "$before"
    echo "$command $task $took" >>"$times"
  done
  local theirs
  read -r command task theirs <<<"$(for field in 1 2 3; do cut -d' ' -f"$field" "$times" | median; done | xargs)"
  echo "$service, $kind: kubectl $(seconds "$theirs"), deploy-only $(seconds "$task") ($(ratio "$task" "$theirs") times, bound 1.2), its whole command $(seconds "$command") ($(ratio "$command" "$theirs") times); podman calls: $podman, kubectl calls: $kubectl"
}

change_manifest() { # SERVICE ROUND
  local file=examples/$1/k8s/$1.yaml
  grep -q '{bench: ' "$file" || sed -i '/^  template:/,/^      labels:/s/^      labels:/      annotations: {bench: "0"}\n&/' "$file"
  sed -i "s/{bench: .*}/{bench: \"$2\"}/" "$file"
}

# A change that the image's last layers hold.
change_image() { # SERVICE ROUND
  case $1 in
    redis) echo "# change $2" >>examples/redis/redis.conf ;;
    *) sed -i "s/^func main() {/&\n\tprintln(\"change $2\")/" "examples/$1/cmd/$1/main.go" ;;
  esac
}

expect_change() { # SERVICE KIND: a round that measured something else must not count.
  local is=present
  [ "$2" = manifest ] || is=loaded
  if ! grep -q "image $1 is $is" "$work/last.log" || ! grep -q "Deployment .*/$1 configured" "$work/last.log"; then
    tail -n 40 "$work/last.log" >&2
    echo "bench: the $2 of $1 did not change" >&2
    exit 1
  fi
}

by_kubectl() { # SERVICE FOLDER
  kube apply --server-side --force-conflicts --field-manager=nx-slipway --recursive --filename "$2" &&
    kube rollout status "deployment/$1" --timeout=300s
}

for part in $parts; do "part_$part"; done
