#!/bin/bash
# Stands before a real command on PATH, as a link of its name, and writes each call as a line to $COMMAND_CALLS.
# The real podman is at $REAL_PODMAN, and so on.
name=${0##*/}
printf '%s\n' "$name $*" >>"$COMMAND_CALLS"
real=REAL_${name^^}
exec "${!real}" "$@"
