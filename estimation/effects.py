"""Effect sizes: ICC, R², reduction of variances against the null model, standardised γ."""

from typing import NamedTuple

import numpy as np
from scipy.special import expit

from estimation.arrays import Array, Index
from estimation.columns import Block
from estimation.coordinates import Coordinates
from estimation.design import X
from estimation.distributions import z_interval
from estimation.factors import span
from estimation.inference import CELLS, Inference, standard_errors
from estimation.result import (
    EffectSizes,
    ExplainedVariance,
    Reduction,
    Solution,
    StandardisedEffect,
)
from estimation.spec.model import INTRCPT1
from estimation.spread import Spread, merged, spread


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
    patterns = it.design.patterns
    if it.design.scaled or (
        it.heterogeneous and (patterns is None or len(patterns.values) > CELLS)
    ):
        return None
    values = patterns.values if patterns and it.heterogeneous else np.ones((1, 1))
    free = it.gamma[np.argmax(it.design.R, axis=0)]
    tau = it.model.s**2 * it.fit.tau
    rows = it.design.rows.then(_parts, it.design.level1, it.design.R, it.model.at, free, tau)
    found = rows.map(_by_pattern, values)
    return tuple(
        _of_pattern(it, c, merged(spreads)) for c, *spreads in zip(values, *found, strict=True)
    )


class _Parts(NamedTuple):
    """What each row adds, x'γ and z'τz (n, 2); its predictors of σ², its design weight (n,)."""

    columns: Array
    C: Array
    weights: Array


def _parts(
    block: Block, level1: Index, R: Array, at: Coordinates, gamma: Array, tau: Array
) -> _Parts:
    Z = at.A(block)[:, : len(tau)]
    columns = (X(block, level1, R) @ gamma, np.einsum("na,ab,nb->n", Z, tau, Z))
    return _Parts(np.column_stack(columns), block.C, block.weights)


def _by_pattern(parts: _Parts, values: Array) -> list[Spread]:
    """Spread over the rows of each pattern of C."""
    chosen = [(parts.C[:, : len(c)] == c).all(axis=1) for c in values]
    return [spread(parts.columns[rows], parts.weights[rows]) for rows in chosen]


def _of_pattern(it: Inference, c: Array, parts: Spread) -> ExplainedVariance:
    fixed, random = float(parts.variance[0]), float(parts.mean[1])
    sigma2 = float(np.exp(c @ it.alpha))
    total = fixed + random + sigma2
    alone = it.design.random_names == (INTRCPT1,)
    return ExplainedVariance(
        values=tuple(map(float, c[1:])),
        n=parts.n,
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
    given = it.design.scaled or it.design.fixed_sigma2 is not None
    return None if given or it.heterogeneous else float(np.exp(it.alpha[0]))


def _standardised(it: Inference) -> tuple[StandardisedEffect, ...]:
    """γ SD(x)/SD(y) over the rows; None for a constant x, and for γ's that are set equal (E38)."""
    design = it.design
    spreads, ends = zip(*design.rows.map(_of_columns, design.level1, design.R), strict=True)
    low, high = span(ends)
    sd = np.sqrt(merged(spreads).variance)
    covariance = it.gamma_cov_robust if it.weighted else it.gamma_cov
    found = []
    for a, (gamma, se) in enumerate(zip(design.gammas, standard_errors(covariance), strict=True)):
        free = int(np.argmax(design.R[a]))
        share = float(sd[free] / sd[-1])
        own = low[free] < high[free] and design.R[:, free].sum() == 1
        found.append(
            StandardisedEffect(
                coef=gamma.coef,
                predictor=gamma.predictor,
                est=share * float(it.gamma[a]) if own else None,
                se=share * se if own else None,
            )
        )
    return tuple(found)


def _of_columns(block: Block, level1: Index, R: Array) -> tuple[Spread, Array]:
    """Spread, and least and largest values, of the columns of X, and of y."""
    columns = np.column_stack((X(block, level1, R), block.y))
    ends = np.stack((columns.min(axis=0), columns.max(axis=0)))
    return spread(columns, block.weights), ends
