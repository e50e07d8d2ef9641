#!/bin/sh
# What each kind of feature, and each choice, is worth: forecasts a benchmark without it.
#
#   src/test/tools/ablation.sh DIR SCORER [OUT]
#
# DIR holds benchmark.json and bench/*.csv; SCORER is a command that takes a file of quantiles and
# prints a line with the means last. Takes a few minutes of CPU a line.
set -eu
dir=${1:?DIR is missing: the benchmark}
scorer=${2:?SCORER is missing: the command that scores a file of quantiles}
out=${3:-target/ablation}
mkdir -p "$out"
try() {
  name=$1
  shift
  ./tidecaster backtest forecast --bench "$dir" --threads 2 --out "$out/$name.csv" "$@" 2>"$out/$name.log" || {
    cat "$out/$name.log" >&2
    exit 1
  }
  printf '%-24s %s\n' "$name" "$($scorer "$out/$name.csv" | tail -n 1)"
}
try everything
for cause in LAST_DAYS LAST_WEEKS RECENT SIMILAR LEVEL UNREST CLOCK EVENT; do
  try "without-$cause" --without "$cause"
done
try refit-every-7-days --refit-every 7d
try learn-from-14-days --fit-window 14d
