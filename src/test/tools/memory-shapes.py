#!/usr/bin/env python3
"""Makes the memory of a container out of a recorded load: memory-shapes.py LOAD.csv OUT.csv KIND

There is no public recording of a container's memory over weeks that we know of; these are shapes
that memory has, each driven by a load that was recorded.

sessions  0.4 of the peak whatever it bears, the rest follows the load and lingers for half an hour
cache     fills with what is asked for, empties at a restart each Sunday at 03:00
leak      sessions, and 3 % of the peak more each day, until a restart each Sunday at 03:00
"""
import csv
import datetime
import math
import sys


def main(source, target, kind):
    rows = [(r["timestamp"], r["value"]) for r in csv.DictReader(open(source))]
    times = [datetime.datetime.fromisoformat(t.replace("Z", "+00:00")) for t, _ in rows]
    step = (times[1] - times[0]).total_seconds()
    peak = max(float(v) for _, v in rows if v)
    linger = 1 - math.exp(-step / 1800)
    lingering, filled, leaked, last = 0.0, 0.0, 0.0, None
    out = csv.writer(open(target, "w", newline=""))
    out.writerow(["timestamp", "value"])
    for time, (stamp, value) in zip(times, rows):
        load = float(value) / peak if value else lingering
        if last and time.weekday() == 6 and time.hour >= 3 and (last.weekday(), last.hour) != (6, time.hour) and last.hour < 3:
            lingering, filled, leaked = 0.0, 0.0, 0.0
        last = time
        lingering += linger * (load - lingering)
        filled += (1 - filled) * load * step / 43200
        leaked += 0.03 * step / 86400
        used = {
            "sessions": 0.4 + 0.6 * lingering,
            "cache": 0.2 + 0.6 * filled + 0.2 * lingering,
            "leak": 0.4 + 0.6 * lingering + leaked,
        }[kind]
        out.writerow([stamp, f"{used:.6f}"])


if __name__ == "__main__":
    main(*sys.argv[1:])
