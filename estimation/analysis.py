"""One run, from data and model to everything that is reported."""

from dataclasses import replace

from estimation.bootstrap import bootstrap
from estimation.data.dataset import Data, TwoLevelData
from estimation.design import build_design, null_design
from estimation.distributions import chisq_test
from estimation.effects import effect_sizes
from estimation.errors import NumericalError, SpecError
from estimation.existence import require_maximum
from estimation.exploratory import explore
from estimation.fitting import Report, fit_heterogeneous, fit_homogeneous
from estimation.homogeneity import homogeneity
from estimation.hypothesis import compare, general_linear, joint_alpha
from estimation.inference import Inference
from estimation.intervals import profile_intervals
from estimation.latent import latent_regression
from estimation.ols import unit_regressions
from estimation.progress import Observer, Progress, Repeated, ignore
from estimation.result import Analysis, Solution, Test
from estimation.score_test import score_tests
from estimation.solution import solve
from estimation.spec.model import ModelSpec
from estimation.spec.settings import Likelihood
from estimation.standardise import standardise
from estimation.variance_tests import variance_tests


def run(data: Data, spec: ModelSpec, observer: Observer = ignore) -> Analysis:
    """Fit the model (homogeneous first where variance predictors are entered) and infer.

    Raises SpecError when the model cannot be run, DataError when no rows are left,
    NumericalError when the likelihood has no maximum; `observer` may raise Cancelled.
    """
    settings = spec.settings
    restricted = spec.likelihood is Likelihood.RESTRICTED
    if settings.bootstrap and not isinstance(data, TwoLevelData):
        raise SpecError(
            f"A bootstrap draws rows anew, which needs them in memory, not in the files of "
            f"{data.name}. Switch it off, or run it on a data file (.mdmx).",
            keyword="bootstrap",
        )
    observer = Repeated(observer)
    observer(Progress("preparing"))
    design = build_design(data, spec, observer.again)
    model = standardise(design)
    tight = require_maximum(design, model, restricted=restricted)
    ols = unit_regressions(design, model.at, settings.ols_units)
    observer.again()
    first = fit_homogeneous(
        design, model, settings, _tell(observer, "homogeneous"), restricted=restricted
    )
    second = None
    if spec.heterogeneous:
        second = fit_heterogeneous(first, settings, _tell(observer, "heterogeneous"), tight)
    null = _null(first, spec, observer) if settings.effect_sizes else None
    homogeneous = _inferred(first, spec, null)
    observer.again()
    heterogeneous = None if second is None else _inferred(second, spec, null)
    asked = _on_request(second or first, heterogeneous or homogeneous, spec, observer)
    return Analysis(
        spec=spec,
        data_name=data.name,
        fingerprint=data.fingerprint,
        n_level1=design.n_rows,
        n_level2=design.n_units,
        n_deleted=design.n_deleted,
        units_deleted=design.units_deleted,
        ols=ols,
        homogeneous=homogeneous if second else asked,
        heterogeneous=asked if second else None,
        lr_test=None if first.weighted else _lr_test(homogeneous, heterogeneous),
        warnings=_warnings(homogeneous, heterogeneous),
        data_report=(*data.report, *design.report),
        structure=data.catalogue.structure,
        homogeneity=homogeneity(design, model.at) if settings.homogeneity else None,
        score_tests=score_tests(first),
        bootstrap=bootstrap(first, second or first, settings, observer)
        if settings.bootstrap
        else None,
    )


def _inferred(it: Inference, spec: ModelSpec, null: Solution | None) -> Solution:
    """Gather the tables of a fit, and its tests and effect sizes."""
    solution = solve(it, spec.settings.degrees_of_freedom)
    it.problem.attend()
    other = spec.settings.comparison
    return replace(
        solution,
        wald=joint_alpha(it),
        hypotheses=general_linear(it, spec.hypotheses),
        comparison=None if other is None else compare(solution.m2ll, solution.n_parameters, other),
        explorations=explore(it),
        latent=latent_regression(it, spec.equations),
        effect_sizes=effect_sizes(it, null),
    )


def _on_request(it: Inference, solution: Solution, spec: ModelSpec, observer: Observer) -> Solution:
    """Add what refits the model asked for."""
    settings = spec.settings
    if settings.variance_tests:
        tests = variance_tests(it, settings, observer)
        solution = replace(solution, variance_tests=tests)
    if settings.profile_intervals:
        solution = replace(solution, profile_intervals=profile_intervals(it, observer))
    return solution


def _null(first: Inference, spec: ModelSpec, observer: Observer) -> Solution | None:
    """Fit INTRCPT1 alone, random, on the same rows; None where that has no estimate."""
    design = null_design(first.design)
    try:
        it = fit_homogeneous(
            design,
            standardise(design),
            spec.settings,
            _tell(observer, "null"),
            restricted=first.problem.restricted,
        )
    except NumericalError:
        return None
    return solve(it)


def _tell(observer: Observer, stage: str) -> Report:
    return lambda run, number, m2ll: observer(Progress(stage, number, m2ll, run))


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
