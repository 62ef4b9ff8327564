"""The process that draws and refits bootstrap samples; see `bootstrap`."""

import os
import pickle
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from estimation.arrays import Array
from estimation.cells import source
from estimation.driver import Fit, maximise
from estimation.errors import NumericalError
from estimation.likelihood import Problem, build_problem
from estimation.parts import in_memory, itself
from estimation.standardise import Standardised
from estimation.start import bounded

# Score' I⁻¹ score at which a refit ends: 1e-5 standard errors, 1e-10 in −2 log L.
REFITTED = 1e-10


class Point(NamedTuple):
    """(τ, α) in standard coordinates, from which samples are drawn, and whether τ is singular."""

    tau: Array
    alpha: Array
    singular: bool


@dataclass(frozen=True, eq=False)
class Task:
    """What to draw from and to refit: the model asked for, and the homogeneous one for its LR test.

    `asked` has k elements of α; `homogeneous` is None without an LR test.
    """

    model: Standardised
    asked: Point
    homogeneous: Point | None
    restricted: bool
    max_iterations: int
    seed: int

    @property
    def width(self) -> int:
        """Length of a record: number of the sample, γ̃, vech τ̃, α̃, LR χ²; NaN is not available."""
        m = sum(len(block) * (len(block) + 1) // 2 for block in self.model.blocks)
        return 1 + self.model.f + m + len(self.asked.alpha) + 1


def main(request: Mapping[str, Any]) -> None:
    """Write the record of each sample of our share as soon as it is there."""
    task: Task = pickle.loads(Path(request["task"]).read_bytes())
    parent, refits = os.getppid(), Refits(task)
    with Path(request["records"]).open("wb", buffering=0) as file:
        for number in range(request["first"], request["samples"], request["step"]):
            if os.getppid() != parent:  # nobody waits for us any more
                return
            file.write(refits.record(number).tobytes())


class Refits:
    """The likelihoods of a task, of which a sample changes nothing but the outcome (E34)."""

    def __init__(self, task: Task) -> None:
        self._task, self._model = task, task.model
        (self._rows,) = self._model.rows.map(itself)
        homogeneous = len(task.asked.alpha) == 1
        self._asked = build_problem(
            self._model, restricted=task.restricted, homogeneous=homogeneous
        )
        self._null = (
            build_problem(self._model, restricted=task.restricted, homogeneous=True)
            if task.homogeneous
            else None
        )

    def record(self, number: int) -> Array:
        """Draw and refit sample `number`; its random numbers depend on nothing but the seed."""
        return np.concatenate(([number], self._estimates(number), [self._lr(number)]))

    def _estimates(self, number: int) -> Array:
        """γ̃, counted from what was drawn from, vech τ̃ and α̃ of a sample of the model asked for."""
        point, problem = self._task.asked, self._asked
        fit = self._fit(problem, self._draw(point, number, 0), point)
        if fit is None:
            return np.full(self._task.width - 2, np.nan)
        tau = fit.tau[problem.rows, problem.columns]
        return np.concatenate((fit.at.profile.gamma, tau, fit.alpha))

    def _lr(self, number: int) -> float:
        """LR χ² of a sample of the homogeneous model; NaN without one."""
        point = self._task.homogeneous
        if point is None or self._null is None:
            return np.nan
        y = self._draw(point, number, 1)
        first = self._fit(self._null, y, point)
        if first is None:
            return np.nan
        alpha = first.alpha[0] * np.eye(1, self._asked.k)[0]
        start = Point(first.tau, alpha, first.rank < self._asked.q)
        second = self._fit(self._asked, y, start)
        return np.nan if second is None else first.at.m2ll - second.at.m2ll

    def _draw(self, point: Point, number: int, which: int) -> Array:
        """ỹ = Z̃u + r without a fixed part, which would move γ̃ by itself and nothing else."""
        seeds = np.random.SeedSequence(self._task.seed, spawn_key=(number, which))
        rng, model = np.random.default_rng(seeds), self._model
        sizes, q = np.diff(model.offsets), model.q
        values, vectors = np.linalg.eigh(point.tau)
        root = vectors * np.sqrt(np.maximum(values, 0))
        u = rng.standard_normal((sizes.size, q)) @ root.T
        slopes = point.alpha[1:]
        sd = np.exp((point.alpha[0] + self._rows.C[:, : slopes.size] @ slopes) / 2)
        fitted = np.einsum("ia,ia->i", self._rows.A[:, :q], np.repeat(u, sizes, axis=0))
        return np.asarray(fitted + sd * rng.standard_normal(sd.size))

    def _fit(self, problem: Problem, y: Array, start: Point) -> Fit | None:
        tau = bounded(start.tau) if start.singular else start.tau
        try:
            fit = maximise(
                self._with_outcome(problem, y),
                max_iterations=self._task.max_iterations,
                tolerance=REFITTED,
                starts=((tau, start.alpha),),
                once=True,
            )
        except (NumericalError, np.linalg.LinAlgError):
            return None
        return fit if fit.converged else None

    def _with_outcome(self, problem: Problem, y: Array) -> Problem:
        """Put another outcome in place of ỹ."""
        rows = self._rows._replace(
            A=np.asfortranarray(np.column_stack((self._rows.A[:, :-1], y))),
            C=self._rows.C[:, : problem.k - 1],
        )
        return replace(problem, moments=source(in_memory([rows]), self._model.T, y.size))
