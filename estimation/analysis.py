"""One run, from data and model to everything that is reported."""

import numpy as np

from estimation.arrays import Array
from estimation.data.dataset import TwoLevelData
from estimation.design import Design, build_design
from estimation.distributions import chisq_test
from estimation.driver import TOLERANCE, Fit, Outcome, maximise
from estimation.existence import require_maximum, runaway
from estimation.inference import solve
from estimation.likelihood import Problem, build_problem
from estimation.ols import unit_regressions
from estimation.progress import Observer, Progress, ignore
from estimation.result import Analysis, Solution, Test
from estimation.spec.model import ModelSpec
from estimation.spec.settings import Likelihood, Settings
from estimation.standardise import Standardised, standardise
from estimation.start import bounded

# A stop below this is beyond what double precision reaches.
TIGHTEST = 1e-24


def run(data: TwoLevelData, spec: ModelSpec, observer: Observer = ignore) -> Analysis:
    """Fit the model (homogeneous first where variance predictors are entered) and infer.

    Raises SpecError when the model cannot be run, DataError when no rows are left,
    NumericalError when the likelihood has no maximum; `observer` may raise Cancelled.
    """
    restricted = spec.likelihood is Likelihood.RESTRICTED
    observer(Progress("preparing"))
    design = build_design(data, spec)
    observer(Progress("preparing"))
    model = standardise(design)
    observer(Progress("preparing"))
    require_maximum(design, model, restricted=restricted)
    observer(Progress("preparing"))
    ols = unit_regressions(design, spec.settings.ols_units)
    fitting = _Fitting(design, model, spec.settings, observer, restricted=restricted)
    homogeneous, first = fitting.homogeneous()
    heterogeneous = fitting.heterogeneous(first) if spec.heterogeneous else None
    return Analysis(
        spec=spec,
        data_name=data.name,
        fingerprint=data.fingerprint,
        n_level1=design.n_rows,
        n_level2=design.n_units,
        n_deleted=design.n_deleted,
        units_deleted=design.units_deleted,
        ols=ols,
        homogeneous=homogeneous,
        heterogeneous=heterogeneous,
        lr_test=_lr_test(homogeneous, heterogeneous),
        warnings=_warnings(homogeneous, heterogeneous),
        data_report=data.report,
        structure=data.catalogue.structure,
    )


class _Fitting:
    """The fits of one run: same rows, same likelihood, same observer."""

    def __init__(
        self,
        design: Design,
        model: Standardised,
        settings: Settings,
        observer: Observer,
        *,
        restricted: bool,
    ) -> None:
        self._design, self._model = design, model
        self._settings, self._observer, self._restricted = settings, observer, restricted

    def homogeneous(self) -> tuple[Solution, Fit]:
        """Fit ln σ² = α_0."""
        return self._fit("homogeneous", None)

    def heterogeneous(self, first: Fit) -> Solution:
        """Fit ln σ² = Cα, started from the homogeneous optimum, well inside the cone."""
        singular = first.rank < len(first.tau)
        tau = bounded(first.tau) if singular else first.tau
        return self._fit("heterogeneous", (tau, first.alpha[0]))[0]

    def _fit(self, stage: str, start: tuple[Array, float] | None) -> tuple[Solution, Fit]:
        problem = build_problem(
            self._model, restricted=self._restricted, homogeneous=stage == "homogeneous"
        )
        fit = self._maximise(problem, stage, start)
        if fit.outcome is Outcome.RUNAWAY:
            raise runaway(self._design, self._model, fit.alpha)
        return solve(self._design, self._model, problem, fit), fit

    def _maximise(self, problem: Problem, stage: str, start: tuple[Array, float] | None) -> Fit:
        settings = self._settings
        return maximise(
            problem,
            max_iterations=settings.max_iterations,
            tolerance=max(min(TOLERANCE, (settings.stop_value / 100) ** 2), TIGHTEST),
            start=start and (start[0], start[1] * np.eye(1, problem.k)[0]),
            report=lambda run, number, m2ll: self._observer(Progress(stage, number, m2ll, run)),
        )


def _lr_test(homogeneous: Solution, heterogeneous: Solution | None) -> Test | None:
    """Test the homogeneous model against the heterogeneous one, from −2 log L of two optima."""
    if heterogeneous is None or not heterogeneous.convergence.converged:
        return None
    if not homogeneous.convergence.converged:
        return None
    df = heterogeneous.n_parameters - homogeneous.n_parameters
    return chisq_test(homogeneous.m2ll - heterogeneous.m2ll, df)


def _warnings(homogeneous: Solution, heterogeneous: Solution | None) -> tuple[str, ...]:
    """Say what a reader must know about how the fits ended."""
    found = []
    for name, solution in (("homogeneous", homogeneous), ("heterogeneous", heterogeneous)):
        if solution is None:
            continue
        model = f"The {name} model" if heterogeneous else "The model"
        convergence = solution.convergence
        if not convergence.converged:
            found.append(f"{model} did not converge: {convergence.reason}.")
        if convergence.boundary:
            found.append(
                f"{model} ends at the boundary of tau: {'; '.join(convergence.boundary)}. "
                "Standard errors of tau are not available there."
            )
    return tuple(found)
