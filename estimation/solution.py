"""The tables of one fit: everything that is reported about an optimum, in the user's units."""

import numpy as np

from estimation.arrays import Array
from estimation.design import Design
from estimation.distributions import (
    chisq_test,
    exponential,
    exponentials,
    p_of_t,
    p_of_z,
    t_interval,
    z_interval,
)
from estimation.inference import CELLS, Inference, standard_errors
from estimation.result import (
    Alpha,
    Convergence,
    FixedEffect,
    Reliability,
    Solution,
    VarianceCell,
    VarianceComponent,
)
from estimation.spec.settings import DegreesOfFreedom, Likelihood

# A robust standard error below this share of the model-based one is rounding noise around zero.
NOTHING = 1e-8
# A variance below this many of its standard errors is printed as zero: see driver.VANISHED.
ZERO = 1e-6


def solve(it: Inference, rule: DegreesOfFreedom = DegreesOfFreedom.HLM7) -> Solution:
    """Gather what the tables of one fit report; `rule` is that of the degrees of freedom."""
    design, problem, fit = it.design, it.problem, it.fit
    n_tau = problem.m
    n_parameters = len(it.free) + (0 if problem.restricted else problem.f)
    n = design.n_rows - (problem.f if problem.restricted else 0)
    good, deviation, V = it.least_squares
    problem.attend()
    variance_cov = None if it.at_boundary else it.variance_cov
    return Solution(
        method=Likelihood.RESTRICTED if problem.restricted else Likelihood.FULL,
        convergence=_convergence(it),
        m2ll=float(fit.at.m2ll),
        n_parameters=n_parameters,
        aic=None if it.weighted else float(fit.at.m2ll + 2 * n_parameters),
        bic=None if it.weighted else float(fit.at.m2ll + n_parameters * np.log(n)),
        fixed=_fixed_effects(it, rule),
        fixed_cov=it.gamma_cov,
        fixed_cov_robust=it.gamma_cov_robust,
        random=design.random_names,
        tau=it.tau,
        tau_se=None if variance_cov is None else _tau_se(it, variance_cov),
        tau_corr=_correlation(it.tau),
        sigma2=_sigma2(it),
        sigma2_se=None if it.heterogeneous else it.variance_se[n_tau],
        alpha=_alphas(it) if it.heterogeneous else None,
        variance_cells=_variance_cells(it) if it.heterogeneous else None,
        reliability=_reliabilities(it, V),
        variance_components=_variance_components(it, deviation, V),
        units_used=int(good.sum()) if problem.q else None,
        units_left_out=tuple(np.asarray(design.unit_ids, dtype=object)[~good]),
        variance_parameters=_variance_parameters(it),
        variance_cov=variance_cov,
        empirical_bayes=it.empirical_bayes,
    )


def _sigma2(it: Inference) -> float | None:
    """σ² of a homogeneous model, given or estimated; None where each row has a known variance."""
    given = it.design.fixed_sigma2
    if it.heterogeneous or it.design.known_variances:
        return None
    return float(np.exp(it.alpha[0])) if given is None else given


def _convergence(it: Inference) -> Convergence:
    fit = it.fit
    smallest = None
    if it.problem.q:
        correlation = _correlation(it.tau)
        smallest = 0.0 if it.at_boundary else float(np.linalg.eigvalsh(correlation)[0])
    return Convergence(
        converged=fit.converged,
        reason=fit.outcome.value,
        iterations=len(fit.path) - 1,
        gradient=float(np.sqrt(max(fit.decrement, 0.0))),
        smallest_eigenvalue=smallest,
        boundary=_boundary(it) if it.at_boundary else (),
        m2ll_path=fit.path,
        certificate=fit.certificate,
    )


def _boundary(it: Inference) -> tuple[str, ...]:
    """Say which parameters are at their boundary."""
    names, q, rank = it.design.random_names, it.problem.q, it.fit.rank
    cov = it.variance_cov
    standard_error = np.zeros(q) if cov is None else np.diag(_tau_se(it, cov))
    zero = np.diag(it.tau) <= ZERO * standard_error
    words = [f"the variance of {names[a]} (tau{a}{a}) is zero" for a in np.flatnonzero(zero)]
    others = [names[a] for a in np.flatnonzero(~zero)]
    if rank < len(others):
        listed = f"{', '.join(others[:-1])} and {others[-1]}"
        words.append(
            f"the random effects of {listed} are perfectly correlated"
            if rank == 1
            else f"the random effects of {listed} lie in {rank} dimensions instead of {len(others)}"
        )
    return tuple(words) or (f"tau has rank {rank} instead of {q}",)


def _fixed_effects(it: Inference, rule: DegreesOfFreedom) -> tuple[FixedEffect, ...]:
    design = it.design
    robust = standard_errors(it.gamma_cov_robust)
    degrees = _constrained(design, _degrees_of_freedom(it, rule))
    effects = []
    for a, (gamma, se) in enumerate(zip(design.gammas, standard_errors(it.gamma_cov), strict=True)):
        est = float(it.gamma[a])
        df = degrees[a]
        t = est / se
        se_robust = robust[a] if robust[a] > NOTHING * se else None
        t_robust = est / se_robust if se_robust else None
        effects.append(
            FixedEffect(
                coef=gamma.coef,
                predictor=gamma.predictor,
                symbol=gamma.symbol,
                est=est,
                se=se,
                t=t,
                df=df,
                p=p_of_t(t, df),
                se_robust=se_robust,
                t_robust=t_robust,
                p_robust=None if t_robust is None else p_of_t(t_robust, df),
                ci=t_interval(est, se, df),
            )
        )
    return tuple(effects)


def _degrees_of_freedom(it: Inference, rule: DegreesOfFreedom) -> list[float | None]:
    """Of every γ by HLM's rule or by Satterthwaite; None if below 1.

    HLM: J − its equation's γ's with a random u_q, else N − qJ − all γ's without (HLM 6: N − f).
    """
    if rule is DegreesOfFreedom.SATTERTHWAITE:
        return it.satterthwaite
    design = it.design
    random = np.array([each.random for each in design.gammas])
    without_u = np.unique(design.R.argmax(axis=1)[~random]).size
    fixed = design.n_rows - len(design.random) * design.n_units - without_u
    if rule is DegreesOfFreedom.HLM6:
        fixed = design.n_rows - design.R.shape[1]
    every = [
        design.n_units - gamma.n_equation if gamma.random else fixed for gamma in design.gammas
    ]
    return [df if df > 0 else None for df in every]


def _constrained(design: Design, degrees: list[float | None]) -> list[float | None]:
    """Give γ's that are constrained to be equal the fewest degrees of freedom among them."""
    groups = design.R @ design.R.T > 0
    every = np.array([np.nan if df is None else df for df in degrees])
    least = [np.min(every[group]) for group in groups]
    return [
        df if each == df else (None if np.isnan(each) else float(each))
        for df, each in zip(degrees, least, strict=True)
    ]


def _alphas(it: Inference) -> tuple[Alpha, ...]:
    m = it.problem.m
    known = it.variance_cov is not None and not it.at_boundary
    robust = standard_errors(it.variance_cov_robust)[m:] if known else None
    alphas = []
    for a, (name, est) in enumerate(zip(it.design.variance, map(float, it.alpha), strict=True)):
        se = it.variance_se[m + a]
        z = est / se if se else None
        slope = a > 0
        interval = z_interval(est, se) if slope and se else None
        alphas.append(
            Alpha(
                name=name,
                est=est,
                se=se,
                z=z,
                p=None if z is None else p_of_z(z),
                se_robust=None if robust is None else robust[a],
                variance=None if slope else exponential(est),
                variance_ratio=exponential(est) if slope else None,
                variance_ratio_ci=interval and exponentials(interval),
                sd_ratio=exponential(est / 2) if slope else None,
                sd_ratio_ci=interval and exponentials(interval, 0.5),
            )
        )
    return tuple(alphas)


def _variance_cells(it: Inference) -> tuple[VarianceCell, ...] | None:
    patterns = it.design.patterns
    if patterns is None or len(patterns.values) > CELLS:
        return None
    return tuple(
        VarianceCell(tuple(map(float, c[1:])), int(n), float(np.exp(c @ it.alpha)))
        for c, n in zip(*patterns, strict=True)
    )


def _reliabilities(it: Inference, V: Array) -> tuple[Reliability, ...]:
    """Mean over estimable units of τ_qq / (τ_qq + V_qqj)."""
    tau = np.diag(it.tau)
    diagonal = np.einsum("jaa->ja", V)
    values = (tau / (tau + diagonal)).mean(axis=0) if len(V) else [None] * len(tau)
    return tuple(
        Reliability(name, None if value is None else float(value))
        for name, value in zip(it.design.random_names, values, strict=True)
    )


def _variance_components(
    it: Inference, deviation: Array, V: Array
) -> tuple[VarianceComponent, ...]:
    """Σ (β̂_qj − fitted)² / V_qqj over estimable units, df = J_est − number of γ's."""
    chisq = np.sum(deviation**2 / np.einsum("jaa->ja", V), axis=0)
    sizes = {gamma.coef: gamma.n_equation for gamma in it.design.gammas}
    components = []
    for a, name in enumerate(it.design.random_names):
        variance = float(it.tau[a, a])
        df = len(V) - sizes.get(name, 0)
        test = chisq_test(chisq[a], df) if df > 0 else None
        components.append(
            VarianceComponent(
                coef=name,
                sd=float(np.sqrt(variance)),
                variance=variance,
                df=test.df if test else None,
                chisq=test.chisq if test else None,
                p=test.p if test else None,
            )
        )
    return tuple(components)


def _variance_parameters(it: Inference) -> tuple[str, ...]:
    tau = [f"tau{a}{b}" for a, b in zip(it.problem.rows, it.problem.columns, strict=True)]
    level1 = [f"alpha{a}" for a in range(it.problem.k)] if it.heterogeneous else ["sigma2"]
    return tuple(np.asarray([*tau, *level1], dtype=object)[it.free])


def _tau_se(it: Inference, covariance: Array) -> Array:
    rows, columns = it.problem.rows, it.problem.columns
    result = np.zeros_like(it.tau)
    result[rows, columns] = result[columns, rows] = standard_errors(covariance)[: it.problem.m]
    return result


def _correlation(tau: Array) -> Array:
    """τ as correlations; NaN in the row and column of a variance that is zero."""
    sd = np.sqrt(np.where(np.diag(tau) > 0, np.diag(tau), np.nan))
    correlation: Array = tau / np.outer(sd, sd)
    return correlation
