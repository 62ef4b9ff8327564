"""`make bench`: how long things take, printed; never a test.

Estimation is compared with R in the same run (ratios above 1: Levelwise is quicker); what a
person waits for is printed as absolute times, with the machine.  The Makefile sets BLAS to one
thread. R's peers are optional: on
Debian, apt install r-base-core r-cran-nlme r-cran-lme4.
"""

import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np

from estimation.analysis import run
from estimation.data import TwoLevelData
from estimation.data.describe import describe
from estimation.examples import hsb, lesson_spec
from estimation.report.text import render
from estimation.spec import (
    INTRCPT1,
    Catalogue,
    Equation,
    Likelihood,
    ModelSpec,
    Settings,
    Term,
    VariancePredictor,
)

HERE = Path(__file__).parent
REPEATS = 7
ROWS, UNIT = 200_000, 20
DATA_ROWS = 10_000_000
SAV = ("hsb1.sav", "hsb2.sav")
_KEPT = DATA_ROWS * 8 * 8 / 1e6


def main() -> None:
    """Print the four tables."""
    cpu = next((line.split(":")[1].strip() for line in _cpuinfo() if "model name" in line), "")
    print(f"{platform.platform()}, {os.cpu_count()} × {cpu}, Python {platform.python_version()}\n")
    lesson()
    size()
    data_in()
    window()


def lesson() -> None:
    """The lesson's two fits and all that is reported, against R's fits alone."""
    data, spec = hsb(), lesson_spec()
    print("The lesson (7185 rows, 160 units, homogeneous and heterogeneous fit)")
    ours = _time(lambda: run(data, spec))
    print(f"  analysis               {1000 * ours:9.1f} ms")
    analysis = run(data, spec)
    print(f"  report as text         {1000 * _time(lambda: render(analysis)):9.1f} ms")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "lesson.csv")
        _write(path, {"ID": _ids(data), **data.level1})
        _peers("lesson", path, ours)


def size() -> None:
    """A model with a random slope on many rows: no, a dummy, a continuous variance predictor."""
    data = large()
    print(f"\nMATHACH-like data of {ROWS} rows, {ROWS // UNIT} units, random slope")
    for label, names in (("homogeneous", ()), ("dummy", ("D",)), ("continuous", ("C",))):
        spec = slope_model(names)
        seconds = _time(lambda spec=spec: run(data, spec), repeats=3)
        print(f"  {label:22} {1000 * seconds:9.1f} ms")
        if not names:
            homogeneous = seconds
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "large.csv")
        _write(path, {"ID": _ids(data), **data.level1})
        _peers("size", path, homogeneous)


def data_in() -> None:
    """Ten million rows of CSV into a data file, beside pyarrow alone; HS&B from SPSS files."""
    print(f"\nData in: a CSV of {DATA_ROWS:,} rows and 8 columns ({_KEPT:.0f} MB as numbers)")
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, "rows.csv"))
        _data("rows", str(DATA_ROWS), path)
        times: dict[str, list[float]] = {"peer": [], "ours": []}
        for _ in range(3):
            for which, found in times.items():
                ((name, seconds, megabytes),) = _data(which, path)
                found.append(seconds)
                print(f"  {name:42}{1000 * seconds:9.1f} ms {megabytes:8.0f} MB")
        ratio = min(times["ours"]) / min(times["peer"])
        print(f"  ratio of the least times {ratio:.2f} (goal 1.5)")
        print(f"  memory: {megabytes / _KEPT:.2f} times the columns kept (goal 3)")
        for which, *arguments in (
            ("open", f"{path}.mdmx"),
            ("sav", *(shutil.copy(HERE.parent / "data_files" / each, folder) for each in SAV)),
            ("window", path),
        ):
            for name, seconds, _ in _data(which, *map(str, arguments)):
                print(f"  {name:42}{1000 * seconds:9.1f} ms")


def _data(*arguments: str) -> list[tuple[str, float, float]]:
    """Run data.py in a process of its own."""
    done = subprocess.run(
        [sys.executable, str(HERE / "data.py"), *arguments],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    return [(name, float(seconds), float(megabytes)) for name, seconds, megabytes in lines]


def window() -> None:
    """What a person waits for, in a fresh process on the offscreen platform."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    print("\nWhat a person waits for (offscreen)")
    script = str(HERE / "window.py")
    runs = [
        subprocess.run(
            [sys.executable, script, str(time.time())],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for _ in range(3)
    ]
    rows = [[line.split("\t") for line in each.splitlines()] for each in runs]
    for lines in zip(*rows, strict=True):
        print(f"  {lines[0][0]:38} {1000 * median(float(line[1]) for line in lines):9.1f} ms")


def _time(work: Callable[[], object], repeats: int = REPEATS) -> float:
    """Median seconds of `repeats` calls after one that is not counted."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times)


def _peers(which: str, path: Path, ours: float) -> None:
    """Time R on the same rows, reading left out."""
    if shutil.which("Rscript") is None:
        print("  (no R here, so no peers: apt install r-base-core r-cran-nlme r-cran-lme4)")
        return
    done = subprocess.run(
        ["Rscript", str(HERE / "peers.R"), which, str(path)],
        check=True,
        capture_output=True,
        text=True,
    )
    for line in done.stdout.splitlines():
        name, seconds, note = line.split("\t")
        ratio = float(seconds) / ours
        print(f"  {name:22} {1000 * float(seconds):9.1f} ms   ratio {ratio:6.1f}   {note}")


def slope_model(variance: tuple[str, ...]) -> ModelSpec:
    """Y on X, both coefficients random."""
    return ModelSpec(
        outcome="Y",
        equations=(Equation(Term(INTRCPT1), random=True), Equation(Term("X"), random=True)),
        variance_predictors=tuple(VariancePredictor(name) for name in variance),
        settings=Settings(likelihood=Likelihood.FULL),
    )


def large() -> TwoLevelData:
    """Rows drawn from a model of the lesson's size of effects."""
    rng = np.random.default_rng(1)
    n_units = ROWS // UNIT
    X, C = rng.normal(size=(2, ROWS))
    D = rng.integers(0, 2, ROWS).astype(float)
    u = np.repeat(rng.normal(size=(n_units, 2)) @ [[2.9, -0.25], [0, 0.75]], UNIT, axis=0)
    r = rng.normal(size=ROWS) * np.exp((3.7 - 0.1 * D + 0.05 * C) / 2)
    level1 = {"X": X, "C": C, "D": D, "Y": 13 - 1.4 * X + u[:, 0] + u[:, 1] * X + r}
    return TwoLevelData(
        name="large",
        id_name="ID",
        unit_ids=tuple(map(str, range(n_units))),
        offsets=np.arange(0, ROWS + 1, UNIT),
        level1=level1,
        level2={},
        catalogue=Catalogue(describe(level1, {}), ()),
    )


def _ids(data: TwoLevelData) -> np.ndarray:
    return np.repeat(np.arange(data.n_units), np.diff(data.offsets))


def _write(path: Path, columns: dict[str, np.ndarray]) -> None:
    table = np.column_stack(list(columns.values()))
    np.savetxt(path, table, delimiter=",", header=",".join(columns), comments="", fmt="%.10g")


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


if __name__ == "__main__":
    main()
