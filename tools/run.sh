#!/bin/bash
# Runs a command of this repository on a machine that is ready for it: sets the machine up first (quick when there is
# nothing to do), and gives podman the project's settings where the machine needs them.
#   tools/run.sh [--modules-only] COMMAND [ARGUMENT…]
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
# shellcheck source=tools/podman-settings.sh
. "$root/tools/podman-settings.sh"
part=
if [ "${1:-}" = --modules-only ]; then
  part=modules
  shift
fi
"$root/tools/setup.sh" $part
podman_settings "$root"
cd "$root"
export PATH="$root/node_modules/.bin:$PATH"
exec "$@"
