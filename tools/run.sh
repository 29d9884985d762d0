#!/bin/bash
# Runs a command of this repository on a machine that is ready for it: sets the machine up first (quick when there is
# nothing to do), and gives podman the project's settings where the machine needs them.
# With NX_SLIPWAY_ENGINE=docker there is a docker daemon while the command runs.
#   tools/run.sh [--modules-only | --with-docker] COMMAND [ARGUMENT…]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tools/podman-settings.sh
. "$root/tools/podman-settings.sh"
part=
case "${1:-}" in
  --modules-only) part=modules && shift ;;
  --with-docker) part=docker && shift ;;
esac
if [ "${NX_SLIPWAY_ENGINE:-}" = docker ] && [ "$part" != modules ]; then part=docker; fi
"$root/tools/setup.sh" $part
podman_settings "$root"
cd "$root"
export PATH="$root/node_modules/.bin:$PATH"
if [ "${NX_SLIPWAY_ENGINE:-}" = docker ] && [ "$part" = docker ]; then exec tools/dockerd.sh run "$@"; fi
exec "$@"
