"""Would other loads help to forecast one of which six hours are known?

To the last value it adds a share of the mean change of the other loads at this time of the day
(each relative to its own mean, over 14 days), and compares the errors with those of the last value
alone. "kin" are the loads whose names begin alike. Needs numpy and pandas.

    python pooled_prior.py DIR      DIR holds benchmark.json and bench/*.csv
"""

import json
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

HORIZON = 12
SIX_HOURS = 72
DAY = 288
SHARES = (0.25, 0.5, 1)


def read(directory):
    loads = {}
    for name, entry in json.loads((directory / "benchmark.json").read_text())["series"].items():
        if entry["step_s"] == 300:
            table = pd.read_csv(directory / "bench" / f"{name}.csv")
            time = pd.to_datetime(table.timestamp, utc=True)
            judged = int((time < pd.Timestamp(entry["eval_start"])).sum())
            bin_of_day = (time.dt.hour * 12 + time.dt.minute // 5).to_numpy()
            loads[name] = (table.value.to_numpy(float), bin_of_day, judged)
    return loads


def changes(load, bin_of_day, judged):
    since = max(0, judged - 14 * DAY)
    values, bins = load[since:judged], bin_of_day[since:judged]
    profile = np.full((DAY, HORIZON), np.nan)
    for at in range(DAY):
        origins = np.where(bins == at)[0]
        origins = origins[origins + HORIZON < len(values)]
        for ahead in range(HORIZON):
            profile[at, ahead] = np.nanmean(values[origins + ahead + 1] - values[origins])
    return profile / np.nanmean(values)


def error(load, bin_of_day, judged, pool, share):
    errors = []
    for origin in range(judged, len(load) - HORIZON, 6):
        level = np.nanmean(load[origin - SIX_HOURS : origin + 1])
        forecast = load[origin] + share * level * np.nan_to_num(pool[bin_of_day[origin]])
        errors.append(np.abs(load[origin + 1 : origin + HORIZON + 1] - forecast))
    return np.nanmean(errors)


def main(directory):
    loads = read(directory)
    profiles = {name: changes(*load) for name, load in loads.items()}
    rows = []
    for name, load in loads.items():
        for kin in (False, True):
            others = [
                profiles[other]
                for other in loads
                if other != name and (not kin or other.split("_")[0] == name.split("_")[0])
            ]
            if others:
                pool = np.nanmean(others, axis=0)
                alone = error(*load, pool, 0)
                ratios = [error(*load, pool, share) / alone for share in SHARES]
                rows.append(["kin" if kin else "all", name, *ratios])
    table = pd.DataFrame(rows, columns=["pool", "load", *SHARES])
    print(table.round(3).to_string(index=False))
    print(table.groupby("pool")[list(SHARES)].agg(lambda x: np.exp(np.log(x).mean())).round(3))


warnings.simplefilter("ignore", RuntimeWarning)
main(Path(sys.argv[1]))
