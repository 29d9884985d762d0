# shellcheck shell=bash
# Sourced: sets how Go modules are built here, and makes sure that a Go that is new enough does it. One from 1.21 on fetches what a
# go.mod asks for by itself; for an older one (Debian 12 has 1.19) use_go takes GO_VERSION from the module proxy, in the same way.
export CGO_ENABLED=0 GOFLAGS="-trimpath -buildvcs=false ${GOFLAGS:-}"
# Debian's Go and some images say "local" where nobody has said anything.
export GOTOOLCHAIN=${GOTOOLCHAIN:-auto}

use_go() {
  case $(go env GOVERSION) in
    go1.? | go1.?.* | go1.1? | go1.1?.* | go1.20*) ;;
    *) return 0 ;;
  esac
  local toolchain place
  toolchain=golang.org/toolchain@v0.0.1-go$GO_VERSION.linux-$(go env GOARCH)
  place=$(go env GOMODCACHE)/$toolchain
  (cd / && GOFLAGS='' go mod download "$toolchain")
  chmod -R +x "$place/bin" "$place/pkg/tool" # no file in a module can be executed
  export PATH="$place/bin:$PATH"
}
