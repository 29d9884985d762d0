#!/bin/bash
# Makes this machine ready: Debian packages, npm modules, the built plugin, and the Debian base image. Idempotent, and
# quick when there is nothing to do. Installs packages only as root; never calls sudo.
#   tools/setup.sh           everything
#   tools/setup.sh modules   only what `npm run check` needs: npm modules and the built plugin
#   tools/setup.sh docker    everything, and a docker daemon where none answers and none is installed
#   tools/setup.sh kind      everything, and what the kind suite needs: kind, kubectl, helm, a node image
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
base_image=docker.io/library/debian:bookworm-slim
pull_limit=60s # a registry that does not answer must not hold up a first run
cd "$root"
# shellcheck source=tools/podman-settings.sh
. tools/podman-settings.sh

say() { printf 'setup: %s\n' "$*"; }
fail() { printf 'setup: %s\n' "$@" >&2; exit 1; }

require_node() {
  command -v node >/dev/null || fail "Node.js 20.19 or later is needed." "Install it, e.g. from your distribution or nodejs.org."
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' ||
    fail "Node.js 20.19 or later is needed, this is $(node --version)."
}

install_modules() {
  if [ node_modules/.package-lock.json -nt package-lock.json ] && [ node_modules/.package-lock.json -nt package.json ]; then
    node tools/build-plugin.mjs >/dev/null
    return
  fi
  say "installing npm modules"
  npm ci --no-audit --no-fund --loglevel=error
}

# install_packages COMMAND PACKAGE…: installs packages if the command is missing.
install_packages() {
  local wanted=$1
  shift
  command -v "$wanted" >/dev/null && return
  command -v apt-get >/dev/null ||
    fail "$wanted is missing." "Install it with your distribution's package manager, then run this again."
  [ "$(id -u)" = 0 ] || fail "$wanted is missing. Install it:" "  sudo apt-get install $*"
  say "installing $*"
  [ -n "${apt_updated:-}" ] || apt-get update -qq
  apt_updated=yes
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

# Where a daemon answers, that one is used, whatever is installed beside it.
install_docker() {
  docker version >/dev/null 2>&1 && return
  install_packages dockerd docker.io
}

make_base_image() {
  podman image exists "$base_image" && return
  say "getting $base_image"
  if timeout "$pull_limit" podman pull --quiet "$base_image" >/dev/null 2>&1; then return; fi
  say "it cannot be pulled here, so it is made from Debian's packages (about half a minute)"
  [ "$(id -u)" = 0 ] || fail "Making $base_image needs root. As root, run:" "  tools/base-images/debian-bookworm-slim.sh"
  install_packages debootstrap debootstrap
  tools/base-images/debian-bookworm-slim.sh
}

require_node
install_modules
[ "${1:-}" = modules ] && exit 0
install_packages podman podman buildah runc catatonit netavark aardvark-dns fuse-overlayfs uidmap slirp4netns iptables
install_packages nsenter util-linux
install_packages iptables iptables
install_packages git git
install_packages go golang-go gcc libc6-dev # for tests
install_packages skopeo skopeo
install_packages docker-registry docker-registry # for tests
podman_settings "$root"
make_base_image
case "${1:-}" in
  docker) install_docker ;;
  kind)
    install_packages zstd zstd
    install_packages gcc gcc libc6-dev
    tools/kind-node/setup.sh
    ;;
esac
