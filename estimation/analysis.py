"""One run, from data and model to everything that is reported."""

from estimation.data.dataset import TwoLevelData
from estimation.design import build_design
from estimation.distributions import chisq_test
from estimation.existence import require_maximum
from estimation.fitting import Report, fit_heterogeneous, fit_homogeneous
from estimation.ols import unit_regressions
from estimation.progress import Observer, Progress, ignore
from estimation.result import Analysis, Solution, Test
from estimation.solution import solve
from estimation.spec.model import ModelSpec
from estimation.spec.settings import Likelihood
from estimation.standardise import standardise


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
    first = fit_homogeneous(
        design, model, spec.settings, _tell(observer, "homogeneous"), restricted=restricted
    )
    rule = spec.settings.degrees_of_freedom
    homogeneous, heterogeneous = solve(first, rule), None
    if spec.heterogeneous:
        second = fit_heterogeneous(first, spec.settings, _tell(observer, "heterogeneous"))
        heterogeneous = solve(second, rule)
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
