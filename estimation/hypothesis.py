"""General linear hypotheses, the joint test of α, and the test against another model."""

from collections.abc import Sequence

import numpy as np
from scipy.linalg import qr

from estimation.arrays import Array
from estimation.constants import LN_2PI
from estimation.design import Gamma
from estimation.distributions import chisq_test
from estimation.inference import Inference, standard_errors
from estimation.result import HypothesisTest, ModelComparison, Test
from estimation.solution import NOTHING
from estimation.spec.model import GammaName, Hypothesis
from estimation.spec.settings import Comparison, Scale

# A contrast whose part outside the others' span is below this share of its length follows from
# them; weights that are typed in, 1/3 say, are exact to 1e-16.
DEPENDENT = 1e-10
# Smallest eigenvalue of a correlation matrix that has an inverse: see start.FULL_RANK.
SINGULAR = 1e-12
# What rounding can do to a deviance that was typed in: HLM prints five decimals or six.
TYPED = 1e-4


def general_linear(it: Inference, hypotheses: tuple[Hypothesis, ...]) -> tuple[HypothesisTest, ...]:
    """Wald χ² of each hypothesis C'γ = 0, with the model's and the robust covariance (E30).

    Degrees of freedom are the rank of C given the constraints on γ: a contrast that follows from
    the others, or that the constraints make true, adds none.
    """
    return tuple(_tested(it, _weights(it.design.gammas, each)) for each in hypotheses)


def joint_alpha(it: Inference) -> Test | None:
    """Wald test of α_1 = … = 0 (E30); None where the variance model has no standard errors."""
    covariance, slopes = it.variance_cov, it.problem.k - 1
    if covariance is None or not slopes:
        return None
    block = covariance[-slopes:, -slopes:]
    se = np.array(standard_errors(block))
    correlation = block / np.outer(se, se)
    if np.linalg.eigvalsh(correlation)[0] <= SINGULAR:
        return None
    z = it.alpha[1:] / se
    return chisq_test(z @ np.linalg.solve(correlation, z), slopes)


def compare(m2ll: float, n_parameters: int, other: Comparison) -> ModelComparison:
    """Likelihood-ratio test against a model of which deviance and parameters were typed in."""
    scale = LN_2PI if other.scale is Scale.DEVIANCE else 0.0
    difference = other.deviance + scale - m2ll
    df = n_parameters - other.n_parameters
    chisq = difference if df > 0 else -difference
    test, note = None, ""
    if not df:
        note = (
            f"Both models have {n_parameters} parameters, so that neither is the other with "
            "something left out: compare their AIC or BIC."
        )
    elif chisq < -TYPED:
        note = (
            f"The model with more parameters fits worse: its -2 log L is larger by {-chisq:.6f}. "
            "That cannot be if the other model is this one with something left out or added, "
            "fitted to the same rows by the same likelihood. Check the deviance, its scale "
            "(Deviance or -2 log L) and the number of parameters."
        )
    else:
        test = chisq_test(chisq, abs(df))
    return ModelComparison(other.deviance + scale, other.n_parameters, test, note)


def _weights(gammas: Sequence[Gamma], hypothesis: Hypothesis) -> Array:
    """C (number of contrasts, f)."""
    place = {GammaName(each.coef, each.predictor): a for a, each in enumerate(gammas)}
    weights = np.zeros((len(hypothesis.contrasts), len(gammas)))
    for row, contrast in zip(weights, hypothesis.contrasts, strict=True):
        for name, weight in contrast:
            row[place[name]] += weight
    return weights


def _tested(it: Inference, C: Array) -> HypothesisTest:
    independent = _independent(it, C)
    model, robust = _chisquares(it, independent)
    df = len(independent)
    return HypothesisTest(
        contrasts=tuple(tuple(map(float, row)) for row in C),
        estimates=tuple(map(float, C @ it.gamma)),
        ses=_ses(it, C, it.gamma_cov),
        chisq=model,
        df=df,
        p=_p(model, df),
        ses_robust=None if robust is None else _ses(it, C, it.gamma_cov_robust),
        chisq_robust=robust,
        p_robust=None if robust is None else _p(robust, df),
    )


def _p(chisq: float, df: int) -> float:
    """P of a χ²; 1 where the constraints make all contrasts true."""
    return chisq_test(chisq, df).p if df else 1.0


def _ses(it: Inference, C: Array, covariance: Array) -> tuple[float, ...]:
    """Standard errors of C'γ, exactly 0 where the constraints leave nothing of a contrast."""
    R = it.design.R
    K, free = C @ R, np.argmax(R, axis=0)
    return tuple(standard_errors(K @ covariance[np.ix_(free, free)] @ K.T))


def _independent(it: Inference, C: Array) -> Array:
    """K (rank, f_free): as many contrasts of γ_free as do not follow from the others.

    Their weights are measured in standard errors, whatever the units of the predictors.
    """
    R = it.design.R
    se = np.sqrt(it.gamma_cov.diagonal())[np.argmax(R, axis=0)]
    K = C @ R
    length = np.linalg.norm(K * se, axis=1)
    K = K[length > DEPENDENT * np.linalg.norm(np.abs(C) @ R * se, axis=1)]
    scaled = K * se
    scaled = scaled / np.linalg.norm(scaled, axis=1, keepdims=True)
    if not len(K):
        return np.asarray(K)
    _, triangle, order = qr(scaled.T, mode="economic", pivoting=True)
    rank = int((np.abs(np.diag(triangle)) > DEPENDENT).sum())
    return np.asarray(K[order[:rank]])


def _chisquares(it: Inference, K: Array) -> tuple[float, float | None]:
    """χ² of Kγ_free = 0, model-based and robust (None where the residuals leave it no variance).

    K is taken over into standard coordinates, γ_free = b + s T⁻¹γ̃, and its rows replaced by
    orthonormal ones: the hypothesis is the same, and no digits are lost to predictors far from 0.
    """
    model, at = it.model, it.fit.at.profile
    Q = np.linalg.qr(np.linalg.solve(model.T_X.T, K.T))[0]
    estimate = Q.T @ (at.gamma + model.T_X @ model.b / model.s)
    half = np.linalg.solve(at.XX, Q)
    L = np.linalg.cholesky(Q.T @ half)
    z = np.linalg.solve(L, estimate)
    U, spread, _ = np.linalg.svd(
        np.linalg.solve(L, half.T @ it.problem.weighted(at.Xe)), full_matrices=False
    )
    robust = None
    if spread.size == z.size and spread.min(initial=np.inf) > NOTHING:
        robust = float(np.sum((U.T @ z / spread) ** 2))
    return float(z @ z), robust
