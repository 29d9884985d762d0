#!/bin/bash
# Makes docker.io/library/debian:bookworm-slim with debootstrap, where it cannot be pulled. This file is the recipe that
# slipway.lock.json names: its digest identifies the base, so that a change here is a change of every image on top of it.
# Needs root, podman, debootstrap.
set -euo pipefail
image=docker.io/library/debian:bookworm-slim
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root

if ! debootstrap --variant=minbase bookworm "$root" >"$work/debootstrap.log" 2>&1; then
  tail -n 40 "$work/debootstrap.log" >&2
  echo "debootstrap could not make the Debian base image." >&2
  exit 1
fi
rm -rf "$root"/var/cache/apt/* "$root"/var/lib/apt/lists/* "$root"/var/log/* "$root"/usr/share/{doc,man,info,locale}/*
printf 'APT::Install-Recommends "false";\n' >"$root/etc/apt/apt.conf.d/slim"
tar -C "$root" --sort=name -c . | podman import --quiet \
  --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
  --change 'CMD ["bash"]' \
  --message "debootstrap bookworm minbase" - "$image" >/dev/null
