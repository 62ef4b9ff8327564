"""Rubin's rules: the solutions of several analyses averaged into one (E40)."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from scipy.special import fdtrc

from estimation.arrays import Array
from estimation.distributions import exponential, exponentials, p_of_t, t_interval
from estimation.result import (
    Alpha,
    FixedEffect,
    HypothesisTest,
    LatentEffect,
    LatentGamma,
    LatentRegression,
    PooledAlpha,
    PooledEffect,
    PooledElement,
    PooledEstimate,
    PooledHypothesis,
    PooledSolution,
    PooledTest,
    Reliability,
    Solution,
)

# A share of missing information below this counts as this in degrees of freedom, which would be
# infinite without any: the rule of barnard.rubin in R's mice.
LEAST_SHARE = 1e-4
Blocks = Sequence[Sequence[str]]


def rubin(
    estimates: Sequence[float], ses: Sequence[float | None], df_complete: float | None = np.inf
) -> PooledEstimate:
    """Pool one quantity; `df_complete` are the degrees of freedom without missing values (E40)."""
    m = len(estimates)
    est, between = float(np.mean(estimates)), float(np.var(estimates, ddof=1))
    known = [se for se in ses if se]
    if len(known) < m:
        return PooledEstimate(est, between)
    within, extra = float(np.mean(np.square(known))), (1 + 1 / m) * between
    total = within + extra
    se, riv, share = float(np.sqrt(total)), extra / within, extra / total
    df = None if df_complete is None else degrees_of_freedom(m, share, df_complete)
    t = est / se
    return PooledEstimate(
        est=est,
        between=between,
        within=within,
        total=total,
        se=se,
        t=t,
        df=df,
        p=p_of_t(t, df),
        ci=t_interval(est, se, df),
        riv=riv,
        share=share,
        fmi=None if df is None else (riv + 2 / (df + 3)) / (1 + riv),
    )


def degrees_of_freedom(m: int, share: float, df_complete: float) -> float:
    """Return Rubin's degrees of freedom, those of Barnard and Rubin where `df_complete` is finite.

    `share` is lambda, the part of the total variance that is due to missing values (E40).
    """
    share = max(share, LEAST_SHARE)
    old = (m - 1) / share**2
    if np.isinf(df_complete):
        return old
    observed = (df_complete + 1) / (df_complete + 3) * df_complete * (1 - share)
    return old * observed / (old + observed)


def pool(solutions: Sequence[Solution], blocks: Blocks) -> PooledSolution:
    """Average the solutions of one model; `blocks` are its random effects that covary."""
    first = solutions[0]
    tau = np.mean([each.tau for each in solutions], axis=0)
    elements = _elements(solutions, blocks)
    return PooledSolution(
        method=first.method,
        fixed=tuple(
            _effect([each.fixed[a] for each in solutions]) for a in range(len(first.fixed))
        ),
        fixed_cov=_total(solutions, lambda each: each.fixed_cov),
        fixed_cov_robust=_total(solutions, lambda each: each.fixed_cov_robust),
        random=first.random,
        tau=tau,
        tau_se=_tau_se(elements, len(first.random)),
        tau_corr=_correlation(tau),
        tau_elements=elements,
        sigma2=_sigma2(solutions),
        alpha=_alphas(solutions),
        reliability=_reliability(solutions),
        hypotheses=tuple(
            _hypothesis(solutions, [each.hypotheses[a] for each in solutions])
            for a in range(len(first.hypotheses))
        ),
        latent=_latent([each.latent for each in solutions]),
    )


def d1(estimates: Array, covariances: Array, rank: int | None = None) -> PooledTest:
    """Test k estimates (m, k) with covariances (m, k, k) jointly: the test D1 (E40).

    `rank` is their number without those that follow from the others, if there are such.
    """
    if rank == 0:  # constraints make it true in any case
        return PooledTest(0.0, 0, float(len(estimates) - 1), 1.0, 0.0)
    if rank is not None and rank < estimates.shape[1]:
        keep = _spanning(covariances.mean(axis=0), rank)
        estimates, covariances = estimates @ keep, keep.T @ covariances @ keep
    m, k = estimates.shape
    mean, within = estimates.mean(axis=0), covariances.mean(axis=0)
    between = np.atleast_2d(np.cov(estimates, rowvar=False))
    riv = (1 + 1 / m) * float(np.trace(np.linalg.solve(within, between))) / k
    f = float(mean @ np.linalg.solve(within, mean)) / (k * (1 + riv))
    df2 = _denominator(k, k * (m - 1), max(riv, LEAST_SHARE))
    return PooledTest(f, k, df2, float(fdtrc(k, df2, f)), riv)


def _spanning(covariance: Array, rank: int) -> Array:
    """Combinations (k, rank) of estimates that span them all; D1 is the same for any such."""
    se = np.sqrt(covariance.diagonal())
    return np.asarray(np.linalg.eigh(covariance / np.outer(se, se))[1][:, -rank:] / se[:, None])


def _denominator(k: int, t: int, riv: float) -> float:
    if t > 4:
        return 4 + (t - 4) * (1 + (1 - 2 / t) / riv) ** 2
    return t * (1 + 1 / k) * (1 + 1 / riv) ** 2 / 2


def _effect(effects: Sequence[FixedEffect]) -> PooledEffect:
    """Pool one γ; its complete-data df are those of the model, the smallest if they differ."""
    first, estimates = effects[0], [each.est for each in effects]
    df = _least([each.df for each in effects])
    return PooledEffect(
        coef=first.coef,
        predictor=first.predictor,
        symbol=first.symbol,
        model=rubin(estimates, [each.se for each in effects], df),
        robust=rubin(estimates, [each.se_robust for each in effects], df),
    )


def _least(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return min(known) if len(known) == len(values) else None


def _elements(solutions: Sequence[Solution], blocks: Blocks) -> tuple[PooledElement, ...]:
    names = solutions[0].random
    places = zip(*np.tril_indices(len(names)), strict=True)
    free = [
        (int(a), int(b))
        for a, b in places
        if any(names[a] in block and names[b] in block for block in blocks)
    ]
    return tuple(_element(solutions, (names[a], names[b]), a, b) for a, b in free)


def _element(
    solutions: Sequence[Solution], coefs: tuple[str, str], row: int, column: int
) -> PooledElement:
    estimates = [float(each.tau[row, column]) for each in solutions]
    ses = [None if each.tau_se is None else float(each.tau_se[row, column]) for each in solutions]
    return PooledElement(row, column, coefs, rubin(estimates, ses))


def _tau_se(elements: Sequence[PooledElement], q: int) -> Array | None:
    se = np.zeros((q, q))
    for each in elements:
        if each.estimate.se is None:
            return None
        se[each.row, each.column] = se[each.column, each.row] = each.estimate.se
    return se


def _sigma2(solutions: Sequence[Solution]) -> PooledEstimate | None:
    estimates = [each.sigma2 for each in solutions if each.sigma2 is not None]
    if len(estimates) < len(solutions):
        return None
    return rubin(estimates, [each.sigma2_se for each in solutions])


def _alphas(solutions: Sequence[Solution]) -> tuple[PooledAlpha, ...] | None:
    alphas = [each.alpha for each in solutions if each.alpha is not None]
    if len(alphas) < len(solutions):
        return None
    return tuple(_alpha(of_one, slope=a > 0) for a, of_one in enumerate(zip(*alphas, strict=True)))


def _alpha(alphas: Sequence[Alpha], *, slope: bool) -> PooledAlpha:
    estimates = [each.est for each in alphas]
    model = rubin(estimates, [each.se for each in alphas])
    interval = model.ci if slope else None
    return PooledAlpha(
        name=alphas[0].name,
        model=model,
        robust=rubin(estimates, [each.se_robust for each in alphas]),
        variance=None if slope else exponential(model.est),
        variance_ratio=exponential(model.est) if slope else None,
        variance_ratio_ci=interval and exponentials(interval),
        sd_ratio=exponential(model.est / 2) if slope else None,
        sd_ratio_ci=interval and exponentials(interval, 0.5),
    )


def _reliability(solutions: Sequence[Solution]) -> tuple[Reliability, ...]:
    """Average each reliability where every analysis has it."""
    pooled = []
    for of_one in zip(*(each.reliability for each in solutions), strict=True):
        values = [each.value for each in of_one if each.value is not None]
        mean = float(np.mean(values)) if len(values) == len(of_one) else None
        pooled.append(Reliability(of_one[0].coef, mean))
    return tuple(pooled)


def _hypothesis(solutions: Sequence[Solution], tests: Sequence[HypothesisTest]) -> PooledHypothesis:
    first, rank = tests[0], tests[0].df
    C = np.array(first.contrasts)
    estimates = np.array([each.estimates for each in tests])
    robust = all(each.chisq_robust is not None for each in tests)
    ses = np.array([each.ses for each in tests])
    return PooledHypothesis(
        contrasts=first.contrasts,
        estimates=tuple(rubin(estimates[:, k].tolist(), ses[:, k].tolist()) for k in range(len(C))),
        model=d1(estimates, np.array([C @ each.fixed_cov @ C.T for each in solutions]), rank),
        robust=d1(
            estimates, np.array([C @ each.fixed_cov_robust @ C.T for each in solutions]), rank
        )
        if robust
        else None,
    )


def _latent(regressions: Sequence[LatentRegression | None]) -> LatentRegression | None:
    """Pool every effect of a latent variable regression that all analyses have."""
    known = [each for each in regressions if each is not None]
    if len(known) < len(regressions):
        return None
    return LatentRegression(
        predictors=known[0].predictors,
        outcomes=known[0].outcomes,
        effects=tuple(
            _latent_effect(of_one) for of_one in zip(*(each.effects for each in known), strict=True)
        ),
        gammas=tuple(
            _latent_gamma(of_one) for of_one in zip(*(each.gammas for each in known), strict=True)
        ),
        residual=tuple(map(tuple, np.mean([each.residual for each in known], axis=0).tolist())),
    )


def _latent_effect(effects: Sequence[LatentEffect]) -> LatentEffect:
    it = rubin([each.est for each in effects], [each.se for each in effects])
    return replace(effects[0], est=it.est, se=it.se or 0.0, t=it.t or 0.0, p=it.p or 0.0)


def _latent_gamma(gammas: Sequence[LatentGamma]) -> LatentGamma:
    """Pool total, direct and indirect effect; one that is 0 by the model stays as it is."""
    first = gammas[0]
    total = rubin([each.total for each in gammas], [each.se_total for each in gammas])
    direct = rubin([each.direct for each in gammas], [each.se_direct for each in gammas])
    indirect = rubin([each.indirect for each in gammas], [each.se_indirect for each in gammas])
    return LatentGamma(
        first.outcome,
        first.predictor,
        total=total.est,
        se_total=total.se or 0.0,
        direct=direct.est,
        se_direct=direct.se or 0.0,
        p_direct=direct.p,
        indirect=indirect.est,
        se_indirect=indirect.se or 0.0,
        p_indirect=indirect.p,
    )


def _total(solutions: Sequence[Solution], covariance: Callable[[Solution], Array]) -> Array:
    """Covariance of γ: mean within, and (1 + 1/m) times that of the estimates (E40)."""
    m = len(solutions)
    estimates = np.array([[effect.est for effect in each.fixed] for each in solutions])
    within = np.mean([covariance(each) for each in solutions], axis=0)
    between = np.cov(estimates, rowvar=False).reshape(within.shape)
    return np.asarray(within + (1 + 1 / m) * between)


def _correlation(tau: Array) -> Array:
    """τ as correlations; NaN in the row and column of a variance that is zero."""
    sd = np.sqrt(np.where(np.diag(tau) > 0, np.diag(tau), np.nan))
    return np.asarray(tau / np.outer(sd, sd))
