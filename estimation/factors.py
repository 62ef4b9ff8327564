"""Triangular factors of columns: X = QT with Q'Q = N I, for columns that stand in parts, too (E19).

Of parts X_i = Q_i R_i the factor is that of the R_i one below the other, so that Q is never formed.
"""

from collections.abc import Sequence

import numpy as np

from estimation.arrays import Array, Index, Mask
from estimation.errors import SpecError

# A column whose part outside the others' span is smaller than this share of its length carries
# no information in double precision (a variable of SD 1 around a mean of 1e6 has 1e-6).
COLLINEAR = 1e-10
# Coefficients of a combination below this are rounding noise.
MENTIONED = 1e-8
# Elements of an orthogonal column (root mean square 1) below this are rounding noise, not data.
DUST = 1e-13


def factor(columns: Array) -> Array:
    """R (·, m) upper triangular, its diagonal not negative, with R'R = X'X."""
    R = np.asarray(np.linalg.qr(columns, mode="r"))
    return R * np.where(R.diagonal() < 0, -1.0, 1.0)[:, None]


def together(factors: Sequence[Array]) -> Array:
    """R (m, m) with R'R = Σ R_i'R_i, from the factors R_i (·, m) of parts."""
    R = factor(np.concatenate(factors))
    missing = np.zeros((R.shape[1] - len(R), R.shape[1]))
    return np.concatenate((R, missing))


def triangular(R: Array, n: int, names: Sequence[str], constant: Mask) -> Array:
    """T = R/√N of N rows; raises SpecError where a column repeats those before it."""
    length = lengths(R)
    scaled = R / np.where(length > 0, length, 1.0)
    for column in map(int, np.flatnonzero(np.abs(scaled.diagonal()) < COLLINEAR)):
        raise SpecError(_collinear(names, scaled, column, constant=bool(constant[column])))
    return np.asarray(R / np.sqrt(n))


def span(ends: Sequence[Array]) -> Array:
    """Least and largest (2, m) of all rows, from those of parts."""
    return np.stack(
        (np.min([low for low, _ in ends], axis=0), np.max([high for _, high in ends], axis=0))
    )


def lengths(R: Array) -> Array:
    """Lengths (m,) of the columns of which R is the factor."""
    result: Array = np.hypot.reduce(R, axis=0)
    return result


def of_columns(R: Array, columns: Sequence[int] | Index) -> Array:
    """Return the factor of some of the columns of which R is the factor."""
    return factor(R[:, columns])


def orthogonal(columns: Array, names: Sequence[str]) -> tuple[Array, Array]:
    """Return Q (N, m) with Q'Q = N I and T upper triangular, columns = Q T."""
    R = together([factor(columns)])
    T = triangular(R, len(columns), names, np.ptp(columns, axis=0) == 0)
    return times_inverse(columns, T), T


def times_inverse(columns: Array, T: Array) -> Array:
    """X T⁻¹ (N, m), column by column: rows that are equal in X are so in the result."""
    result = np.empty(columns.shape, order="F")
    for b in range(len(T)):
        rest = columns[:, b]
        for a in np.flatnonzero(T[:b, b]):
            rest = rest - T[a, b] * result[:, a]
        result[:, b] = rest / T[b, b]
    result[np.abs(result) < DUST] = 0
    return result


def _collinear(names: Sequence[str], R: Array, column: int, *, constant: bool) -> str:
    """Say which of the columns before it a column repeats."""
    name = f"{names[column][0].upper()}{names[column][1:]}"
    coefficients = np.linalg.solve(R[:column, :column], R[:column, column])
    large = np.abs(coefficients) > MENTIONED
    repeated = [name for name, mentioned in zip(names, large, strict=False) if mentioned]
    if not repeated:
        return f"{name} is zero in every row used. Take it out of the model."
    why = "is constant in the rows used and" if constant else ""
    return (
        f"{name} {why} repeats what is already in the model (it is a combination of "
        f"{', '.join(repeated)}). Take one of them out."
    ).replace("  ", " ")
