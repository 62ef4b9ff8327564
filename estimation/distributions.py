"""Tail probabilities, from scipy.special: scipy.stats takes a second to import."""

import numpy as np
from scipy.special import chdtrc, ndtr, ndtri, stdtr, stdtrit

from estimation.result import Test

Z975 = float(ndtri(0.975))


def chisq_test(chisq: float, df: int) -> Test:
    """χ² test; a χ² below zero by rounding counts as zero."""
    chisq = max(float(chisq), 0.0)
    return Test(chisq, df, float(chdtrc(df, chisq)))


def p_of_z(z: float) -> float:
    """Two-sided p of a standard normal ratio."""
    return float(2 * ndtr(-abs(z)))


def p_of_t(t: float, df: float | None) -> float | None:
    """Two-sided p of Student's t; None without degrees of freedom."""
    return None if df is None else float(2 * stdtr(df, -abs(t)))


def t_interval(est: float, se: float, df: float | None) -> tuple[float, float] | None:
    """Confidence interval of 95 % from Student's t."""
    if df is None:
        return None
    half = float(stdtrit(df, 0.975)) * se
    return est - half, est + half


def z_interval(est: float, se: float) -> tuple[float, float]:
    """Confidence interval of 95 % from the normal distribution."""
    return est - Z975 * se, est + Z975 * se


def exponential(value: float) -> float | None:
    """Return exp(value), None beyond the largest number (a predictor far from zero: exp(α0))."""
    with np.errstate(over="ignore"):
        result = float(np.exp(value))
    return result if np.isfinite(result) else None


def exponentials(interval: tuple[float, float], share: float = 1.0) -> tuple[float, float] | None:
    """Return exp(share · bound) of both bounds, None if one is beyond the largest number."""
    lower, upper = (exponential(share * bound) for bound in interval)
    return None if lower is None or upper is None else (lower, upper)
