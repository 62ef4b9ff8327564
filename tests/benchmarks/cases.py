"""What is timed: data simulated from a known seed, and models on them.

A data set is written once, as a folder of columns of float64 (NAME.f64), which numpy and R read at
once: no reader is timed.  Rows stand in the order of their units, whose numbers are in ID.f64.
"""

from pathlib import Path
from typing import NamedTuple

import numpy as np

from estimation.data import TwoLevelData
from estimation.data.describe import describe
from estimation.examples import hsb
from estimation.spec import (
    INTRCPT1,
    Catalogue,
    Equation,
    Likelihood,
    ModelSpec,
    Settings,
    Term,
    VariancePredictor,
)

SEED = 6
# Name: rows, units; None for the example's own.
DATA = {
    "HS&B": None,
    "a million rows": (1_000_000, 10_000),
    "ten million rows": (10_000_000, 100_000),
}


class Case(NamedTuple):
    """A model: outcome on x with a random slope, both also by w at level 2, ln σ² on a variable.

    An empty name leaves out the part.
    """

    data: str
    outcome: str
    x: str
    w: str
    variance: str
    words: str

    @property
    def title(self) -> str:
        """Data and level-1 variance."""
        return f"{self.data}, {self.words}"

    @property
    def level1(self) -> tuple[str, ...]:
        """Names of the columns used, of level 1."""
        return tuple(dict.fromkeys(filter(None, (self.outcome, self.x, self.variance))))


CASES = (
    Case("HS&B", "MATHACH", "FEMALE", "", "", "homogeneous"),
    Case("HS&B", "MATHACH", "FEMALE", "", "FEMALE", "heterogeneous by FEMALE"),
    *(
        Case(name, "Y", "X", "W", variance, words)
        for name in ("a million rows", "ten million rows")
        for variance, words in (
            ("", "homogeneous"),
            ("D", "heterogeneous by one binary predictor"),
            ("C", "heterogeneous by one continuous predictor"),
        )
    ),
)


def spec(case: Case) -> ModelSpec:
    """The model, by full maximum likelihood."""
    level2 = (Term(case.w),) if case.w else ()
    coefficients = Term(INTRCPT1), Term(case.x)
    return ModelSpec(
        outcome=case.outcome,
        equations=tuple(Equation(each, level2, random=True) for each in coefficients),
        variance_predictors=(VariancePredictor(case.variance),) if case.variance else (),
        settings=Settings(likelihood=Likelihood.FULL, heterogeneous_likelihood=Likelihood.FULL),
    )


def simulated(rows: int, units: int, n: int = 1) -> tuple[dict, dict]:
    """Columns of level 1 (Y, D, X, C, then `n` − 1 more X and C each) and of level 2 (W)."""
    rng = np.random.default_rng(SEED)
    size, numbers = rows // units, [""] + [str(i) for i in range(2, n + 1)]
    level1 = {f"{name}{i}": rng.normal(size=rows) for name in "XC" for i in numbers}
    level1["D"] = rng.integers(0, 2, rows).astype(float)
    w = rng.normal(size=units)
    u0, u1 = [[2.9, 0.0], [-0.25, 0.75]] @ rng.normal(size=(2, units))
    sd = np.exp((3.6 - 0.2 * level1["D"] + 0.1 * level1["C"]) / 2)
    level1["Y"] = np.repeat(13 + w + u0, size) + sd * rng.normal(size=rows)
    level1["Y"] += np.repeat(-1.4 + 0.3 * w + u1, size) * level1["X"]
    for i in numbers[1:]:
        level1["Y"] += np.repeat(0.5 * rng.normal(size=units), size) * level1[f"X{i}"]
    return level1, {"W": w}


def two_levels(level1: dict, level2: dict, offsets: np.ndarray) -> TwoLevelData:
    """Data as the program holds them; the variables are described by their first rows alone."""
    described = [
        describe({name: values[:1000] for name, values in columns.items()}, {})
        for columns in (level1, level2)
    ]
    return TwoLevelData(
        name="simulated",
        id_name="ID",
        unit_ids=tuple(map(str, range(offsets.size - 1))),
        offsets=offsets,
        level1=level1,
        level2=level2,
        catalogue=Catalogue(*described),
    )


def large(rows: int = 200_000, units: int = 10_000, n: int = 1) -> TwoLevelData:
    """Simulated rows in units of one size."""
    return two_levels(*simulated(rows, units, n), np.arange(0, rows + 1, rows // units))


def write(name: str, folder: Path) -> None:
    """Write a data set, level-2 columns with a value for each row."""
    data = large(*DATA[name]) if DATA[name] else hsb()
    sizes = np.diff(data.offsets)
    columns = {each: data.level1[each] for each in data.catalogue.names(1)}
    columns |= {each: np.repeat(data.level2[each], sizes) for each in data.catalogue.names(2)}
    columns["ID"] = np.repeat(np.arange(sizes.size), sizes)
    for column, values in columns.items():
        values.astype(float).tofile(folder / f"{column}.f64")


def read(case: Case, folder: Path) -> TwoLevelData:
    """Read what the model uses."""
    unit = np.fromfile(folder / "ID.f64")
    offsets = np.concatenate([[0], np.flatnonzero(np.diff(unit)) + 1, [unit.size]])
    del unit
    level2 = {case.w: np.fromfile(folder / f"{case.w}.f64")[offsets[:-1]]} if case.w else {}
    level1 = {name: np.fromfile(folder / f"{name}.f64") for name in case.level1}
    return two_levels(level1, level2, offsets)
