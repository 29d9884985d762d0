#!/bin/bash
# Stands before the real podman on PATH and writes each call's arguments as a line to $PODMAN_CALLS.
printf '%s\n' "$*" >>"$PODMAN_CALLS"
exec "$REAL_PODMAN" "$@"
