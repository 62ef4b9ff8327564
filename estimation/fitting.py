"""Fit one model to a design: pose the likelihood, maximise it, and keep what inference needs."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from estimation.arrays import Array
from estimation.design import Design
from estimation.driver import TOLERANCE, Outcome, UnidentifiedError, maximise
from estimation.existence import runaway
from estimation.identification import indistinct
from estimation.inference import Inference
from estimation.likelihood import Problem, build_problem
from estimation.spec.settings import Settings
from estimation.standardise import Standardised
from estimation.start import bounded

# A stop below this is beyond what double precision reaches.
TIGHTEST = 1e-24
Report = Callable[[int, int, float], None]


def fit_homogeneous(
    design: Design, model: Standardised, settings: Settings, report: Report, *, restricted: bool
) -> Inference:
    """Fit ln σ² = α_0; raises NumericalError where the likelihood has no maximum."""
    problem = build_problem(model, restricted=restricted, homogeneous=True)
    return _fit(Posed(design, model, problem), settings, report, None)


def fit_heterogeneous(first: Inference, settings: Settings, report: Report) -> Inference:
    """Fit ln σ² = Cα, started from the homogeneous optimum, well inside the cone."""
    fit = first.fit
    problem = build_problem(first.model, restricted=first.problem.restricted, homogeneous=False)
    tau = bounded(fit.tau) if fit.rank < len(fit.tau) else fit.tau
    start = (tau, fit.alpha[0] * np.eye(1, problem.k)[0])
    return _fit(Posed(first.design, first.model, problem), settings, report, start)


class Posed(NamedTuple):
    """A design, the same in standard coordinates, and the likelihood to be maximised."""

    design: Design
    model: Standardised
    problem: Problem


def _fit(
    posed: Posed, settings: Settings, report: Report, start: tuple[Array, Array] | None
) -> Inference:
    try:
        fit = maximise(
            posed.problem,
            max_iterations=settings.max_iterations,
            tolerance=max(min(TOLERANCE, (settings.stop_value / 100) ** 2), TIGHTEST),
            start=start,
            report=report,
        )
    except UnidentifiedError as error:
        raise indistinct(*posed, error.information) from error
    if fit.outcome is Outcome.RUNAWAY:
        raise runaway(posed.design, posed.model, fit.alpha)
    return Inference(*posed, fit)
