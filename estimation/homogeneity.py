"""Whether the level-2 units have the same level-1 variance."""

import numpy as np

from estimation.arrays import Array
from estimation.crossproducts import cross_products
from estimation.design import Design
from estimation.distributions import chisq_test
from estimation.result import HomogeneityTest
from estimation.standardise import EXACT, orthogonal
from estimation.start import FULL_RANK

# A unit counts with as many residual degrees of freedom (HLM's rule): ln S² is near normal then.
LEAST = 10


def homogeneity(design: Design) -> HomogeneityTest | None:
    """HLM's H, from the residual variances of the units' own regressions (E29).

    None with fewer than two units of `LEAST` residual degrees of freedom and some variation.
    """
    rms, df = _residuals(design)
    enough = df >= LEAST
    varies = rms > EXACT * np.abs(design.y).max()
    used = enough & varies
    if used.sum() < 2:
        return None
    f, ln = df[used], 2 * np.log(rms[used])
    d = (ln - f @ ln / f.sum()) / np.sqrt(2 / f)
    test = chisq_test(d @ d, int(used.sum()) - 1)
    return HomogeneityTest(
        chisq=test.chisq,
        df=test.df,
        p=test.p,
        n_units=int(used.sum()),
        left_out=int((~enough).sum()),
        no_variation=int((enough & ~varies).sum()),
    )


def _residuals(design: Design) -> tuple[Array, Array]:
    """S_j and f_j (J,) of the units' least squares on the level-1 predictors.

    With known precisions of the rows the regressions are weighted by them (E27).
    """
    root = 1.0 if design.ln_scale is None else np.exp(-design.ln_scale[:, None] / 2)
    Q, _ = orthogonal(design.A * root, design.coefficients)
    starts, unit = design.offsets[:-1], design.unit
    inverse, rank = _inverses(np.moveaxis(cross_products(Q, np.ones(len(Q)), starts), -1, 0))
    residual = np.ravel(design.y[:, None] * root)
    residual = residual - Q @ (Q.T @ residual) / len(Q)
    for _ in range(2):  # the second pass takes out what rounding left of the first
        cross = np.add.reduceat(Q * residual[:, None], starts)
        beta = np.einsum("jab,jb->ja", inverse, cross)
        residual = residual - np.einsum("na,na->n", Q, beta[unit])
    df = np.diff(design.offsets) - rank
    squares: Array = np.add.reduceat(residual**2, starts)
    return np.sqrt(squares / np.maximum(df, 1)), df


def _inverses(gram: Array) -> tuple[Array, Array]:
    """Generalised inverses (J, a, a) and ranks (J,) of the Gram matrices, each of its own scale."""
    diagonal = np.einsum("jaa->ja", gram)
    scale = np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    values, vectors = np.linalg.eigh(gram / scale[:, :, None] / scale[:, None, :])
    there = values > FULL_RANK
    half = vectors * (there / np.sqrt(np.where(there, values, 1.0)))[:, None, :]
    half = half / scale[:, :, None]
    return half @ half.swapaxes(1, 2), there.sum(axis=1)
