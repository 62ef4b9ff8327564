"""Latent variable regression: a random coefficient as predictor of another."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from estimation.arrays import Array
from estimation.distributions import p_of_z
from estimation.inference import Inference
from estimation.result import LatentEffect, LatentGamma, LatentRegression
from estimation.spec.model import Equation, Latent


def latent_regression(it: Inference, equations: tuple[Equation, ...]) -> LatentRegression | None:
    """Regress the random coefficients marked as outcomes on those marked as predictors (E36).

    Standard errors are by the delta method.  None where there is nothing to regress, and where
    `obstacle` says why.
    """
    known = it.variance_cov is not None
    parts = _parts(it, equations)
    if not parts.outcomes or obstacle(equations, at_boundary=it.at_boundary, known=known):
        return None
    slopes = _slopes(it, parts)
    return LatentRegression(
        predictors=tuple(it.design.random_names[p] for p in parts.predictors),
        outcomes=tuple(it.design.random_names[o] for o in parts.outcomes),
        effects=_effects(it, parts, slopes),
        gammas=_gammas(it, parts, slopes),
        residual=tuple(tuple(map(float, row)) for row in slopes.residual),
    )


def obstacle(equations: Sequence[Equation], *, at_boundary: bool, known: bool) -> str | None:
    """Say why there is no latent variable regression though one was asked for; None if there is.

    `known` says whether the elements of τ have standard errors.
    """
    used = [each for each in equations if each.latent is not Latent.IGNORED]
    if not used:
        return None
    if at_boundary:
        return (
            "Tau is at its boundary, where a regression of one random effect on others is not "
            "defined or has no standard errors. Switch off a random effect whose variance is zero"
        )
    if not known:
        return "the data do not tell the variances and covariances of the random effects apart"
    centrings: dict[str, set[object]] = {}
    for each in used:
        for term in each.predictors:
            centrings.setdefault(term.name, set()).add(term.centring)
    mixed = [name for name, found in centrings.items() if len(found) > 1]
    if mixed:
        return (
            f"{', '.join(mixed)} is centred in one of the equations and not in another, so that "
            "their intercepts mean different things. Enter it in the same way"
        )
    return None


class _Parts(NamedTuple):
    """Places of outcomes and predictors among the random coefficients."""

    outcomes: list[int]
    predictors: list[int]


class _Slopes(NamedTuple):
    """B (O, P) = τ_OP τ_PP⁻¹, its derivatives (m, O, P) by vech τ, and τ_OO − B τ_PO."""

    B: Array
    derivatives: Array
    residual: Array


def _parts(it: Inference, equations: Sequence[Equation]) -> _Parts:
    side = {each.name: each.latent for each in equations}
    names = it.design.random_names
    outcomes, predictors = (
        [place for place, name in enumerate(names) if side[name] is latent]
        for latent in (Latent.OUTCOME, Latent.PREDICTOR)
    )
    return _Parts(outcomes, predictors)


def _slopes(it: Inference, parts: _Parts) -> _Slopes:
    """∂B = (∂τ_OP − B ∂τ_PP) τ_PP⁻¹."""
    O, P = parts  # noqa: E741 - the letters of the equation
    tau, E = it.tau, it.problem.basis
    among = tau[np.ix_(P, P)]
    B = np.linalg.solve(among, tau[np.ix_(P, O)]).T
    change = E[:, O][:, :, P] - B @ E[:, P][:, :, P]
    derivatives = np.linalg.solve(among, change.swapaxes(1, 2)).swapaxes(1, 2)
    return _Slopes(B, derivatives, tau[np.ix_(O, O)] - B @ tau[np.ix_(P, O)])


def _effects(it: Inference, parts: _Parts, slopes: _Slopes) -> tuple[LatentEffect, ...]:
    names = it.design.random_names
    effects = []
    for o, outcome in enumerate(parts.outcomes):
        for p, predictor in enumerate(parts.predictors):
            est, se = float(slopes.B[o, p]), _se(it, None, slopes.derivatives[:, o, p])
            t = est / se
            effects.append(LatentEffect(names[outcome], names[predictor], est, se, t, p_of_z(t)))
    return tuple(effects)


def _gammas(it: Inference, parts: _Parts, slopes: _Slopes) -> tuple[LatentGamma, ...]:
    """Split the γ's of each outcome's equation, and of the predictors' equations."""
    names = it.design.random_names
    place = {(each.coef, each.predictor): a for a, each in enumerate(it.design.gammas)}
    found = []
    for o, outcome in enumerate(parts.outcomes):
        coefs = [names[outcome], *(names[p] for p in parts.predictors)]
        for predictor in dict.fromkeys(
            each.predictor for coef in coefs for each in it.design.gammas if each.coef == coef
        ):
            places = [place.get((coef, predictor)) for coef in coefs]
            found.append(_gamma(it, (names[outcome], predictor), places, slopes, o))
    return tuple(found)


def _gamma(
    it: Inference,
    names: tuple[str, str],
    places: Sequence[int | None],
    slopes: _Slopes,
    o: int,
) -> LatentGamma:
    """Direct γ_O − B γ_P, indirect B γ_P and total γ_O effect of one predictor (E36).

    `places` are those of its γ in the equation of the outcome and of each latent predictor.
    """
    own, *others = (_unit(len(it.gamma), place) for place in places)
    through = slopes.B[o] @ np.array(others)
    by_tau = slopes.derivatives[:, o] @ np.array([row @ it.gamma for row in others])
    total, indirect = float(own @ it.gamma), float(through @ it.gamma)
    se_direct, se_indirect = _se(it, own - through, -by_tau), _se(it, through, by_tau)
    return LatentGamma(
        *names,
        total=total,
        se_total=_se(it, own, None),
        direct=total - indirect,
        se_direct=se_direct,
        p_direct=_p(total - indirect, se_direct),
        indirect=indirect,
        se_indirect=se_indirect,
        p_indirect=_p(indirect, se_indirect),
    )


def _unit(f: int, place: int | None) -> Array:
    row = np.zeros(f)
    if place is not None:
        row[place] = 1
    return row


def _p(est: float, se: float) -> float | None:
    """Two-sided p; None for an effect that the model leaves no room for."""
    return p_of_z(est / se) if se else None


def _se(it: Inference, by_gamma: Array | None, by_tau: Array | None) -> float:
    """√(g'Var(γ)g + h'Var(vech τ)h): the two are uncorrelated (E23, E36)."""
    variance = 0.0
    if by_gamma is not None:
        covariance = it.gamma_cov_robust if it.weighted else it.gamma_cov
        variance += float(by_gamma @ covariance @ by_gamma)
    if by_tau is not None and it.variance_cov is not None:
        m = it.problem.m
        variance += float(by_tau @ it.variance_cov[:m, :m] @ by_tau)
    return float(np.sqrt(variance))
