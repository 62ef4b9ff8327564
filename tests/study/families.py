"""Data sets that try an estimator, by family and number; each is drawn from its own seed."""

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from simulate import Sample

from estimation.spec import (
    INTRCPT1,
    Equation,
    Likelihood,
    ModelSpec,
    Settings,
    Term,
    VariancePredictor,
    Weighting,
)


class Case(NamedTuple):
    """A data set and the model to fit to it."""

    sample: Sample
    spec: ModelSpec


@dataclass(frozen=True)
class Plan:
    """Shape of a simulated model: τ of rank `rank`, level-1 predictors X1 ..., level-2 W1 ....

    The first `q` of INTRCPT1, X1, ... are random; the first `crossed` equations have the level-2
    predictors; `alpha` are the coefficients of the variance predictors, `names` theirs ("2:" marks
    level 2): D1 ... dummies, V1 ... continuous, X1 ..., S1 ... level-2 dummies.
    """

    q: int
    slopes: int = 1
    level2: int = 0
    crossed: int = 1
    rank: int | None = None
    names: tuple[str, ...] = ()
    size: float = 0.5
    reml: bool = False


def draw(rng, sizes, plan):
    """Draw data of a plan's shape, and its model."""
    unit = np.repeat(np.arange(len(sizes)), sizes)
    n, J = len(unit), len(sizes)
    level1 = {f"X{p + 1}": _predictor(rng, unit, p) for p in range(plan.slopes)}
    level2 = {f"W{p + 1}": rng.normal(size=J) for p in range(plan.level2)}
    for name in plan.names:
        if name.startswith("2:S"):
            level2[name[2:]] = rng.permutation(np.arange(J) % 2).astype(float)
        elif name.startswith("D"):
            level1[name] = rng.permutation(np.arange(n) % (2 + len(level1) % 3) == 0).astype(float)
        elif name.startswith("V"):
            level1[name] = rng.normal(size=n)
    drawn = Sample(unit, level1, level2)
    return Case(drawn.set1(Y=outcome(rng, drawn, plan)), specify(plan))


def _predictor(rng, unit, number):
    """Continuous, continuous with differences between units, or a dummy."""
    n = len(unit)
    if number % 3 == 2:
        return (rng.random(n) < 0.4).astype(float)
    return rng.normal(size=n) + (number % 3) * rng.normal(size=unit[-1] + 1)[unit]


def column(drawn, name):
    """A variable over the rows; a leading "2:" marks level 2."""
    if name == INTRCPT1:
        return np.ones(len(drawn.unit))
    return drawn.spread(name[2:]) if name.startswith("2:") else drawn.level1[name]


def outcome(rng, drawn, plan, scale=1.0):
    """Y drawn from the plan's model, every variable taken at mean 0 and SD 1 but INTRCPT1.

    `scale` multiplies the SD of the rows.
    """
    coefficients = [INTRCPT1, *(f"X{p + 1}" for p in range(plan.slopes))]
    A = np.column_stack([_standard(column(drawn, name)) for name in coefficients])
    factor = rng.normal(scale=plan.size, size=(plan.q, plan.q if plan.rank is None else plan.rank))
    u = rng.normal(size=(drawn.unit[-1] + 1, factor.shape[1])) @ factor.T
    fixed = A @ rng.normal(size=A.shape[1])
    for p in range(plan.level2):
        fixed += 0.3 * rng.normal() * drawn.spread(f"W{p + 1}")
    spread = rng.normal(scale=0.5 / np.sqrt(max(len(plan.names), 1)), size=len(plan.names))
    ln_sd = np.zeros(len(drawn.unit))
    for a, name in zip(spread, plan.names, strict=True):
        ln_sd += a * _standard(column(drawn, name))
    noise = rng.normal(size=len(drawn.unit)) * np.exp(ln_sd) * scale
    return 3 + fixed + np.sum(A[:, : plan.q] * u[drawn.unit], axis=1) + noise


def _standard(values):
    sd = values.std()
    return (values - values.mean()) / sd if sd > 1e-12 * np.abs(values).max() else values


def specify(plan):
    """The model of a plan."""
    terms = tuple(Term(f"W{p + 1}") for p in range(plan.level2))
    names = [INTRCPT1, *(f"X{p + 1}" for p in range(plan.slopes))]
    likelihood = Likelihood.RESTRICTED if plan.reml else Likelihood.FULL
    return ModelSpec(
        outcome="Y",
        equations=tuple(
            Equation(Term(name), terms if p < plan.crossed else (), random=p < plan.q)
            for p, name in enumerate(names)
        ),
        variance_predictors=tuple(
            VariancePredictor(name.removeprefix("2:"), 1 + name.startswith("2:"))
            for name in plan.names
        ),
        settings=Settings(likelihood=likelihood, heterogeneous_likelihood=likelihood),
    )


# The families


def boundary(rng, number):
    """True τ singular or zero: q 1 to 4, variance homogeneous, by a dummy or continuous."""
    q = 1 + number % 4
    names = ((), ("D1",), ("V1",))[number // 4 % 3]
    sizes = rng.integers(2, 16, size=rng.integers(10, 50))
    rank = int(rng.integers(0, q))
    plan = Plan(q, slopes=max(q - 1, 1), rank=rank, names=names, reml=bool(number // 12 % 2))
    return draw(rng, sizes, plan)


def designs(rng, number):
    """J from 2 to 2000, n_j from 1 to 5000 and wildly unequal, q 0 to 6, f to 60, k to 12."""
    large = number % 8 == 7
    J = int(np.exp(rng.uniform(np.log(2), np.log(2000 if large else 200))))
    J = 2000 if number % 48 == 47 else J
    cap = 40_000 if large else 3_000
    sizes = _unequal(rng, J, spread=rng.uniform(0, 2.2), cap=cap)
    n = sizes.sum()
    q = int(rng.integers(0, min(6, max(1, n // (2 * J))) + 1))
    level2 = int(rng.integers(0, min(5, max(J - 2, 0)) + 1))
    slopes = int(rng.integers(max(q - 1, 1), 10 if n < 200 else 12))
    room = min(60, n // 4) - 1 - slopes
    crossed = int(np.clip(room // max(level2, 1), 0, slopes + 1)) if level2 else 0
    k = int(rng.integers(1, 13)) if n > 20 * 12 else int(rng.integers(1, 4))
    every = [f"{'DV'[p % 2]}{p + 1}" for p in range(k - 1)] + ["2:S1"] * (J > 5)
    names = tuple(every[-(k - 1) :]) if k > 1 else ()
    rank = None if rng.random() < 0.6 else int(rng.integers(0, q + 1))
    plan = Plan(q, slopes, level2 if crossed else 0, crossed, rank, names, reml=number % 2 == 1)
    return draw(rng, sizes, plan)


def _unequal(rng, J, *, spread, cap):
    """Sizes of units: log-normal, 1 to 5000, at most `cap` rows."""
    sizes = np.exp(rng.normal(np.log(min(cap / J / 2, 20)), spread, size=J))
    sizes = np.clip(np.round(sizes), 1, 5000)
    if sizes.sum() > cap:
        sizes = np.clip(np.round(sizes * cap / sizes.sum()), 1, 5000)
    return sizes.astype(int)


def unvarying(rng, number):
    """A random predictor does not vary in some, in most or in all but two units."""
    J = int(rng.integers(6, 40))
    q = 2 + number % 2
    names = ((), ("D1",), ("V1",), ("X1",))[number // 2 % 4]
    plan = Plan(q, slopes=q, names=names, rank=None if number % 3 else 1, reml=number % 5 < 2)
    sizes = rng.integers(1, 12, size=J)
    case = draw(rng, sizes, plan)
    keep = 2 if number % 4 == 3 else int(J * rng.uniform(0.1, 0.7)) + 2
    varying = np.isin(case.sample.unit, rng.permutation(J)[:keep])
    dummy = rng.random(len(varying)) < 0.5
    level = rng.choice([0.0, 0.0, 1.0, 2.5], size=J)[case.sample.unit]
    x = np.where(varying, dummy if number % 2 else case.sample.level1["X1"], level)
    drawn = case.sample.set1(X1=x)
    return Case(drawn.set1(Y=outcome(rng, drawn, plan)), case.spec)


SCALES = ((1e6, 0.0), (1e-6, 0.0), (1.0, 1e6), (1e6, 1e12), (1e-6, 1.0), (1e3, -1e6))


def scales(rng, number):
    """Variance predictors multiplied by 1e6 or 1e-6, or shifted by 1e6 times their SD."""
    names = (("V1",), ("D1",), ("V1", "D2"), ("X1", "V2"), ("V1", "2:S1"))[number % 5]
    plan = Plan(1 + number % 2, names=names, size=0.6, reml=number % 3 == 0)
    sizes = rng.integers(3, 15, size=rng.integers(8, 40))
    case = draw(rng, sizes, plan)
    drawn = case.sample
    for place, name in enumerate(names):
        factor, shift = SCALES[(number // 5 + place) % len(SCALES)]
        if name in drawn.level1:
            drawn = drawn.set1(**{name: factor * drawn.level1[name] + shift})
        else:
            drawn.level2[name[2:]] = factor * drawn.level2[name[2:]] + shift
    return Case(drawn, case.spec)


def saturated(rng, number):
    """One dummy a unit in the variance model; units of 1, 2, q ... rows in every second one."""
    J, q = int(rng.integers(3, 11)), number % 3
    smallest = 1 + number // 2 % 4 if number % 2 else 6 + q
    sizes = rng.integers(6 + q, 16, size=J)
    sizes[: int(rng.integers(1, 3))] = smallest
    names = tuple(f"2:U{j + 2}" for j in range(J - 1))
    plan = Plan(q, slopes=1, size=0.8, reml=number // 8 % 2 == 1)
    case = draw(rng, rng.permutation(sizes), plan)
    level2 = {name[2:]: (np.arange(J) == j + 1).astype(float) for j, name in enumerate(names)}
    drawn = Sample(case.sample.unit, case.sample.level1, level2)
    noise = np.exp(rng.normal(scale=0.4, size=J))[drawn.unit] * rng.normal(size=len(drawn.unit))
    drawn = drawn.set1(Y=drawn.level1["Y"] + noise)
    return Case(drawn, specify(Plan(q, slopes=1, names=names, reml=plan.reml)))


def collinear(rng, number):
    """Columns of X, Z or C that repeat one another but for a share of 1e-3 to 1e-9."""
    share = 10.0 ** -(3 + number % 7)
    where = ("X", "Z", "C", "XC")[number // 7 % 4]
    names = {"C": ("V1", "V2"), "XC": ("X1", "X2")}.get(where, ("D1",) if number % 2 else ())
    q = 3 if where == "Z" else 1 + number % 2
    plan = Plan(q, slopes=2, names=names, reml=number % 3 == 0)
    case = draw(rng, rng.integers(4, 15, size=rng.integers(12, 40)), plan)
    drawn = case.sample
    noise = rng.normal(size=len(drawn.unit))
    pair = ("V1", "V2") if where == "C" else ("X1", "X2")
    twin = 2 * drawn.level1[pair[0]] + 1 + share * noise
    drawn = drawn.set1(**{pair[1]: twin})
    return Case(drawn.set1(Y=outcome(rng, drawn, plan)), case.spec)


def tiny(rng, number):
    """Few units of few rows."""
    J = int(rng.integers(2, 8))
    sizes = rng.integers(1, 6, size=J)
    q = int(rng.integers(0, 3))
    names = ((), ("D1",), ("V1",), ("2:S1",), ("X1",))[number % 5]
    plan = Plan(q, slopes=1, names=names, size=0.8, reml=number // 5 % 2 == 1)
    return draw(rng, sizes, plan)


def precise(rng, number):
    """Precision weights that differ by up to 1e8: of one row, of one unit, of all rows.

    Every second time that of one row has nothing to do with how precise the row is.
    """
    names = ((), ("D1",), ("V1",))[number % 3]
    plan = Plan(1 + number % 2, names=names, reml=number // 2 % 2 == 1)
    case = draw(rng, rng.integers(3, 12, size=rng.integers(10, 60)), plan)
    unit, kind = case.sample.unit, number // 3 % 4
    ratio = 10.0 ** rng.uniform(2, 8)
    weights = (
        np.where(np.arange(len(unit)) == 3, ratio, 1.0),
        np.where(np.arange(len(unit)) == 3, 1 / ratio, 1.0),
        np.where(unit == 1, ratio, 1.0),
        10.0 ** rng.uniform(-3, 3, size=len(unit)),
    )[kind]
    drawn = case.sample.set1(P=weights * 10.0 ** rng.integers(-6, 7))
    if kind > 1 or number % 2:
        drawn = drawn.set1(Y=outcome(rng, drawn, plan, scale=weights**-0.5))
    return Case(drawn, replace(case.spec, weighting=Weighting(precision="P")))


FAMILIES = {
    "boundary": (boundary, 216),
    "designs": (designs, 96),
    "unvarying": (unvarying, 96),
    "scales": (scales, 90),
    "saturated": (saturated, 96),
    "collinear": (collinear, 84),
    "tiny": (tiny, 120),
    "precise": (precise, 96),
}


def case(family, number):
    """The case of that family and number, always the same."""
    make = FAMILIES[family][0]
    return make(np.random.default_rng([list(FAMILIES).index(family), number]), number)
