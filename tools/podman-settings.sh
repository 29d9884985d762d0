# Sourced, not run: exports CONTAINERS_CONF where podman would not work without the project's own settings.
# Never overrides what the user has set.
podman_settings() {
  [ -n "${CONTAINERS_CONF:-}" ] && return
  [ "$(uname -s)" = Linux ] && [ "$(id -u)" = 0 ] || return 0
  local effective_capabilities sys_resource=24
  effective_capabilities=$(sed -n 's/^CapEff:[[:space:]]*//p' /proc/self/status)
  if [ ! -d /run/systemd/system ] || [ $((0x$effective_capabilities >> sys_resource & 1)) = 0 ]; then
    CONTAINERS_CONF="$1/tools/podman/containers.conf"
    export CONTAINERS_CONF
  fi
}
