#!/usr/bin/env bash
#
# Gets what the end-to-end tests run against: a Kubernetes control plane, helm, Prometheus, HAProxy
# and Chromium. Nothing of it needs a container engine, and a second run takes a fraction of a second.
#
#   src/test/tools/setup.sh            everything
#   src/test/tools/setup.sh --check    say what is missing, change nothing (exit 1 if anything is)
#
# The control plane, kubectl and helm are built from Go modules: the go.sum of controlplane/ and of
# helm/ pins every byte that goes in, and they land in a cache outside the checkout whose name holds
# the digest of all that shapes them. The first build takes 8 minutes on two idle cores, 30 on busy
# ones. The rest are Debian packages, installed only where they are missing and only where root is to
# be had without asking.
#
# The tests read the paths from tools.properties in the cache (class io.tidecaster.e2e.Tools).
#
#   TIDECASTER_TOOLS   the cache; default: ${XDG_CACHE_HOME:-~/.cache}/tidecaster

set -euo pipefail

readonly KUBERNETES_VERSION=v1.36.3
readonly HELM_VERSION=v3.22.0
readonly OPERATOR_VERSION=v0.85.0

# Only for a machine with no Go of its own: the last pin go.sum cannot hold. The digests are those
# the official golang container image checks.
readonly GO_VERSION=1.26.1
readonly GO_SHA256_amd64=031f088e5d955bab8657ede27ad4e3bc5b7c1ba281f05f245bcc304f327c987a
readonly GO_SHA256_arm64=a290581cfe4fe28ddd737dde3095f3dbeb7f2e4065cab4eae44dfc53b760c2f7
readonly GO_SITE=${TIDECASTER_GO_SITE:-https://dl.google.com/go}

# binary=package, the costly one first: the others then find most of it compiled.
readonly BINARIES=(
  kube-apiserver=k8s.io/kubernetes/cmd/kube-apiserver
  kube-controller-manager=k8s.io/kubernetes/cmd/kube-controller-manager
  kube-scheduler=k8s.io/kubernetes/cmd/kube-scheduler
  kubectl=k8s.io/kubernetes/cmd/kubectl
  etcd=go.etcd.io/etcd/server/v3
  kwok=sigs.k8s.io/kwok/cmd/kwok
)

readonly HELM_BINARIES=(
  helm=helm.sh/helm/v3/cmd/helm
)

# Manifests of prometheus-operator, of which the chart and docs/prometheus.md make resources.
readonly OPERATOR=github.com/prometheus-operator/prometheus-operator
readonly OPERATOR_CRDS=(
  monitoring.coreos.com_servicemonitors.yaml
  monitoring.coreos.com_prometheusrules.yaml
  monitoring.coreos.com_prometheuses.yaml
)

# key=command=package: what Debian gives.
readonly PACKAGES=(
  prometheus=prometheus=prometheus
  promtool=promtool=prometheus
  haproxy=haproxy=haproxy
  chromium=chromium=chromium
  chromedriver=chromedriver=chromium-driver
)

# The services that come with those packages and would listen on every interface.
readonly SERVICES=(prometheus haproxy)

readonly BUILD_FLAGS=(-trimpath -mod=readonly -buildvcs=false)

LDFLAGS="-s -w"
for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
  LDFLAGS+=" -X $package.gitVersion=$KUBERNETES_VERSION -X $package.gitMajor=1"
  LDFLAGS+=" -X $package.gitMinor=36 -X $package.gitTreeState=clean"
done
readonly LDFLAGS

# What `helm template` takes for the cluster's version where no cluster is asked.
HELM_LDFLAGS="-s -w -X helm.sh/helm/v3/internal/version.version=$HELM_VERSION"
HELM_LDFLAGS+=" -X helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor=1"
HELM_LDFLAGS+=" -X helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor=36"
readonly HELM_LDFLAGS

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly HERE
readonly CACHE=${TIDECASTER_TOOLS:-${XDG_CACHE_HOME:-${HOME:?}/.cache}/tidecaster}
readonly LOG=$CACHE/setup.log

say() { printf 'tools: %s\n' "$*" >&2; }

die() {
  say "$*"
  exit 1
}

# The name of a module's directory in the cache: version, and a digest of all that shapes the
# binaries. Arguments: module, version, the flags of its linker, binary=package...
directory() {
  local module=$1 version=$2 ldflags=$3 digest
  shift 3
  digest=$({
    cat "$HERE/$module/go.mod" "$HERE/$module/go.sum"
    printf '%s\n' "$@" "${BUILD_FLAGS[@]}" "$ldflags"
  } | sha256sum)
  printf '%s/%s-%s-%s/bin' "$CACHE" "$module" "$version" "${digest:0:12}"
}

BIN=$(directory controlplane "$KUBERNETES_VERSION" "$LDFLAGS" "${BINARIES[@]}")
readonly BIN
HELM_BIN=$(directory helm "$HELM_VERSION" "$HELM_LDFLAGS" "${HELM_BINARIES[@]}")
readonly HELM_BIN

CRDS=$(directory crds "$OPERATOR_VERSION" "" "${OPERATOR_CRDS[@]}")
readonly CRDS

# Arguments: directory, binary=package...
missing_binaries() {
  local bin=$1 entry
  shift
  for entry in "$@"; do
    [[ -x $bin/${entry%%=*} ]] || printf '%s\n' "$entry"
  done
}

# Debian keeps some servers in /usr/sbin, which is not on everyone's path.
find_command() {
  local path
  path=$(PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin type -P "$1") && [[ -x $path ]] && printf '%s\n' "$path"
  return 0
}

missing_packages() {
  local entry key command package
  for entry in "${PACKAGES[@]}"; do
    IFS='=' read -r key command package <<<"$entry"
    [[ -n $(find_command "$command") ]] || printf '%s\n' "$package"
  done | sort -u
}

# ---------------------------------------------------------------- what is built from Go modules

# Sets GO to a toolchain that builds the module: 1.26, or from 1.21 on one that fetches it by itself.
find_go() {
  local candidate version
  for candidate in "$(type -P go || true)" /usr/local/go/bin/go "$CACHE/go-$GO_VERSION/bin/go" \
    "$HOME"/sdk/go*/bin/go /usr/lib/go-*/bin/go; do
    [[ -x $candidate ]] || continue
    version=$(cd / && GOTOOLCHAIN=local "$candidate" env GOVERSION 2>/dev/null) || continue
    version=${version#go}
    if at_least "$version" 1.26 || { at_least "$version" 1.21 && [[ ${GOTOOLCHAIN:-} != local ]]; }; then
      GO=$candidate
      return
    fi
  done
  return 1
}

at_least() { [[ $(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1) == "$2" ]]; }

# Fetches the official toolchain, verified against the digests above.
fetch_go() {
  local machine digest archive=$CACHE/go.tar.gz.part
  case $(uname -sm) in
    'Linux x86_64') machine=linux-amd64 digest=$GO_SHA256_amd64 ;;
    'Linux aarch64') machine=linux-arm64 digest=$GO_SHA256_arm64 ;;
    *) return 1 ;;
  esac
  type -P curl >/dev/null || return 1
  say "no Go here: fetching $GO_VERSION from $GO_SITE"
  curl --fail --silent --show-error --location --connect-timeout 10 --max-time 900 \
    --output "$archive" "$GO_SITE/go$GO_VERSION.$machine.tar.gz" 2>>"$LOG" || return 1
  if ! sha256sum --check --status <<<"$digest  $archive"; then
    rm -f "$archive"
    die "go$GO_VERSION.$machine.tar.gz from $GO_SITE does not have the digest $digest; nothing was installed"
  fi
  rm -rf "$CACHE/go-$GO_VERSION" "$CACHE/go-$GO_VERSION.part"
  mkdir "$CACHE/go-$GO_VERSION.part"
  tar -xzf "$archive" -C "$CACHE/go-$GO_VERSION.part" --strip-components=1
  mv "$CACHE/go-$GO_VERSION.part" "$CACHE/go-$GO_VERSION"
  rm -f "$archive"
}

# Debian's Go, where it is new enough to fetch a newer one by itself (from Debian 13 on).
install_go() {
  local candidate
  candidate=$(LC_ALL=C apt-cache policy golang-go 2>/dev/null | sed -n 's/^ *Candidate: //p')
  candidate=${candidate#*:}
  [[ $candidate == [0-9]* ]] && at_least "$candidate" 1.21 && install golang-go
}

# Sets GO, from the machine or fetched.
need_go() {
  GO=
  find_go || { fetch_go && find_go; } || { install_go && find_go; } ||
    die "cannot $1: install Go 1.26 or newer (on PATH or in /usr/local/go)"
}

fetch_crds() {
  local module file
  need_go "fetch prometheus-operator's manifests"
  module=$(cd "$HERE/crds" && GOWORK=off GOFLAGS=-mod=readonly "$GO" mod download -json "$OPERATOR" 2>>"$LOG" |
    sed -n 's/^.*"Dir": "\(.*\)",$/\1/p') && [[ -n $module ]] ||
    die "fetching $OPERATOR failed (all of it in $LOG)"
  mkdir -p "$CRDS"
  for file in "${OPERATOR_CRDS[@]}"; do
    cp "$module/example/prometheus-operator-crd/$file" "$CRDS/.part"
    mv "$CRDS/.part" "$CRDS/$file"
  done
}

# Arguments: module, its directory in the cache, the flags of its linker, binary=package...
build() {
  local module=$1 bin=$2 ldflags=$3 entry name package start
  shift 3
  need_go "build the $module"
  mkdir -p "$bin"
  say "building the $module with $("$GO" env GOVERSION) into $bin (once; minutes)"
  for entry in "$@"; do
    IFS='=' read -r name package <<<"$entry"
    start=$SECONDS
    # Built under another name in the same directory, then renamed: a build that is killed leaves
    # no half binary where the tests would find it.
    (cd "$HERE/$module" &&
      CGO_ENABLED=0 GOWORK=off GOTOOLCHAIN=${GOTOOLCHAIN:-auto} GOFLAGS="${BUILD_FLAGS[*]}" \
        nice -n 5 "$GO" build -ldflags "$ldflags" -o "$bin/.$name.part" "$package") >>"$LOG" 2>&1 ||
      die "building $name failed: $(tail -n 1 "$LOG") (all of it in $LOG)"
    mv "$bin/.$name.part" "$bin/$name"
    say "$name built in $((SECONDS - start)) s"
  done
}

# ---------------------------------------------------------------- Debian's packages

as_root() {
  if ((EUID == 0)); then "$@"; else sudo -n "$@"; fi
}

readonly POLICY=/usr/sbin/policy-rc.d
readonly POLICY_ASIDE=$POLICY.tidecaster

# Debian starts a service when it installs one. policy-rc.d is Debian's own word for "not now"; one
# that is there already, and not left by a run that was killed, is put back afterwards.
forbid_services() {
  if [[ -e $POLICY ]] && ! grep -qs "by Tidecaster's tests" "$POLICY"; then
    as_root mv "$POLICY" "$POLICY_ASIDE"
  fi
  trap allow_services EXIT
  printf "#!/bin/sh\n# by Tidecaster's tests, for the time of one install\nexit 101\n" |
    as_root tee "$POLICY" >/dev/null
  as_root chmod 755 "$POLICY"
}

allow_services() {
  trap - EXIT
  if [[ -e $POLICY_ASIDE ]]; then as_root mv -f "$POLICY_ASIDE" "$POLICY"; else as_root rm -f "$POLICY"; fi
}

# Not started now, and not at the next boot either. Only for services this run brought.
disable_services() {
  local service
  for service in "$@"; do
    if type -P systemctl >/dev/null; then
      as_root systemctl disable "$service.service" >>"$LOG" 2>&1 || true
    elif [[ -x /usr/sbin/update-rc.d ]]; then
      as_root /usr/sbin/update-rc.d "$service" disable >>"$LOG" 2>&1 || true
    fi
  done
}

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get --quiet --yes \
    -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" >>"$LOG" 2>&1 </dev/null
}

install() {
  local start=$SECONDS service new=()
  if ! type -P apt-get >/dev/null || ! as_root true 2>/dev/null; then
    die "missing, and not mine to install here: apt-get install --no-install-recommends $*"
  fi
  for service in "${SERVICES[@]}"; do
    [[ -n $(find_command "$service") ]] || new+=("$service")
  done
  say "installing Debian packages: $*"
  forbid_services
  # The lists of a fresh machine are empty or old: asked for only when the first try fails.
  if ! apt_get install --no-install-recommends "$@"; then
    apt_get update || true
    apt_get install --no-install-recommends "$@" ||
      die "apt-get install $* failed: $(grep '^E:' "$LOG" | tail -n 1) (all of it in $LOG)"
  fi
  ((${#new[@]} == 0)) || disable_services "${new[@]}"
  allow_services
  say "installed in $((SECONDS - start)) s"
}

# ---------------------------------------------------------------- what the tests read

properties() {
  local entry key command package path
  printf 'controlplane.bin=%s\n' "$BIN"
  printf 'helm=%s\n' "$HELM_BIN/helm"
  printf 'crds=%s\n' "$CRDS"
  for entry in "${PACKAGES[@]}"; do
    IFS='=' read -r key command package <<<"$entry"
    path=$(find_command "$command")
    [[ -z $path ]] || printf '%s=%s\n' "$key" "$path"
  done
}

write_properties() {
  local file=$CACHE/tools.properties text
  text=$(properties)
  [[ -f $file && $(<"$file") == "$text" ]] && return
  printf '%s\n' "$text" >"$file.$$"
  mv "$file.$$" "$file"
  say "wrote $file"
}

main() {
  local binaries helm packages crds=0
  mapfile -t binaries < <(missing_binaries "$BIN" "${BINARIES[@]}")
  mapfile -t helm < <(missing_binaries "$HELM_BIN" "${HELM_BINARIES[@]}")
  mapfile -t packages < <(missing_packages)
  [[ -f $CRDS/${OPERATOR_CRDS[-1]} ]] || crds=1

  if [[ ${1:-} == --check ]]; then
    ((${#binaries[@]} + ${#helm[@]} + ${#packages[@]} + crds == 0)) && return
    die "missing: ${binaries[*]%%=*} ${helm[*]%%=*} ${packages[*]} (manifests: $crds); run src/test/tools/setup.sh"
  fi

  mkdir -p "$CACHE"
  if ((${#binaries[@]} + ${#helm[@]} + ${#packages[@]} + crds > 0)); then
    exec 9>"$CACHE/setup.lock"
    if ! flock --nonblock 9; then
      say "another setup is running; waiting for it"
      flock 9
    fi
    : >"$LOG"
    # Asked again: whoever held the lock may have done the work.
    mapfile -t packages < <(missing_packages)
    ((${#packages[@]} == 0)) || install "${packages[@]}"
    mapfile -t binaries < <(missing_binaries "$BIN" "${BINARIES[@]}")
    ((${#binaries[@]} == 0)) || build controlplane "$BIN" "$LDFLAGS" "${binaries[@]}"
    mapfile -t helm < <(missing_binaries "$HELM_BIN" "${HELM_BINARIES[@]}")
    ((${#helm[@]} == 0)) || build helm "$HELM_BIN" "$HELM_LDFLAGS" "${helm[@]}"
    ((crds == 0)) || fetch_crds
  fi
  write_properties
}

# One line, so that bash has read all there is before the long work begins: a checkout in between
# may change this file.
{ main "$@"; exit; }
