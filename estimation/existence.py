"""Does the likelihood have a maximum?  Refuse, by name, variance models for which it has none.

ln σ² of a set of rows can run to −∞ along a direction d with c'd < 0 on the set and c'd = 0
elsewhere.  If γ, and u in some subspace U of its space, can fit the set exactly and it has more
rows than such u have degrees of freedom there (REML: than γ and u have), −2 log L falls without
end along d, whatever local optimum scoring may find on the way (E20).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from estimation.arrays import Array, Index, Mask
from estimation.crossproducts import cross_products, distinct_rows
from estimation.design import Design
from estimation.errors import NumericalError
from estimation.standardise import Standardised

# Root mean square residual, as a share of the outcome's scale, that counts as an exact fit.
EXACT = 1e-9
# Singular values below this share of the largest are zero.
RANK = 1e-9
# A set is first tried on so many of its rows: what does not fit them does not fit the set.
SAMPLES = (64, 2000)
# Coefficients of a direction below this are zero.
ABSENT = 1e-6
# ln σ² of the rows of a set that may be followed, and of the others, where a run begins.
FOLLOWED = ((-9.0, 0.0), (-12.0, -1.0))


@dataclass(frozen=True, eq=False)
class _Set:
    """Rows whose variance can go to zero, and the predictors that single them out."""

    rows: Mask
    predictors: tuple[str, ...]


def require_maximum(design: Design, model: Standardised, *, restricted: bool) -> tuple[Array, ...]:
    """Raise NumericalError, naming predictor and unit, if −2 log L falls without end.

    Looked for with U the whole space of u, and {0}.  Where it would fall with another U shows in a
    run; returned are values of α to start from, with all but no variance on a set of rows: one for
    each set that γ and u can follow exactly.
    """
    if model.fixed_sigma2 is not None:  # no level-1 variance can go to zero
        return ()
    tight = []
    for candidate in _candidates(design, model):
        excess = _excesses(model, design.unit, candidate.rows, restricted=restricted)
        if any(each > 0 for each in excess):
            raise NumericalError(_refusal(design, candidate))
        if excess and candidate.predictors:
            for followed, elsewhere in FOLLOWED:
                ln_sigma2 = np.where(candidate.rows, followed, elsewhere)
                tight.append(np.linalg.lstsq(model.C, ln_sigma2, rcond=None)[0])
    return tuple(tight)


def runaway(design: Design, model: Standardised, alpha: Array) -> NumericalError:
    """Return the refusal that says where ln σ² = C̃α̃ has run to −∞, whatever no rule foresaw."""
    ln_sigma2 = model.C[:, : len(alpha)] @ alpha
    rows = ln_sigma2 <= ln_sigma2.min() + 1
    predictors = design.variance[1 : len(alpha)]
    columns = design.C[rows][:, 1 : len(alpha)].T
    constant = tuple(
        name for name, column in zip(predictors, columns, strict=True) if np.ptp(column) == 0
    )
    return NumericalError(_vanishing(design, _Set(rows, constant or predictors)))


def _candidates(design: Design, model: Standardised) -> Iterator[_Set]:
    """All rows; rows off a predictor's extreme; rows of one pattern of the predictors."""
    yield _Set(np.ones(design.n_rows, dtype=bool), ())
    for name, column in zip(design.variance[1:], design.C[:, 1:].T, strict=True):
        yield _Set(column > column.min(), (name,))
        yield _Set(column < column.max(), (name,))
    pattern = distinct_rows(design.C)
    if pattern is None:
        return
    first = np.unique(pattern, return_index=True)[1]
    rows = model.C[first]
    inverse = np.linalg.pinv(rows)
    sd = design.C[:, 1:].std(axis=0)
    # A pattern outside the others' span has leverage 1; d = −(its column of the inverse).
    for number in np.flatnonzero(np.einsum("pk,kp->p", rows, inverse) > 1 - 1e-9):
        direction = np.abs(model.B[1:] @ inverse[:, number]) * sd
        named = direction > ABSENT * direction.max(initial=0.0)
        names = tuple(np.asarray(design.variance[1:], dtype=object)[named])
        yield _Set(pattern == number, names)


def _excesses(
    model: Standardised, unit: Index, rows: Mask, *, restricted: bool
) -> tuple[float, ...]:
    """Rows beyond the degrees of freedom of γ and u, and of γ alone, of those that fit exactly."""

    def excess(rows: Index, q: int) -> float | None:
        return _excess(model, unit, rows, q, restricted=restricted)

    chosen = np.flatnonzero(rows)
    for size in SAMPLES:
        if chosen.size > size and excess(chosen[:size], model.q) is None:
            return ()
    with_u = excess(chosen, model.q)
    if with_u is None:
        return ()
    alone = excess(chosen, 0)
    return (with_u,) if alone is None else (with_u, alone)


def _excess(
    model: Standardised, unit: Index, rows: Index, q: int, *, restricted: bool
) -> float | None:
    """Rows beyond the degrees of freedom of γ and of the first q of u; None if no exact fit.

    Rows and units count by their design weights.
    """
    M = model.columns(rows)
    starts = np.flatnonzero(np.diff(unit[rows], prepend=-1))
    within, ranks = _residuals_within_units(M[:, :q], M[:, model.q :], starts)
    X, y = within[:, :-1], within[:, -1]
    coefficients, _, rank_X, _ = np.linalg.lstsq(X, y, rcond=RANK)
    if float(np.sqrt(np.mean((y - X @ coefficients) ** 2))) > EXACT:
        return None
    sizes = np.diff(starts, append=rows.size).astype(float)
    if model.row_weights is not None:
        sizes = np.add.reduceat(model.row_weights[rows], starts)
    spare = sizes - ranks
    if model.unit_weights is not None:
        spare = spare * model.unit_weights[unit[rows[starts]]]
    return float(spare.sum()) - (int(rank_X) if restricted else 0)


def _residuals_within_units(Z: Array, rest: Array, starts: Index) -> tuple[Array, Array]:
    """Residuals of `rest` from least squares on Z within each unit, and the ranks of Z by unit."""
    if not Z.shape[1]:
        return rest, np.zeros(starts.size)
    sizes = np.diff(starts, append=len(Z))
    q = Z.shape[1]
    columns = np.asfortranarray(np.column_stack((Z, rest)))
    products = np.moveaxis(cross_products(columns, np.ones(len(Z)), starts), -1, 0)
    gram, cross = products[:, :q, :q], products[:, :q, q:]
    inverse = np.linalg.pinv(gram, rcond=RANK, hermitian=True)
    fitted = np.einsum("ia,iab->ib", Z, np.repeat(inverse @ cross, sizes, axis=0))
    return rest - fitted, np.round(np.einsum("jab,jba->j", inverse, gram))


def _refusal(design: Design, found: _Set) -> str:
    """The model can fit the rows exactly."""
    names, rows, where, remedy = _words(design, found)
    if not names:
        return _no_variation(design, rows)
    return (
        f"The likelihood has no maximum: {names} in the level-1 variance model "
        f"{'singles' if len(found.predictors) == 1 else 'single'} out {rows} of {where} that "
        f"the model fits exactly, so that their variance goes to zero. {remedy}"
    )


def _no_variation(design: Design, rows: str) -> str:
    """Every unit's rows lie where γ and u can follow them."""
    y, starts = design.y, design.offsets[:-1]
    if np.all(np.maximum.reduceat(y, starts) == np.minimum.reduceat(y, starts)):
        return (
            f"The likelihood has no maximum: {design.outcome} has the same value in all rows of "
            "each unit, so that there is no level-1 variance. Choose an outcome that varies within "
            "units, or analyse the units alone."
        )
    effects = " and ".join(design.random_names)
    follow = (
        f"the random effects of {effects} and the fixed effects" if effects else "fixed effects"
    )
    return (
        f"The likelihood has no maximum: {follow} reproduce {design.outcome} in all {rows} "
        "exactly, so that the level-1 variance goes to zero. Take predictors out or switch off "
        "random effects."
    )


def _vanishing(design: Design, found: _Set) -> str:
    """The likelihood rises, or levels off, as the random effects alone come to follow the rows."""
    names, rows, where, remedy = _words(design, found)
    which = f"{rows} of {where}, which {names} singles out," if names else "all rows"
    return (
        f"The level-1 variance of {which} is estimated as zero, where the likelihood has no "
        f"maximum: the random effects alone follow these rows. {remedy}"
    )


def _words(design: Design, found: _Set) -> tuple[str, str, str, str]:
    """Predictors, number of rows, units and remedy in words."""
    units = [design.unit_ids[j] for j in np.unique(design.unit[found.rows])]
    count = int(found.rows.sum())
    rows = f"{count} row{'' if count == 1 else 's'}"
    names = " and ".join(found.predictors)
    if not names:
        return "", rows, "", "Take predictors out or switch off random effects."
    remedy = f"Take {names} out of the predictors of level-1 variance"
    if len(units) == 1:
        return (
            names,
            rows,
            f"unit {units[0]}",
            f"{remedy}, or leave unit {units[0]} out of the data.",
        )
    return names, rows, f"{len(units)} units (the first: {units[0]})", f"{remedy}."
