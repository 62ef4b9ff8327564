"""Fit one model to a design: pose the likelihood, maximise it, and keep what inference needs."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from estimation.arrays import Array
from estimation.design import Design
from estimation.driver import TOLERANCE, Outcome, Start, UnidentifiedError, maximise
from estimation.errors import NumericalError
from estimation.existence import runaway
from estimation.identification import indistinct
from estimation.inference import Inference
from estimation.likelihood import Problem, build_problem
from estimation.spec.settings import Settings
from estimation.standardise import Standardised
from estimation.start import bounded, followed

_SPREAD = (
    "The numbers of the model spread over more digits than the computer has. Look for weights or "
    "known variances that differ by many powers of ten, and for extreme values of the predictors."
)
# A stop below this is beyond what double precision reaches.
TIGHTEST = 1e-24
Report = Callable[[int, int, float], None]


def fit_homogeneous(
    design: Design, model: Standardised, settings: Settings, report: Report, *, restricted: bool
) -> Inference:
    """Fit ln σ² = α_0; raises NumericalError where the likelihood has no maximum."""
    problem = build_problem(model, restricted=restricted, homogeneous=True)
    return _fit(Posed(design, model, problem), settings, report, ())


def fit_heterogeneous(
    first: Inference, settings: Settings, report: Report, tight: Sequence[Array] = ()
) -> Inference:
    """Fit ln σ² = Cα, started from the homogeneous optimum, well inside the cone.

    `tight` are values of α that `require_maximum` wants to be tried as well.
    """
    fit = first.fit
    problem = build_problem(first.model, restricted=first.problem.restricted, homogeneous=False)
    tau = bounded(fit.tau) if fit.rank < len(fit.tau) else fit.tau
    start = (tau, fit.alpha[0] * np.eye(1, problem.k)[0])
    starts = (start, *(each for alpha in tight for each in followed(problem.q, alpha)))
    return _fit(Posed(first.design, first.model, problem), settings, report, starts)


class Posed(NamedTuple):
    """A design, the same in standard coordinates, and the likelihood to be maximised."""

    design: Design
    model: Standardised
    problem: Problem


def _fit(
    posed: Posed,
    settings: Settings,
    report: Report,
    starts: Sequence[Start],
) -> Inference:
    try:
        fit = maximise(
            posed.problem,
            max_iterations=settings.max_iterations,
            tolerance=max(min(TOLERANCE, (settings.stop_value / 100) ** 2), TIGHTEST),
            starts=starts,
            report=report,
        )
    except UnidentifiedError as error:
        raise indistinct(*posed, error.information) from error
    except np.linalg.LinAlgError as error:
        raise NumericalError(_SPREAD) from error
    if fit.outcome is Outcome.RUNAWAY:
        raise runaway(posed.design, posed.model, fit.alpha)
    return Inference(*posed, fit)
