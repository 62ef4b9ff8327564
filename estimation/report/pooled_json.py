"""The JSON result of a run over plausible values or imputed data files."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from estimation.report.json_extras import tau_se
from estimation.result import (
    PooledAlpha,
    PooledAnalysis,
    PooledEffect,
    PooledEstimate,
    PooledHypothesis,
    PooledSolution,
    PooledTest,
)
from estimation.spec.model import ModelSpec

# What is told for all where it is the same in every analysis; all else is null.
_COMMON = (
    "schema", "program", "version", "title", "data", "outcome", "model", "method",
    "n_level1", "n_level2", "n_deleted", "n_parameters",
    "random", "units_used", "variance_parameters", "constraints", "fixed_sigma2", "tau_blocks",
    "weighting", "deletion", "df_method",
)  # fmt: skip


def pooled_fields(analysis: PooledAnalysis, singles: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the names of one analysis' result with pooled values; `singles` are their results.

    What has no pooled value is null; "pooled" says over what, "analyses" has each in full.
    """
    result = _fields(analysis.spec, analysis.solution, singles)
    result["converged"] = analysis.converged
    if analysis.heterogeneous:
        homogeneous = [each["homogeneous"] for each in singles]
        result["homogeneous"] = _fields(analysis.spec, analysis.homogeneous, homogeneous) | {
            "converged": all(each["converged"] for each in homogeneous)
        }
    return result | {
        "pooled": {
            "kind": analysis.kind.value,
            "n": len(analysis.analyses),
            "names": list(analysis.names),
        },
        "analyses": list(singles),
        "warnings": list(analysis.warnings),
    }


def _fields(
    spec: ModelSpec, solution: PooledSolution, singles: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    first = singles[0]
    common = {
        name: first[name]
        for name in _COMMON
        if name in first and all(each[name] == first[name] for each in singles)
    }
    sigma2 = solution.sigma2
    return {
        **dict.fromkeys(first),
        **common,
        "fixed": [_effect(each) for each in solution.fixed],
        "fixed_cov": solution.fixed_cov,
        "fixed_cov_robust": solution.fixed_cov_robust,
        "tau": solution.tau,
        "tau_se": tau_se(spec, solution),
        "tau_corr": solution.tau_corr,
        "tau_pooled": [
            {"row": each.row, "column": each.column, "coefs": list(each.coefs)}
            | _estimate(each.estimate)
            for each in solution.tau_elements
        ],
        "sigma2": sigma2 and sigma2.est,
        "sigma2_se": sigma2 and sigma2.se,
        "sigma2_pooled": sigma2 and _estimate(sigma2),
        "alpha": None if solution.alpha is None else [_alpha(each) for each in solution.alpha],
        "reliability": [{"coef": each.coef, "value": each.value} for each in solution.reliability],
        "hypotheses": [_hypothesis(each) for each in solution.hypotheses],
        "latent": solution.latent and asdict(solution.latent),
        "boundary": list(dict.fromkeys(each for one in singles for each in one["boundary"] or ())),
        "warnings": [],
    }


def _estimate(it: PooledEstimate) -> dict[str, Any]:
    names = ("est", "se", "t", "df", "p", "ci", "within", "between", "total", "riv", "fmi")
    return {name: getattr(it, name) for name in names} | {"lambda": it.share}


def _effect(effect: PooledEffect) -> dict[str, Any]:
    names = {"coef": effect.coef, "predictor": effect.predictor, "symbol": effect.symbol}
    return names | _estimate(effect.model) | _robust(effect.robust)


def _robust(it: PooledEstimate) -> dict[str, Any]:
    of = _estimate(it)
    return {f"{name}_robust": of[name] for name in ("se", "t", "df", "p", "riv", "fmi", "lambda")}


def _alpha(alpha: PooledAlpha) -> dict[str, Any]:
    names = ("name", "variance", "variance_ratio", "variance_ratio_ci", "sd_ratio_ci")
    fields = {name: getattr(alpha, name) for name in names}
    return fields | _estimate(alpha.model) | {"z": alpha.model.t} | _robust(alpha.robust)


def _hypothesis(it: PooledHypothesis) -> dict[str, Any]:
    return {
        "contrasts": it.contrasts,
        "estimates": [each.est for each in it.estimates],
        "ses": [each.se for each in it.estimates],
        "chisq": None,
        "df": it.model.df,
        "p": it.model.p,
        "ses_robust": None,
        "chisq_robust": None,
        "p_robust": it.robust and it.robust.p,
        "pooled": [_estimate(each) for each in it.estimates],
        "model": _test(it.model),
        "robust": it.robust and _test(it.robust),
    }


def _test(test: PooledTest) -> dict[str, Any]:
    return {name: getattr(test, name) for name in ("f", "df", "df2", "p", "riv")}
