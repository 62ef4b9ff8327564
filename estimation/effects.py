"""Effect sizes: ICC, R², reduction of variances against the null model, standardised γ."""

from typing import NamedTuple

import numpy as np
from scipy.special import expit

from estimation.arrays import Array, Mask
from estimation.crossproducts import distinct_rows
from estimation.distributions import z_interval
from estimation.inference import CELLS, Inference, standard_errors
from estimation.result import (
    EffectSizes,
    ExplainedVariance,
    Reduction,
    Solution,
    StandardisedEffect,
)
from estimation.spec.model import INTRCPT1


def effect_sizes(it: Inference, null: Solution | None) -> EffectSizes:
    """R² and ICC (E37); with the null model, what it is compared on, and standardised γ (E38).

    `null` has INTRCPT1 alone, random, on the same rows.
    """
    if null is None:
        return EffectSizes(_explained(it))
    return EffectSizes(
        explained=_explained(it),
        reductions=_reductions(it, null),
        snijders_bosker=_snijders_bosker(it, null),
        standardised=_standardised(it),
    )


def _explained(it: Inference) -> tuple[ExplainedVariance, ...] | None:
    """R² of each pattern of the variance predictors; None where rows differ otherwise in σ²."""
    if it.design.ln_scale is not None:
        return None
    C = it.design.C[:, : it.problem.k]
    pattern = distinct_rows(C)
    if pattern is None or pattern.max() >= CELLS:
        return None
    parts = _parts(it)
    firsts = np.unique(pattern, return_index=True)[1]
    return tuple(
        _of_pattern(it, C[row], parts, pattern == number) for number, row in enumerate(firsts)
    )


class _Parts(NamedTuple):
    """What each row adds: its prediction x'γ, z'τz, and its design weight, (N,) each."""

    fitted: Array
    random: Array
    weights: Array


def _parts(it: Inference) -> _Parts:
    design = it.design
    weights = np.ones(design.n_rows) if design.row_weights is None else design.row_weights
    if design.unit_weights is not None:
        weights = weights * design.unit_weights[design.unit]
    return _Parts(
        fitted=design.X @ it.gamma[np.argmax(design.R, axis=0)],
        random=np.einsum("na,ab,nb->n", design.Z, it.tau, design.Z),
        weights=weights,
    )


def _of_pattern(it: Inference, c: Array, parts: _Parts, rows: Mask) -> ExplainedVariance:
    fixed = _variance(parts.fitted[rows], parts.weights[rows])
    random = float(np.average(parts.random[rows], weights=parts.weights[rows]))
    sigma2 = float(np.exp(c @ it.alpha))
    total = fixed + random + sigma2
    alone = it.design.random_names == (INTRCPT1,)
    return ExplainedVariance(
        values=tuple(map(float, c[1:])),
        n=int(rows.sum()),
        r2_marginal=fixed / total,
        r2_conditional=(fixed + random) / total,
        icc=float(it.tau[0, 0] / (it.tau[0, 0] + sigma2)) if alone else None,
        icc_ci=_interval(it, c, sigma2) if alone else None,
    )


def _interval(it: Inference, c: Array, sigma2: float) -> tuple[float, float] | None:
    """Interval of 95 % from the delta method on logit ICC = ln τ_00 − ln σ²."""
    if it.at_boundary or it.variance_cov is None:
        return None
    tau = float(it.tau[0, 0])
    level1 = -c if it.heterogeneous else [-1 / sigma2]
    gradient = np.array([1 / tau, *level1])[it.free]
    se = float(np.sqrt(gradient @ it.variance_cov @ gradient))
    lower, upper = z_interval(float(np.log(tau / sigma2)), se)
    return float(expit(lower)), float(expit(upper))


def _reductions(it: Inference, null: Solution) -> tuple[Reduction, ...]:
    """σ² of a homogeneous model, and τ_00 where INTRCPT1 is random, against the null model."""
    pairs = []
    sigma2 = _sigma2(it)
    if sigma2 is not None and null.sigma2 is not None:
        pairs.append(("level-1", null.sigma2, sigma2))
    names = it.design.random_names
    if INTRCPT1 in names:
        place = names.index(INTRCPT1)
        pairs.append((INTRCPT1, float(null.tau[0, 0]), float(it.tau[place, place])))
    return tuple(
        Reduction(name, before, after, 1 - after / before if before > 0 else None)
        for name, before, after in pairs
    )


def _snijders_bosker(it: Inference, null: Solution) -> tuple[float, float] | None:
    """R² of level 1 and level 2 of a random-intercept model (E38)."""
    sigma2 = _sigma2(it)
    if sigma2 is None or null.sigma2 is None or it.design.random_names != (INTRCPT1,):
        return None
    sizes = np.diff(it.design.offsets)
    harmonic = sizes.size / np.sum(1 / sizes)
    tau, tau_null = float(it.tau[0, 0]), float(null.tau[0, 0])
    level1 = 1 - (sigma2 + tau) / (null.sigma2 + tau_null)
    level2 = 1 - (sigma2 / harmonic + tau) / (null.sigma2 / harmonic + tau_null)
    return level1, float(level2)


def _sigma2(it: Inference) -> float | None:
    """σ² that all rows share, if it is estimated; else None."""
    given = it.design.ln_scale is not None or it.design.fixed_sigma2 is not None
    return None if given or it.heterogeneous else float(np.exp(it.alpha[0]))


def _standardised(it: Inference) -> tuple[StandardisedEffect, ...]:
    """γ SD(x)/SD(y) over the rows; None for a constant x, and for γ's that are set equal (E38)."""
    design = it.design
    weights = _parts(it).weights
    sd_y = np.sqrt(_variance(design.y, weights))
    covariance = it.gamma_cov_robust if it.weighted else it.gamma_cov
    found = []
    for a, (gamma, se) in enumerate(zip(design.gammas, standard_errors(covariance), strict=True)):
        free = int(np.argmax(design.R[a]))
        x = design.X[:, free]
        share = float(np.sqrt(_variance(x, weights)) / sd_y)
        own = np.ptp(x) > 0 and design.R[:, free].sum() == 1
        found.append(
            StandardisedEffect(
                coef=gamma.coef,
                predictor=gamma.predictor,
                est=share * float(it.gamma[a]) if own else None,
                se=share * se if own else None,
            )
        )
    return tuple(found)


def _variance(values: Array, weights: Array) -> float:
    """Weighted mean square around the weighted mean."""
    mean = np.average(values, weights=weights)
    return float(np.average((values - mean) ** 2, weights=weights))
