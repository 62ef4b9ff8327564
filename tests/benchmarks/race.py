"""Levelwise beside its peers: a table a case, each entrant in a process of its own.

The fast peers run each time.  The slow ones run for `make bench-all` alone, for ten minutes a case
at most; what they did is kept in .bench/results.json by version, case and class of machine.
"""

import json
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from statistics import median
from typing import NamedTuple

import installing
from cases import CASES, DATA, Case

HERE = Path(__file__).parent
RESULTS = installing.STORE / "results.json"
LIMIT = 600
ALL = (*installing.PYPI, *installing.DEBIAN)
HETEROGENEOUS = ("interlace-lme", "nlme", "glmmTMB")
# Those that take seconds; the others are slow.
FAST = {
    "HS&B": ALL,
    "a million rows": ("glmm", "mixedlm", "mixedlm-rs", "lme-python"),
    "ten million rows": ("glmm",),
}
SLOW = {
    "HS&B": (),
    "a million rows": ALL,
    "ten million rows": ("mixedlm-rs", "lme4", "nlme"),
}
OURS = {
    "HS&B": ("fit", "analysis", "report"),
    "a million rows": ("fit", "analysis"),
    "ten million rows": ("fit",),
}


class Result(NamedTuple):
    """What an entrant said; without seconds, `note` says why there are none."""

    seconds: tuple[float, ...] = ()
    m2ll: float = float("nan")
    busy: float = 0.0
    megabytes: float = 0.0
    note: str = ""
    date: str = ""


class Heat(NamedTuple):
    """A case on data in a folder, the peers that are here, and whether the slow ones run."""

    case: Case
    folder: str
    versions: dict[str, str]
    slow: bool

    @property
    def columns(self) -> float:
        """MB of the columns that the model uses, those of level 2 with a value a unit."""
        rows = Path(self.folder, "ID.f64").stat().st_size // 8
        units = (DATA[self.case.data] or (0, 0))[1]
        return 8 * (rows * len(self.case.level1) + units * bool(self.case.w)) / 1e6


def race(*, slow: bool) -> None:
    """Print a table for each case."""
    versions = installing.versions()
    print(f"{installing.ours()}; peers: {', '.join(map(' '.join, versions.items()))}")
    print(
        "Seconds of the fit call alone, warm, in memory; BLAS on one thread; 'busy' processors.\n"
        "A heterogeneous fit of ours includes the homogeneous one and the test between them.\n"
        "MB: growth of the process at most, data included; beside it, the columns' multiple.\n"
    )
    for name, cases in groupby(CASES, lambda case: case.data):
        with tempfile.TemporaryDirectory() as folder:
            program = f"import cases, pathlib; cases.write({name!r}, pathlib.Path({folder!r}))"
            subprocess.run([sys.executable, "-c", program], cwd=HERE, check=True)
            for case in cases:
                _table(Heat(case, folder, versions, slow))


def _table(heat: Heat) -> None:
    case, versions = heat.case, heat.versions
    print(f"{case.title} (columns used: {heat.columns:.1f} MB)")
    print(f"  {'':22}{'median':>10}{'least':>9}{'runs':>5}{'ratio':>8}{'-2 log L':>17}", end="")
    print(f"{'- ours':>10}{'busy':>5}{'MB':>6}")
    ours = _ours(heat)
    able = HETEROGENEOUS if case.variance else ALL
    for peer in filter(versions.get, able):
        name = f"{peer} {versions[peer]}"
        if peer in FAST[case.data]:
            _row(name, _run(_command(peer, heat)), ours, heat.columns)
        elif peer in SLOW[case.data]:
            _row(name, _kept(peer, heat), ours, heat.columns)
    if unable := [peer for peer in ALL if peer not in able]:
        print(f"  no model for the level-1 variance: {', '.join(unable)}")
    print(flush=True)


def _ours(heat: Heat) -> Result:
    """Our fit, printed with what else of ours is timed."""
    fit = Result()
    for what in OURS[heat.case.data]:
        command = [sys.executable, str(HERE / "ours.py"), what]
        result = _run([*command, str(CASES.index(heat.case)), heat.folder])
        fit = fit if fit.seconds else result
        _row(f"Levelwise, {what}", result, fit, heat.columns)
    return fit


def _row(name: str, result: Result, ours: Result, columns: float) -> None:
    note = f"{result.note[:90]} {result.date}".strip()
    if not result.seconds:
        print(f"  {name:22} {note}", flush=True)
        return
    middle = median(result.seconds)
    ratio = middle / median(ours.seconds) if ours.seconds else float("nan")
    memory = f"{result.megabytes:6.0f}"
    memory += f" {result.megabytes / columns:.1f}×" if columns > 1 else ""
    print(
        f"  {name:22}{middle:10.4f}{min(result.seconds):9.4f}{len(result.seconds):5}{ratio:8.2f}"
        f"{result.m2ll:17.6f}{result.m2ll - ours.m2ll:+10.2g}{result.busy:5.1f}{memory}"
        + (f"\n{'':24}{note}" if note else ""),
        flush=True,
    )


def _command(peer: str, heat: Heat) -> list[str]:
    if peer in installing.DEBIAN:
        program = ["Rscript", str(HERE / "peers.R")]
    else:
        program = [str(installing.PYTHON), str(HERE / "peers.py")]
    case = heat.case
    names = (case.outcome, case.x, case.w, case.variance)
    return [*program, peer, heat.folder, *(name or "-" for name in names)]


def _run(command: list[str]) -> Result:
    """What an entrant says in its process."""
    try:
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        return Result(note=f"not finished after {LIMIT} s")
    said = [line for line in done.stdout.splitlines() if line.startswith("RESULT\t")]
    if not said:
        last = (done.stderr.strip().splitlines() or [""])[-1]
        return Result(note=f"ended with code {done.returncode}: {last[:150]}")
    return _parsed(*said[-1].split("\t")[1:])


def _parsed(times: str, m2ll: str, busy: str, megabytes: str, note: str) -> Result:
    if not times:
        return Result(note=f"failed: {note[:150]}")
    seconds = tuple(map(float, times.split(",")))
    return Result(seconds, float(m2ll), float(busy), float(megabytes), note)


def _kept(peer: str, heat: Heat) -> Result:
    """The kept result of a slow peer; without one it runs, if it may."""
    kept = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    model = f"{heat.case} {DATA[heat.case.data]}"
    key = f"{peer} {heat.versions[peer]} | {model} | {installing.machine()}"
    if key not in kept and not heat.slow:
        return Result(note="slow: make bench-all")
    if key not in kept:
        today = f"{datetime.now(UTC):(run on %Y-%m-%d)}"
        kept[key] = _run(_command(peer, heat))._replace(date=today)
        RESULTS.write_text(json.dumps(kept, indent=1), encoding="utf-8")
    seconds, *others = kept[key]
    return Result(tuple(seconds), *others)
