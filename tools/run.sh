#!/bin/bash
# Runs a command of this repository on a machine that is ready for it: sets the machine up first (quick when there is
# nothing to do), and gives podman the project's settings where the machine needs them.
# With NX_SLIPWAY_ENGINE=docker there is a docker daemon while the command runs. With --with-kind there are kind, kubectl, helm
# and a node image; what of them set-up has installed is on PATH in any case.
#   tools/run.sh [--modules-only | --with-docker | --with-kind] COMMAND [ARGUMENT…]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tools/podman-settings.sh
. "$root/tools/podman-settings.sh"
# shellcheck source=tools/kind-node/place.sh
. "$root/tools/kind-node/place.sh"
part=
case "${1:-}" in
  --modules-only) part=modules && shift ;;
  --with-docker) part=docker && shift ;;
  --with-kind) part=kind && shift ;;
esac
with_daemon=
if [ "${NX_SLIPWAY_ENGINE:-}" = docker ] && [ "$part" != modules ]; then with_daemon=yes; fi
"$root/tools/setup.sh" $part
if [ -n "$with_daemon" ] && [ "$part" != docker ]; then "$root/tools/setup.sh" docker; fi
podman_settings "$root"
cd "$root"
export PATH="$root/node_modules/.bin:$PATH"
if [ -n "$with_daemon" ]; then exec tools/dockerd.sh run "$@"; fi
exec "$@"
