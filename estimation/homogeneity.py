"""Whether the level-2 units have the same level-1 variance."""

import numpy as np

from estimation.arrays import Array
from estimation.columns import Block
from estimation.coordinates import Coordinates
from estimation.crossproducts import cross_products
from estimation.design import Design
from estimation.distributions import chisq_test
from estimation.result import HomogeneityTest
from estimation.standardise import EXACT
from estimation.start import FULL_RANK

# A unit counts with as many residual degrees of freedom (HLM's rule): ln S² is near normal then.
LEAST = 10


def homogeneity(design: Design, at: Coordinates) -> HomogeneityTest | None:
    """HLM's H, from the residual variances of the units' own regressions (E29).

    None with fewer than two units of `LEAST` residual degrees of freedom and some variation.
    """
    found = design.rows.map(_residuals, at)
    rms, df = (np.concatenate(each) for each in zip(*found, strict=True))
    enough = df >= LEAST
    varies = rms > EXACT * at.size
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


def _residuals(block: Block, at: Coordinates) -> tuple[Array, Array]:
    """S_j and f_j (J,) of the units' least squares on the level-1 predictors.

    With known precisions of the rows the regressions are weighted by them (E27).
    """
    A, residual, sizes = at.A(block), block.y, np.diff(block.offsets)
    if block.ln_scale is not None:
        root = np.exp(-block.ln_scale / 2)
        A, residual = A * root[:, None], residual * root
    starts = block.offsets[:-1]
    inverse, rank = _inverses(np.moveaxis(cross_products(A, None, starts), -1, 0))
    for _ in range(2):  # the second pass takes out what rounding left of the first
        cross = np.add.reduceat(A * residual[:, None], starts)
        beta = np.einsum("jab,jb->ja", inverse, cross)
        residual = residual - np.einsum("na,na->n", A, np.repeat(beta, sizes, axis=0))
    df = sizes - rank
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
