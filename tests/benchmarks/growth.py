"""How our cost grows with the size of data and model, beside what memory can deliver.

python growth.py [SHARE]    tables; SHARE of the rows, for trying
"""

import os
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from statistics import median

import numpy as np
from cases import large
from ours import fit, passes

from estimation.data import TwoLevelData
from estimation.spec import (
    INTRCPT1,
    Equation,
    Likelihood,
    ModelSpec,
    Settings,
    Term,
    VariancePredictor,
)

UNIT = 100
SHARE = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
# Values of a bare pass at a time: what is multiplied stays in the processor's cache.
BLOCK = 1 << 14
# Repeats end when they have taken so many seconds.
ENOUGH = 2.0


def main() -> None:
    """Print the tables."""
    print("Seconds of our fit as data and model grow, and exponents of a log-log fit")
    print(f"  {'':26}{'homogeneous':>12} {'continuous':>12}  (predictors of level-1 variance)")
    rows = (10_000, 100_000, 1_000_000, 10_000_000)
    grow("rows, units of 100", rows, lambda n: (data(n, n // UNIT), model()))
    units = (100, 1_000, 10_000, 100_000)
    grow("units, 10⁶ rows", units, lambda n: (data(1_000_000, n), model()))
    wide = data(100_000, 1_000, 16)
    grow("q, 10⁵ rows, f = 8", (1, 2, 4, 8), lambda q: (wide, model(f=8, q=q)))
    grow("f, 10⁵ rows, q = 2", (2, 4, 8, 16), lambda f: (wide, model(f=f)))
    grow("k, 10⁵ rows, q = 2", (2, 3, 5, 9), lambda k: (wide, model(k=k)))
    bandwidth(data(10_000_000, 100_000))


def data(rows: int, units: int, n: int = 1) -> TwoLevelData:
    """Simulated rows, or the share of them."""
    return large(int(rows * SHARE), max(int(units * SHARE), 50), n)


def model(f: int = 2, q: int = 2, k: int = 2) -> ModelSpec:
    """Y on f − 1 variables, q coefficients random, ln σ² on k − 1 variables."""
    names = (INTRCPT1, "X", *(f"X{i}" for i in range(2, f)))
    return ModelSpec(
        outcome="Y",
        equations=tuple(Equation(Term(each), random=i < q) for i, each in enumerate(names)),
        variance_predictors=tuple(
            VariancePredictor(name) for name in ("C", *(f"C{i}" for i in range(2, k)))[: k - 1]
        ),
        settings=Settings(likelihood=Likelihood.FULL, heterogeneous_likelihood=Likelihood.FULL),
    )


def grow(
    words: str, sizes: Iterable[int], make: Callable[[int], tuple[TwoLevelData, ModelSpec]]
) -> None:
    """Time both models at each size, and print the exponents of all and of the last step."""
    print(f"  {words}")
    points = [(size, *_both(*make(size))) for size in sizes]
    for size, *seconds in points:
        print(f"  {size:>26,}" + "".join(f"{each:13.4f}" for each in seconds))
    logs = np.log(np.array(points))
    for label, part in (("exponent", logs), ("of the last step", logs[-2:])):
        slopes = np.polyfit(part[:, 0], part[:, 1:], 1)[0]
        print(f"  {label:>26}" + "".join(f"{each:13.2f}" for each in slopes), flush=True)


def _both(rows: TwoLevelData, spec: ModelSpec) -> tuple[float, float]:
    homogeneous = replace(spec, variance_predictors=())
    return timed(lambda: fit(rows, homogeneous)), timed(lambda: fit(rows, spec))


def timed(work: Callable[[], object]) -> float:
    """Median seconds of up to five warm calls; of long ones the first counts."""
    seconds: list[float] = []
    while not seconds or (len(seconds) < 6 and sum(seconds) < ENOUGH):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return median(seconds[1:] or seconds)


def bandwidth(rows: TwoLevelData) -> None:
    """One reading of three columns that does nothing but Σ w x y, beside the passes of ours."""
    columns = [rows.level1[name] for name in "CXY"]
    least, gigabytes = float("inf"), sum(each.nbytes for each in columns) / 1e9
    print(f"\nOne pass over {rows.n_rows:,} rows: three columns, {gigabytes:.2f} GB")
    for threads in sorted({1, os.cpu_count() or 1}):
        seconds = timed(lambda threads=threads: bare(columns, threads))
        words = f"numpy, sum of w x y, {threads} thread{'s' if threads > 1 else ''}"
        print(f"  {words:40}{seconds:9.4f} s {gigabytes / seconds:6.1f} GB/s")
        least = min(least, seconds)
    for words, work in passes(rows, model()).items():
        seconds = timed(work)
        print(f"  {f'ours: {words}':40}{seconds:9.4f} s {seconds / least:6.1f} × bare", flush=True)


def bare(columns: list[np.ndarray], threads: int) -> float:
    """Σ w x y in blocks that stay in the cache, by threads over parts of the rows."""

    def part(begin: int, end: int) -> float:
        product, total = np.empty(BLOCK), 0.0
        for start in range(begin, end, BLOCK):
            w, x, y = (each[start : min(start + BLOCK, end)] for each in columns)
            total += float(np.multiply(w, x, out=product[: w.size]) @ y)
        return total

    edges = np.linspace(0, columns[0].size, threads + 1).astype(int)
    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(part, edges[:-1], edges[1:]))


if __name__ == "__main__":
    main()
