"""The JSON result, schema 1.  The schema only grows; a field never changes its meaning."""

from collections.abc import Mapping
from dataclasses import asdict
from math import isfinite
from typing import Any

from estimation import __version__
from estimation.report.json_extras import solution_extras, spec_extras, tau_se
from estimation.report.pooled_json import pooled_fields
from estimation.report.resampling_json import refitted, resampled
from estimation.result import Alpha, Analysis, FixedEffect, PooledAnalysis, Solution, Test
from estimation.spec import ModelSpec


def to_json(analysis: Analysis | PooledAnalysis) -> dict[str, object]:
    """Return the result as JSON values, numbers in full; what is not available is None.

    The top level is the model asked for; "homogeneous" has the same fields for the homogeneous
    solution where variance predictors were entered.
    """
    if isinstance(analysis, PooledAnalysis):
        pooled = pooled_fields(analysis, [to_json(each) for each in analysis.analyses])
        return {name: _finite(value) for name, value in pooled.items()}
    second = analysis.heterogeneous
    result = {
        "schema": 1,
        "program": "levelwise",
        "version": __version__,
        "title": analysis.spec.settings.title,
        "data": analysis.data_name,
        "outcome": analysis.spec.outcome,
        **_fields(analysis, analysis.solution),
        **_of_run(analysis),
        "warnings": [*analysis.data_report, *analysis.warnings],
    }
    if second:
        result["homogeneous"] = _fields(analysis, analysis.homogeneous)
        result["lr_test"] = _test(analysis.lr_test)
    return {name: _finite(value) for name, value in result.items()}


def _fields(analysis: Analysis, solution: Solution) -> dict[str, Any]:
    ended = solution.convergence
    return {
        "method": solution.method.value,
        "n_level1": analysis.n_level1,
        "n_level2": analysis.n_level2,
        "n_deleted": analysis.n_deleted,
        "converged": ended.converged,
        "reason": ended.reason,
        "iterations": ended.iterations,
        "gradient": ended.gradient,
        "boundary": list(ended.boundary),
        "m2ll": solution.m2ll,
        "deviance": solution.deviance,
        "n_parameters": solution.n_parameters,
        "aic": solution.aic,
        "bic": solution.bic,
        "fixed": [_fixed(each) for each in solution.fixed],
        **_random(analysis.spec, solution),
        "alpha": None if solution.alpha is None else [_alpha(each) for each in solution.alpha],
        "fixed_cov": solution.fixed_cov,
        "fixed_cov_robust": solution.fixed_cov_robust,
        "variance_parameters": list(solution.variance_parameters),
        "variance_cov": solution.variance_cov,
        "homogeneous": None,
        "lr_test": None,
        **dict.fromkeys(_of_run(analysis)),
        **spec_extras(analysis.spec),
        **solution_extras(solution),
        **refitted(solution),
        "warnings": [],
    }


def _of_run(analysis: Analysis) -> dict[str, Any]:
    """Tests of the data and of all solutions, at the top level only."""
    found = analysis.homogeneity
    return {"homogeneity": found and asdict(found), **resampled(analysis)}


def _fixed(effect: FixedEffect) -> dict[str, Any]:
    names = (
        "coef", "predictor", "symbol", "est", "se", "t", "df", "p",
        "se_robust", "t_robust", "p_robust", "ci",
    )  # fmt: skip
    return {name: getattr(effect, name) for name in names}


def _random(spec: ModelSpec, solution: Solution) -> dict[str, Any]:
    return {
        "random": list(solution.random),
        "tau": solution.tau,
        "tau_se": tau_se(spec, solution),
        "tau_corr": solution.tau_corr,
        "sigma2": solution.sigma2,
        "sigma2_se": solution.sigma2_se,
        "reliability": [{"coef": each.coef, "value": each.value} for each in solution.reliability],
        "variance_components": [
            {
                "coef": each.coef,
                "sd": each.sd,
                "variance": each.variance,
                "df": each.df,
                "chisq": each.chisq,
                "p": each.p,
            }
            for each in solution.variance_components
        ],
        "units_used": solution.units_used,
    }


def _alpha(alpha: Alpha) -> dict[str, Any]:
    names = (
        "name", "est", "se", "z", "p", "se_robust",
        "variance", "variance_ratio", "variance_ratio_ci",
    )  # fmt: skip
    return {name: getattr(alpha, name) for name in names}


def _test(test: Test | None) -> dict[str, Any] | None:
    return None if test is None else {"chisq": test.chisq, "df": test.df, "p": test.p}


def _finite(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Turn arrays into lists and numbers that are none into None."""
    if hasattr(value, "tolist"):
        value = value.tolist()
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, Mapping):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return value
