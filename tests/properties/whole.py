"""A design's rows as whole arrays, for tests that compare with other code."""

from types import SimpleNamespace

import numpy as np

from estimation.crossproducts import joined
from estimation.design import X


def of(design):
    """y, A, X, Z, C, unit, ln_scale, row_weights of all rows."""
    blocks = design.rows.map(lambda block: block)

    def stacked(name):
        values = [getattr(block, name) for block in blocks]
        return None if values[0] is None else np.concatenate(values)

    A = stacked("A")
    return SimpleNamespace(
        y=stacked("y"),
        A=A,
        X=np.concatenate([X(block, design.level1, design.R) for block in blocks]),
        Z=A[:, list(design.random)],
        C=stacked("C"),
        unit=np.repeat(np.arange(design.n_units), np.diff(design.offsets)),
        ln_scale=stacked("ln_scale"),
        row_weights=stacked("row_weights"),
    )


def rows(model):
    """A, C, offsets, counts of a standardised model."""
    return joined(model.rows.map(lambda part: part))


def columns(model):
    """[Z̃ X̃ ỹ] (N, p)."""
    whole = rows(model)
    unit = np.repeat(np.arange(model.offsets.size - 1), np.diff(model.offsets))
    return np.einsum("ia,api->ip", whole.A, model.T[:, :, unit])


def moments(source, alpha, which):
    """D_kl,j (len(which), p, p, J) of pairs of variance predictors."""
    products = source.products(alpha, which)
    return np.stack([products.of(pair) for pair in which])
