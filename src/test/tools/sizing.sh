#!/bin/sh
# Plays every load of a directory with replicas of one size, with a number of replicas whose size changes in place, and with
# one decision over both (backtest size); an independent referee plays each desired.csv again and fails where it differs.
#
#   src/test/tools/sizing.sh DIR [OUT] [options of backtest size]      DIR holds timestamp,value files, step 5 min or less
#
# ONLY="name name" plays some of the loads. STARTUP=180 and RESIZE=30 are seconds, EXPONENT=0.9 how load grows with CPU.
set -eu

here=$(cd "$(dirname "$0")/../../.." && pwd)
loads=${1:?usage: sizing.sh DIR [OUT] [options]}
out=${2:-$here/target/sizing}
shift; [ $# -eq 0 ] || shift
mkdir -p "$out"
: >"$out/rows.csv"

printf '%-20s %20s %20s %20s\n' 'cost, violating %' horizontal vertical optimise
for file in "$loads"/*.csv; do
  name=$(basename "$file" .csv)
  case " ${ONLY:-$name} " in *" $name "*) ;; *) continue ;; esac
  played=$("$here/tidecaster" backtest size --trace "$file" --startup "${STARTUP:-180}s" --resize "${RESIZE:-30}s" \
    --exponent "${EXPONENT:-0.9}" --out "$out/$name" "$@" 2>"$out/log.txt" | grep '^sizing,') || {
    echo "$name: $(tail -n 1 "$out/log.txt")" >&2
    continue
  }
  echo "$played" >>"$out/rows.csv"
  echo "$played" | awk -F, -v name="$name" '{
    printf "%-20s %11.2f %8.3f %11.2f %8.3f %11.2f %8.3f\n", name, $4, $5, $6, $7, $8, $9 }'
  for way in horizontal vertical optimise; do
    begin=--begin-with-load
    [ $way != vertical ] || begin=
    # shellcheck disable=SC2086  # no option where there is none
    echo "$way,$("${PYTHON:-python3}" "$here/src/test/tools/sizing-referee.py" "$file" "$out/$name/$way/desired.csv" \
      --startup "${STARTUP:-180}" --resize "${RESIZE:-30}" --exponent "${EXPONENT:-0.9}" $begin)" |
      awk -F, -v row="$played" '{
        split(row, r, ","); i = $1 == "horizontal" ? 4 : $1 == "vertical" ? 6 : 8
        cost = $2 / r[i] - 1; violating = $3 - r[i + 1]
        if (cost * cost > 1e-6 || violating * violating > 1e-4) {
          printf "the referee differs on %s: %s at %s %%\n", $1, $2, $3; exit 1 } }'
  done
done
# who violates in more than 5 % of the requests bears no load and is no rival
awk -F, '{ least = 1e18; at = 0
  if ($5 <= 5) { least = $4; at = $5 }
  if ($7 <= 5 && $6 < least) { least = $6; at = $7 }
  if (least < 1e18) { sum += log($8 / least); n++; if ($8 > least || $9 > at) worse = worse " " $2 } } END {
  if (n) printf "%d loads: optimise costs %.3f of the cheaper of the others in geometric mean; dearer or violating more on:%s\n",
    n, exp(sum / n), worse ? worse : " none" }' "$out/rows.csv"
