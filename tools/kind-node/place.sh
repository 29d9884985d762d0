# shellcheck shell=bash disable=SC2034
# Sourced: the folder of this user for the tools of the kind suite, and its bin folder first on PATH.
kind_tools=${NX_SLIPWAY_KIND_TOOLS:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/nx-slipway/kind}
case ":$PATH:" in
  *":$kind_tools/bin:"*) ;;
  *) export PATH="$kind_tools/bin:$PATH" ;;
esac
