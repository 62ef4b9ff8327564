"""The fit of Levelwise that is timed: the one place of the benchmarks that knows its calls.

python ours.py fit|analysis|report NUMBER FOLDER    a case of cases.py, on the data of a folder
"""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from cases import CASES, read, spec
from stopwatch import measure, memory

from estimation.analysis import run
from estimation.data import TwoLevelData
from estimation.derivatives import derivatives
from estimation.design import build_design
from estimation.existence import require_maximum
from estimation.fitting import Report, fit_heterogeneous, fit_homogeneous
from estimation.inference import Inference
from estimation.likelihood import build_problem, m2ll
from estimation.report.text import render
from estimation.result import Analysis
from estimation.spec import Likelihood, ModelSpec
from estimation.standardise import standardise


class Fitted(NamedTuple):
    """What a peer's fit gives, and the test of the homogeneous model against it."""

    inference: Inference
    standard_errors: np.ndarray
    lr: float | None

    @property
    def m2ll(self) -> float:
        """−2 log L reached."""
        return float(self.inference.fit.at.m2ll)


def silent(*_: object) -> None:
    """Report nothing."""


def fit(data: TwoLevelData, model: ModelSpec, report: Report = silent) -> Fitted:
    """From data in memory to estimates, standard errors and, if heterogeneous, the LR test."""
    restricted = model.likelihood is Likelihood.RESTRICTED
    design = build_design(data, model)
    standard = standardise(design)
    tight = require_maximum(design, standard, restricted=restricted)
    last = first = fit_homogeneous(design, standard, model.settings, report, restricted=restricted)
    lr = None
    if model.heterogeneous:
        last = fit_heterogeneous(first, model.settings, report, tight)
        lr = float(first.fit.at.m2ll - last.fit.at.m2ll)
    return Fitted(last, np.sqrt(last.gamma_cov.diagonal()), lr)


def passes(data: TwoLevelData, model: ModelSpec) -> dict[str, Callable[[], object]]:
    """What goes over the rows: once a fit; the last two in iterations of continuous predictors."""
    it = fit(data, model).inference
    restricted = it.problem.restricted
    at = it.problem, it.fit.tau, it.fit.alpha
    return {
        "design": lambda: build_design(data, model),
        "standard coordinates": lambda: standardise(it.design),
        "whether there is a maximum": lambda: require_maximum(
            it.design, it.model, restricted=restricted
        ),
        "cross-products by unit": lambda: build_problem(
            replace(it.model), restricted=restricted, homogeneous=True
        ),
        "-2 log L once, heterogeneous": lambda: m2ll(*at),
        "with all derivatives": lambda: derivatives(*at),
    }


def analysed(analysis: Analysis) -> float:
    """−2 log L of an analysis."""
    return (analysis.heterogeneous or analysis.homogeneous).m2ll


def main(what: str, number: str, folder: str) -> None:
    """Time one of the three."""
    case, before = CASES[int(number)], memory("VmRSS")
    data, model = read(case, Path(folder)), spec(case)
    if what == "fit":
        measure(lambda: fit(data, model), lambda fitted: fitted.m2ll, before)
    elif what == "analysis":
        measure(lambda: run(data, model), analysed, before)
    else:
        analysis = run(data, model)
        measure(lambda: render(analysis), lambda _: analysed(analysis), before)


if __name__ == "__main__":
    main(*sys.argv[1:])
