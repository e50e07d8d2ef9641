#!/usr/bin/env python3
"""Plays a desired.csv of replicas and their CPU on its own; shares no line with the simulator that wrote it.

usage: sizing-referee.py TRACE.csv DESIRED.csv [--startup 180] [--resize 30] [--exponent 0.9] [--begin-with-load]
Prints: cost, requests in violation in %.

The fleet begins with the first line of the plan; with --begin-with-load as many replicas are ready as bear the first
load, 1 core each, and the first line is asked of these.
"""
import argparse
import csv
import math
from datetime import datetime

STEP = 15


def rows(path):
    with open(path) as file:
        return list(csv.DictReader(file))


def seconds(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("trace")
    ap.add_argument("desired")
    ap.add_argument("--startup", type=float, default=180)
    ap.add_argument("--resize", type=float, default=30)
    ap.add_argument("--exponent", type=float, default=0.9)
    ap.add_argument("--idle", type=float, default=0.1)
    ap.add_argument("--use", type=float, default=0.8)
    ap.add_argument("--days", type=float, default=7)
    ap.add_argument("--vcpu-hour", type=float, default=0.04048)
    ap.add_argument("--gib-hour", type=float, default=0.004445)
    ap.add_argument("--begin-with-load", action="store_true")
    ap.add_argument("--min", type=int, default=2)
    a = ap.parse_args()
    trace = [(seconds(r["timestamp"]), float(r["value"])) for r in rows(a.trace) if r["value"] not in ("", "NaN")]
    plan = [(seconds(r["timestamp"]), int(r["desired"]), int(r["cpu_millicores"]) / 1000, int(r["memory_bytes"]) / 2**30)
            for r in rows(a.desired)]
    of_one = max(v for _, v in trace) / 40

    def bears(cores):
        return of_one * (a.use * cores - a.idle) / (a.use - a.idle) * cores ** (a.exponent - 1)

    end = trace[-1][0]
    now = end - STEP - a.days * 86400
    at, entry = 0, 0
    # batches of (ready at, count), oldest first
    batches = [(now, None)]
    cost = violated = requests = 0.0
    effective = target = None
    effective_at = now
    while now < end - 1e-6:
        while at + 1 < len(trace) and trace[at + 1][0] <= now:
            at += 1
        (t0, v0), (t1, v1) = trace[at], trace[min(at + 1, len(trace) - 1)]
        load = v0 if t1 == t0 else v0 + (v1 - v0) * (now - t0) / (t1 - t0)
        while entry + 1 < len(plan) and plan[entry + 1][0] <= now:
            entry += 1
        _, wanted, cores, gib = plan[entry]
        if batches[0][1] is None:
            enough = math.ceil(load / of_one - 1e-9)
            batches = [(now, max(a.min, min(enough, max(n for _, n, _, _ in plan))) if a.begin_with_load else wanted)]
            effective = target = 1 if a.begin_with_load else cores
        have = sum(count for _, count in batches)
        if wanted > have:
            batches.append((now + a.startup, wanted - have))
        while wanted < have:
            ready_at, count = batches.pop()
            cut = min(count, have - wanted)
            have -= cut
            if count > cut:
                batches.append((ready_at, count - cut))
        if cores != target:
            effective_at = now if cores <= effective else now + a.resize
            target = cores
        if now >= effective_at:
            effective = target
        ready = sum(count for ready_at, count in batches if ready_at <= now)
        cost += wanted * (cores * a.vcpu_hour + gib * a.gib_hour) * STEP / 3600
        requests += load * STEP
        if load > ready * bears(effective) * (1 + 1e-9):
            violated += load * STEP
        now += STEP
    print(f"{cost:.4f},{100 * violated / requests:.4f}")


if __name__ == "__main__":
    main()
