"""Numbers as HLM prints them: coefficients with 6 decimals, t with 3, variances with 5."""

from collections.abc import Iterable
from math import isfinite

COEFFICIENT, VARIANCE, RATIO = 6, 5, 3
NOT_AVAILABLE = "n/a"


def missing(values: Iterable[float | None]) -> bool:
    """Whether any of the values is not available."""
    return any(value is None or not isfinite(value) for value in values)


def fixed(value: float | None, decimals: int) -> str:
    """Print with so many decimals; very small and very large numbers as 1.234560E-009."""
    if value is None or not isfinite(value):
        return NOT_AVAILABLE
    small = 10.0 ** (1 - decimals)
    if decimals >= VARIANCE and (1e-12 < abs(value) < small or abs(value) >= 1e12):
        return scientific(value)
    text = f"{value:.{decimals}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def coefficient(value: float | None) -> str:
    """Print a coefficient, a standard error, a deviance or what is compared with it."""
    return fixed(value, COEFFICIENT)


def variance(value: float | None) -> str:
    """Print a variance or a χ²."""
    return fixed(value, VARIANCE)


def ratio(value: float | None) -> str:
    """Print a t-ratio, Z-ratio, reliability or correlation."""
    return fixed(value, RATIO)


def whole(value: float | None) -> str:
    """Print a count or degrees of freedom; those that were estimated with decimals."""
    if value is None:
        return NOT_AVAILABLE
    return str(int(value)) if float(value).is_integer() else fixed(value, RATIO)


def p_value(value: float | None) -> str:
    """Print a p-value, <0.001 style."""
    if value is not None and value < 0.001:
        return "<0.001"
    return fixed(value, RATIO)


def scientific(value: float) -> str:
    """Print as -2.355840E+004."""
    if not isfinite(value):
        return NOT_AVAILABLE
    mantissa, exponent = f"{value:.6E}".split("E")
    return f"{mantissa}E{int(exponent):+04d}"


def general(value: float) -> str:
    """Print a number that was typed in, with the digits it has."""
    return f"{value:.10g}"


def significant(value: float) -> str:
    """Print with three significant digits."""
    return f"{value:.3g}"


def count(number: int, noun: str) -> str:
    """Print "1 unit", "2 units"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
