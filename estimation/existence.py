"""Does the likelihood have a maximum?  Refuse, by name, variance models for which it has none.

ln σ² of a set of rows can run to −∞ along a direction d with c'd < 0 on the set and c'd = 0
elsewhere.  If γ, and u in some subspace U of its space, can fit the set exactly and it has more
rows than such u have degrees of freedom there (REML: than γ and u have), −2 log L falls without
end along d, whatever local optimum scoring may find on the way (E20).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from estimation.arrays import Array, Index, Mask
from estimation.columns import Block
from estimation.coordinates import Coordinates
from estimation.crossproducts import cross_products
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


class _Set(NamedTuple):
    """Rows whose variance can go to zero, and the predictors that single them out.

    They are those with C equal to `pattern`; or `above` a value in a column of C; or `below` it.
    """

    predictors: tuple[str, ...] = ()
    pattern: Array | None = None
    column: int = 0
    above: float = -np.inf
    below: float = np.inf

    def holds(self, block: Block) -> Mask:
        """Say which rows (n,) are in the set."""
        if self.pattern is not None:
            return np.asarray((self.pattern == block.C).all(axis=1))
        values = block.C[:, self.column]
        return np.asarray((values > self.above) & (values < self.below))


class _Lowest(NamedTuple):
    """Rows whose ln σ² is below a `limit` at α."""

    at: Coordinates
    alpha: Array
    limit: float

    def holds(self, block: Block) -> Mask:
        """Say which rows (n,) are in the set."""
        return np.asarray(_ln_sigma2(block, self.at, self.alpha) <= self.limit)


def _ln_sigma2(block: Block, at: Coordinates, alpha: Array) -> Array:
    k = len(alpha)
    return np.asarray(alpha[0] + at.predictors(block)[:, : k - 1] @ alpha[1:])


class _Members(NamedTuple):
    """Rows of a set: [Ã ỹ] (n, a + 1); of each the number of its unit, of `n_units`, and weight."""

    A: Array
    unit: Index
    weights: Array
    n_units: int


def require_maximum(design: Design, model: Standardised, *, restricted: bool) -> tuple[Array, ...]:
    """Raise NumericalError, naming predictor and unit, if −2 log L falls without end.

    Looked for with U the whole space of u, and {0}.  Where it would fall with another U shows in a
    run; returned are values of α to start from, with all but no variance on a set of rows: one for
    each set that γ and u can follow exactly.
    """
    if model.fixed_sigma2 is not None:  # no level-1 variance can go to zero
        return ()
    tight, search = [], _Search(design, model, restricted=restricted)
    for candidate in _candidates(design, model):
        excess = search.excesses(candidate)
        if any(each > 0 for each in excess):
            raise NumericalError(_refusal(design, _found(design, candidate, candidate.predictors)))
        if excess and candidate.predictors:
            share = np.sum(design.rows.map(_sum_of_C, model.at, candidate), axis=0) / design.n_rows
            for followed, elsewhere in FOLLOWED:
                constant = np.eye(1, len(share))[0]
                tight.append(elsewhere * constant + (followed - elsewhere) * share)
    return tuple(tight)


def _sum_of_C(block: Block, at: Coordinates, candidate: _Set) -> Array:
    """Σ c̃ (k,) over the rows of a set; times 1/N least squares of its indicator on C̃."""
    rows = candidate.holds(block)
    return np.append(float(rows.sum()), at.predictors(block)[rows].sum(axis=0))


def runaway(design: Design, model: Standardised, alpha: Array) -> NumericalError:
    """Return the refusal that says where ln σ² = C̃α̃ has run to −∞, whatever no rule foresaw."""
    least = min(design.rows.map(_least, model.at, alpha))
    lowest = _Lowest(model.at, alpha, least + 1)
    ranges = [each for each in design.rows.map(_range_of_C, lowest) if each is not None]
    low, high = (
        np.min([each[0] for each in ranges], axis=0),
        np.max([each[1] for each in ranges], axis=0),
    )
    predictors = design.variance[1 : len(alpha)]
    same = (low == high)[1 : len(alpha)]
    constant = tuple(name for name, each in zip(predictors, same, strict=True) if each)
    return NumericalError(_vanishing(design, _found(design, lowest, constant or predictors)))


def _least(block: Block, at: Coordinates, alpha: Array) -> float:
    return float(_ln_sigma2(block, at, alpha).min())


def _range_of_C(block: Block, rows: _Lowest) -> tuple[Array, Array] | None:
    C = block.C[rows.holds(block)]
    return (C.min(axis=0), C.max(axis=0)) if len(C) else None


def _candidates(design: Design, model: Standardised) -> Iterator[_Set]:
    """All rows; rows off a predictor's extreme; rows of one pattern of the predictors."""
    yield _Set()
    for place, name in enumerate(design.variance[1:]):
        least, largest = model.at.C_ends[:, place]
        yield _Set((name,), column=place + 1, above=least)
        yield _Set((name,), column=place + 1, below=largest)
    patterns = design.patterns
    if patterns is None:
        return
    values = patterns.values
    rows = np.column_stack((np.ones(len(values)), model.at.standard_C(values[:, 1:])))
    inverse = np.linalg.pinv(rows)
    sd = np.sqrt(np.sum(model.at.T_C**2, axis=0))
    # A pattern outside the others' span has leverage 1; d = −(its column of the inverse).
    for number in np.flatnonzero(np.einsum("pk,kp->p", rows, inverse) > 1 - 1e-9):
        direction = np.abs(model.B[1:] @ inverse[:, number]) * sd
        named = direction > ABSENT * direction.max(initial=0.0)
        names = tuple(np.asarray(design.variance[1:], dtype=object)[named])
        yield _Set(names, pattern=values[number])


@dataclass(frozen=True, eq=False)
class _Search:
    """Looks for sets of rows that γ and u, or γ alone, fit exactly."""

    design: Design
    model: Standardised
    restricted: bool

    def excesses(self, candidate: _Set) -> tuple[float, ...]:
        """Rows beyond the degrees of freedom of γ and u, and of γ alone, if they fit exactly."""
        for most in (*SAMPLES, self.design.n_rows):
            rows = self._members(candidate, most)
            with_u = self._excess(rows, self.model.q)
            if with_u is None:
                return ()
            if len(rows.unit) < most:
                break
        alone = self._excess(rows, 0)
        return tuple(each for each in (with_u, alone) if each is not None)

    def _members(self, candidate: _Set, most: int) -> _Members:
        """Return the first rows of a set, as many as asked for."""
        parts, at = self.design.rows, self.model.at
        found = parts.some([0]).map(_members, at, candidate, most)
        if len(found[0].unit) < most and len(parts) > 1:
            found = parts.map(_members, at, candidate, most)
        first_units = np.cumsum([0, *(each.n_units for each in found)])
        return _Members(
            np.concatenate([each.A for each in found])[:most],
            np.concatenate(
                [each.unit + first for each, first in zip(found, first_units, strict=False)]
            )[:most],
            np.concatenate([each.weights for each in found])[:most],
            int(first_units[-1]),
        )

    def _excess(self, rows: _Members, q: int) -> float | None:
        """Rows beyond the degrees of freedom of γ and of the first q of u; None if no exact fit.

        Rows and units count by their design weights.
        """
        model = self.model
        M = np.einsum("ia,api->ip", rows.A, model.T[:, :, rows.unit])
        starts = np.flatnonzero(np.diff(rows.unit, prepend=-1))
        within, ranks = _residuals_within_units(M[:, :q], M[:, model.q :], starts)
        X, y = within[:, :-1], within[:, -1]
        coefficients, _, rank_X, _ = np.linalg.lstsq(X, y, rcond=RANK)
        if float(np.sqrt(np.mean((y - X @ coefficients) ** 2))) > EXACT:
            return None
        spare = np.add.reduceat(rows.weights, starts) - ranks
        if model.unit_weights is not None:
            spare = spare * model.unit_weights[rows.unit[starts]]
        return float(spare.sum()) - (int(rank_X) if self.restricted else 0)


def _members(block: Block, at: Coordinates, candidate: _Set, most: int) -> _Members:
    rows = block.taken(np.flatnonzero(candidate.holds(block))[:most])
    n_units = block.offsets.size - 1
    unit = np.repeat(np.arange(n_units), np.diff(rows.offsets))
    weights = np.ones(unit.size) if rows.row_weights is None else rows.row_weights
    return _Members(at.rows(rows), unit, weights, n_units)


def _residuals_within_units(Z: Array, rest: Array, starts: Index) -> tuple[Array, Array]:
    """Residuals of `rest` from least squares on Z within each unit, and the ranks of Z by unit."""
    if not Z.shape[1]:
        return rest, np.zeros(starts.size)
    sizes = np.diff(starts, append=len(Z))
    q = Z.shape[1]
    columns = np.asfortranarray(np.column_stack((Z, rest)))
    products = np.moveaxis(cross_products(columns, None, starts), -1, 0)
    gram, cross = products[:, :q, :q], products[:, :q, q:]
    inverse = np.linalg.pinv(gram, rcond=RANK, hermitian=True)
    fitted = np.einsum("ia,iab->ib", Z, np.repeat(inverse @ cross, sizes, axis=0))
    return rest - fitted, np.round(np.einsum("jab,jba->j", inverse, gram))


class _Found(NamedTuple):
    """A set of rows, for words: predictors that single them out, their number, their units."""

    predictors: tuple[str, ...]
    n: int
    units: Index


def _found(design: Design, rows: _Set | _Lowest, predictors: tuple[str, ...]) -> _Found:
    counts = np.concatenate(design.rows.map(_count, rows))
    return _Found(predictors, int(counts.sum()), np.flatnonzero(counts))


def _count(block: Block, rows: _Set | _Lowest) -> Index:
    """Number of rows in the set by unit (J,)."""
    return np.add.reduceat(rows.holds(block), block.offsets[:-1], dtype=np.intp)


def _constant_within_units(block: Block) -> bool:
    starts = block.offsets[:-1]
    largest, least = np.maximum.reduceat(block.y, starts), np.minimum.reduceat(block.y, starts)
    return bool(np.all(largest == least))


def _refusal(design: Design, found: _Found) -> str:
    """The model can fit the rows exactly."""
    names, rows, where, remedy = _words(design, found)
    if not names:
        return _no_variation(design, rows)
    return (
        f"The likelihood has no maximum: {names} in the level-1 variance model "
        f"{_single(found)} out {rows} of {where} that "
        f"the model fits exactly, so that their variance goes to zero. {remedy}"
    )


def _no_variation(design: Design, rows: str) -> str:
    """Every unit's rows lie where γ and u can follow them."""
    if all(design.rows.map(_constant_within_units)):
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


def _vanishing(design: Design, found: _Found) -> str:
    """The likelihood rises, or levels off, as the random effects alone come to follow the rows."""
    names, rows, where, remedy = _words(design, found)
    which = f"{rows} of {where}, which {names} {_single(found)} out," if names else "all rows"
    return (
        f"The level-1 variance of {which} is estimated as zero, where the likelihood has no "
        f"maximum: the random effects alone follow these rows. {remedy}"
    )


def _single(found: _Found) -> str:
    return "singles" if len(found.predictors) == 1 else "single"


def _words(design: Design, found: _Found) -> tuple[str, str, str, str]:
    """Predictors, number of rows, units and remedy in words."""
    units = [design.unit_ids[j] for j in found.units]
    rows = f"{found.n} row{'' if found.n == 1 else 's'}"
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
