#!/bin/bash
# A docker daemon for tests, where none answers: started as root on Linux, with everything of its own below one folder, beside
# podman and without touching its network rules. Where a daemon answers, that one is used and nothing is started.
#   tools/dockerd.sh start   starts it if it is needed; prints, for eval, the variables that a client needs
#   tools/dockerd.sh run COMMAND [ARGUMENT…]   runs a command with a daemon; stops the daemon afterwards if it was started for it
#   tools/dockerd.sh stop    stops the daemon that `start` started, and removes its network; images stay for the next start
set -euo pipefail
root=${NX_SLIPWAY_DOCKERD:-/var/lib/nx-slipway-dockerd}
socket=$root/docker.sock
base_image=docker.io/library/debian:bookworm-slim # what the example system is built on; podman has it from set-up
bridge_address=172.31.253.1/24
bridge_network=172.31.253.0/24
comment=nx-slipway-dockerd
start_limit=60 # seconds

answers() { docker version >/dev/null 2>&1; }
runs() { [ -f "$root/dockerd.pid" ] && kill -0 "$(cat "$root/dockerd.pid")" 2>/dev/null; }

# Debian's client has BuildKit in it; another one that is first on PATH may lack its part buildx.
use_our_client() {
  mkdir -p "$root/bin"
  [ -x /usr/bin/docker ] && ln -sfn /usr/bin/docker "$root/bin/docker"
  export DOCKER_HOST=unix://$socket PATH="$root/bin:$PATH"
}

print_variables() { printf 'export DOCKER_HOST=%q PATH=%q\n' "$DOCKER_HOST" "$PATH"; }

write_settings() {
  # docker's default limits are above what a container without CAP_SYS_RESOURCE may set.
  cat >"$root/daemon.json" <<'JSON'
{
  "default-ulimits": {
    "nofile": { "Name": "nofile", "Soft": 8192, "Hard": 8192 },
    "nproc": { "Name": "nproc", "Soft": 8192, "Hard": 8192 }
  }
}
JSON
}

nat_rule() { # -A or -D
  iptables -w -t nat "$1" POSTROUTING -s "$bridge_network" ! -d "$bridge_network" -m comment --comment "$comment" -j MASQUERADE
}

remove_network() {
  while nat_rule -D 2>/dev/null; do :; done
  if [ -e "$root/bridge" ]; then
    [ ! -e /sys/class/net/docker0 ] || ip link delete docker0
    rm -f "$root/bridge"
  fi
}

start() {
  answers && return
  use_our_client
  runs && answers && return
  [ "$(uname -s)" = Linux ] && [ "$(id -u)" = 0 ] || {
    printf 'No docker daemon answers, and one can be started here only as root on Linux. Start yours.\n' >&2
    return 1
  }
  mkdir -p "$root"
  write_settings
  rm -f "$root/dockerd.pid"
  [ -e /sys/class/net/docker0 ] || touch "$root/bridge"
  # docker must not write network rules beside those of podman: the one that is needed is written here.
  setsid dockerd --config-file "$root/daemon.json" --data-root "$root/data" --exec-root "$root/exec" \
    --pidfile "$root/dockerd.pid" --host "unix://$socket" --bip "$bridge_address" --iptables=false --ip6tables=false \
    --exec-opt native.cgroupdriver=cgroupfs >"$root/dockerd.log" 2>&1 </dev/null &
  nat_rule -A
  for _ in $(seq $((start_limit * 10))); do
    answers && return
    sleep 0.1
  done
  tail -n 40 "$root/dockerd.log" >&2
  printf 'dockerd did not answer within %s s; the end of its log is above.\n' "$start_limit" >&2
  stop
  return 1
}

stop() {
  if runs; then
    local pid
    pid=$(cat "$root/dockerd.pid")
    kill "$pid"
    for _ in $(seq $((start_limit * 10))); do
      kill -0 "$pid" 2>/dev/null || break
      sleep 0.1
    done
  fi
  remove_network
}

load_base_image() {
  docker image inspect "$base_image" >/dev/null 2>&1 && return
  podman save --quiet "$base_image" | docker load --quiet
}

case "${1:-}" in
  start)
    start
    load_base_image >&2
    print_variables
    ;;
  stop) stop ;;
  run)
    shift
    ours=
    answers || { ours=yes; trap stop EXIT; }
    start
    load_base_image
    [ -n "$ours" ] || { "$@"; exit; }
    "$@"
    ;;
  *)
    sed -n '2,8p' "$0" >&2
    exit 2
    ;;
esac
