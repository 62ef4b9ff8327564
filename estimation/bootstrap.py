"""Parametric bootstrap: samples drawn from a fit and refitted, shared among processes (E34)."""

import os
import pickle
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np

from estimation import children
from estimation.arrays import Array
from estimation.bootstrap_child import Point, Task
from estimation.errors import FileError, NumericalError, SpecError
from estimation.inference import Inference
from estimation.progress import Observer, Progress
from estimation.result import Bootstrap, BootstrapInterval
from estimation.spec.settings import Settings
from estimation.standardise import in_one_part

STAGE = "bootstrap"
# Seconds between two signs of life.
BEAT = 0.1
PERCENTILES = (0.025, 0.975)
_PROGRAM = children.program("estimation.bootstrap_child")


def bootstrap(
    homogeneous: Inference, asked: Inference, settings: Settings, observer: Observer
) -> Bootstrap | None:
    """Draw samples from a fit, refit them, and tell how the estimates spread (E34).

    `asked` is the fit of the model asked for; if it is heterogeneous, as many samples of the
    `homogeneous` one give the LR test its p.  Only y is drawn.  None where a fit did not converge.
    Raises SpecError with design weights, NumericalError where a process breaks down, FileError
    without room for temporary files; `observer` may raise Cancelled.
    """
    if asked.weighted:
        raise SpecError(
            "With design weights there is no model to draw bootstrap samples from, for their "
            "likelihood is none of the data. Switch the bootstrap off, or the design weights."
        )
    if not (homogeneous.fit.converged and asked.fit.converged):
        return None
    task = Task(
        model=in_one_part(asked.model),
        asked=_point(asked),
        homogeneous=_point(homogeneous) if asked.heterogeneous else None,
        restricted=asked.problem.restricted,
        max_iterations=settings.max_iterations,
        seed=settings.seed,
    )
    records = _records(task, settings.bootstrap, observer)
    estimates, lr = records[:, 1:-1], records[:, -1]
    good = ~np.isnan(estimates[:, 0])
    lr_good = ~np.isnan(lr)
    found = homogeneous.fit.at.m2ll - asked.fit.at.m2ll
    tested = asked.heterogeneous and bool(lr_good.any())
    return Bootstrap(
        samples=len(records),
        seed=settings.seed,
        failed=int((~good).sum()),
        intervals=_intervals(asked, estimates[good]),
        lr_p=(1 + int((lr[lr_good] >= found).sum())) / (1 + int(lr_good.sum())) if tested else None,
        lr_failed=int((~lr_good).sum()) if asked.heterogeneous else 0,
    )


def _point(it: Inference) -> Point:
    return Point(it.fit.tau, it.fit.alpha, it.at_boundary)


def _intervals(it: Inference, standard: Array) -> tuple[BootstrapInterval, ...]:
    """Percentile intervals and SDs of what is estimated, from two samples on."""
    if len(standard) < 2:
        return ()
    values = _in_users_units(it, standard)
    lower, upper = np.quantile(values, PERCENTILES, axis=0)
    each = zip(_parameters(it), values.std(axis=0, ddof=1), lower, upper, strict=True)
    return tuple(
        BootstrapInterval(parameter, name, est, float(se), float(low), float(high))
        for (parameter, name, est), se, low, high in each
    )


def _in_users_units(it: Inference, standard: Array) -> Array:
    """Return γ, and the free of vech τ and α or σ², of each sample (samples, ·) (E19)."""
    model, problem, f = it.model, it.problem, it.problem.f
    drawn, rows, columns = len(standard), problem.rows, problem.columns
    moved = standard[:, :f] + it.fit.at.profile.gamma
    gamma = (model.b + model.s * np.linalg.solve(model.T_X, moved.T).T) @ it.design.R.T
    tau = np.zeros((drawn, problem.q, problem.q))
    tau[:, rows, columns] = tau[:, columns, rows] = standard[:, f : f + problem.m]
    alpha = standard[:, f + problem.m :] @ model.B.T[: problem.k, : problem.k]
    alpha[:, 0] += model.ln_s2
    level1 = alpha if it.heterogeneous else np.exp(alpha)
    variances = np.concatenate((model.tau(tau)[:, rows, columns], level1), axis=1)
    return np.concatenate((gamma, variances[:, it.free]), axis=1)


def _parameters(it: Inference) -> Iterator[tuple[str, str, float]]:
    """Yield parameter, name and estimate in the order of `_in_users_units`."""
    for gamma, est in zip(it.design.gammas, it.gamma, strict=True):
        yield gamma.symbol, gamma.words, float(est)
    names = it.design.random_names
    for a, b in zip(it.problem.rows, it.problem.columns, strict=True):
        name = names[a] if a == b else f"{names[a]} and {names[b]}"
        yield f"tau{a}{b}", name, float(it.tau[a, b])
    for a in np.flatnonzero(it.problem.free_alpha):
        if it.heterogeneous:
            yield f"alpha{a}", it.design.variance[a], float(it.alpha[a])
        else:
            yield "sigma2", "", float(np.exp(it.alpha[a]))


def _records(task: Task, samples: int, observer: Observer) -> Array:
    """Return the records (samples, width) that the children have written, in order."""
    observer(Progress(STAGE, 0, total=samples))
    with _folder() as folder:
        (folder / "task").write_bytes(pickle.dumps(task))
        count = min(os.cpu_count() or 1, samples)
        files = [folder / f"records{first}" for first in range(count)]
        running: list[children.Child] = []
        try:
            for first, file in enumerate(files):
                running.append(_start(folder / "task", file, first, samples, count))
            _wait(running, files, 8 * task.width, samples, observer)
        finally:
            for child in running:
                child.kill()
                child.wait()
        written = np.concatenate([np.fromfile(file) for file in files])
    records = written.reshape(-1, task.width)
    return np.asarray(records[np.argsort(records[:, 0])])


@contextmanager
def _folder() -> Iterator[Path]:
    """Make a temporary folder, and tell in words what keeps it from being used."""
    try:
        with tempfile.TemporaryDirectory(prefix="levelwise-", ignore_cleanup_errors=True) as name:
            yield Path(name)
    except OSError as error:
        raise FileError(
            f"The bootstrap could not write its temporary files: {error.strerror or error}. The "
            "temporary folder is full or not writable. Make room there, or name another folder in "
            "the environment variable TMPDIR, or run the model without the bootstrap."
        ) from error


def _start(task: Path, records: Path, first: int, samples: int, step: int) -> children.Child:
    """Start the child that does the samples first, first + step and so on."""
    request = {
        "task": str(task),
        "records": str(records),
        "first": first,
        "samples": samples,
        "step": step,
    }
    with _errors_of(records).open("wb") as errors:
        child = children.start(_PROGRAM, errors)
    assert child.stdin is not None
    with suppress(OSError), child.stdin as pipe:  # a child that is dead already is noticed below
        pipe.write(children.packed(request))
    return child


def _wait(
    started: list[children.Child], files: list[Path], size: int, samples: int, observer: Observer
) -> None:
    """Tell the observer how many records there are until all children have ended."""
    running = list(zip(started, files, strict=True))
    while running:
        with suppress(subprocess.TimeoutExpired):
            running[0][0].wait(BEAT)
        for child, file in running:
            if child.poll():
                raise NumericalError(_broken(child.returncode, _errors_of(file)))
        running = [(child, file) for child, file in running if child.returncode is None]
        done = sum(file.stat().st_size // size for file in files if file.exists())
        observer(Progress(STAGE, done, total=samples))


def _errors_of(records: Path) -> Path:
    return records.with_suffix(".errors")


def _broken(code: int, errors: Path) -> str:
    """Say that a process crashed, or was ended by the system."""
    reason = children.reason(code, errors.read_text(encoding="utf-8", errors="replace"))
    return (
        f"A process of the bootstrap broke down ({reason}). There may not be enough memory, or "
        "room for temporary files. Close other programs, or run the model without the bootstrap."
    )
