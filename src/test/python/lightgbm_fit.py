"""Fits LightGBM on the rows that io.tidecaster.forecast.FitFigures learned from.

Three quantile models, one thread, 8 leaves: the rival of the benchmark. Needs lightgbm and numpy.
"""
import resource
import sys
import time

import lightgbm
import numpy as np

raw = np.fromfile(sys.argv[1], dtype=">f4")
rows, columns = np.frombuffer(raw[:2].tobytes(), dtype=">i4")
body = raw[2:].astype(np.float32)
x = np.ascontiguousarray(body[: rows * columns].reshape(columns, rows).T)
y = body[rows * columns :]
for trees in (100, 200):
    for _ in range(2):
        before = time.process_time()
        for level in (0.5, 0.9, 0.95):
            settings = dict(
                objective="quantile", alpha=level, num_leaves=8, num_threads=1, verbose=-1)
            lightgbm.train(settings, lightgbm.Dataset(x, y), num_boost_round=trees)
        took = time.process_time() - before
    print(f"LightGBM {lightgbm.__version__}, {rows} rows x {columns} features, 3 quantiles, "
          f"{trees} trees of 8 leaves: {took:.2f} s CPU", flush=True)
print(f"LightGBM's process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB at most")
