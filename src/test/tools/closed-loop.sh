#!/bin/sh
# Plays every load of a directory through the production core, at start-up times of 60, 180 and 300 s, and
# prints a row each: what it risked, what it cost against an oracle and against the best HPA or KEDA in hindsight.
#
#   src/test/tools/closed-loop.sh DIR [OUT]      DIR holds timestamp,value files whose step is 5 min or less
#
# REFEREE=FILE.py has an independent simulator play the same desired.csv, and fails where the two differ by more than 1 %
# of the replica-hours or 0.01 points of the violations. STARTUPS="180" plays fewer, ONLY="name name" some of the loads.
set -eu

here=$(cd "$(dirname "$0")/../../.." && pwd)
loads=${1:?usage: closed-loop.sh DIR [OUT]}
out=${2:-$here/target/closed-loop}
startups=${STARTUPS:-60 180 300}
mkdir -p "$out"
rows=$out/rows.csv
: >"$rows"

printf '%-22s %7s  %10s  %8s  %-12s %7s  %8s %8s\n' load startup violating oracle rival rival scalings hpa-50%
for file in "$loads"/*.csv; do
  name=$(basename "$file" .csv)
  case " ${ONLY:-$name} " in *" $name "*) ;; *) continue ;; esac
  played=$("$here/tidecaster" backtest run --trace "$file" --startup "$(echo "$startups" | sed 's/ /s,/g')s" \
    --out "$out/$name" 2>"$out/log.txt" | grep '^frontier,') || {
    echo "$name: $(tail -n 1 "$out/log.txt")" >&2
    continue
  }
  echo "$played" >>"$rows"
  echo "$played" | awk -F, -v name="$name" '{
    printf "%-22s %5d s  %8.3f %%  %8.3f  %-12s %7.3f  %8.0f %8.0f\n", name, $3, $4, $5, $6, $7, $8, $9 }'
  if [ -n "${REFEREE:-}" ]; then
    for startup in $startups; do
      desired=$(find "$out/$name" -path "*/${startup}s/desired.csv" | grep . || echo "$out/$name/desired.csv")
      "${PYTHON:-python3}" "$REFEREE" "$file" --desired "$desired" --startup "$startup" |
        grep '^frontier,' | awk -F, -v ours="$(echo "$played" | grep ",$startup,")" '{
          split(ours, o, ",")
          violations = $4 - o[4]; hours = $5 / o[5] - 1
          if (violations * violations > 1e-4 || hours * hours > 1e-4) {
            printf "the referee differs: %s %% and %s of the oracle\n", $4, $5; exit 1 } }'
    done
  fi
done
awk -F, '{ sum += log($7); if ($7 > worst) worst = $7; n++ } END {
  if (n) printf "%d rows: %.3f of the best rival in geometric mean, at worst %.3f\n", n, exp(sum / n), worst }' "$rows"
