"""Two levels to try steps on: made by hand, at random, and those of High School & Beyond."""

from importlib.resources import files

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from estimation.data.table import Column, Field, Levels


def column(name, values, **known):
    """A column of numbers, or of texts where one is."""
    if any(isinstance(each, str) for each in values):
        from estimation.data.table import Kind

        texts = pa.array(list(values), pa.string()).dictionary_encode()
        return Column(Field(name, Kind.TEXT, **known), texts)
    return Column(Field(name, **known), np.array(values, dtype=float))


def levels_of(sizes, level1=(), level2=()):
    offsets = np.concatenate(([0], np.cumsum(sizes))).astype(np.intp)
    ids = tuple(f"u{number}" for number in range(len(sizes)))
    return Levels(
        "ID",
        ids,
        offsets,
        {each.field.name: each for each in level1},
        {each.field.name: each for each in level2},
    )


@pytest.fixture
def small():
    """Seven rows in units of 3, 1 and 3; X has holes, all of them in the second unit."""
    nan = np.nan
    return levels_of(
        [3, 1, 3],
        [
            column("X", [1, 2, 6, nan, 4, nan, 4], label="Exposure"),
            column("TIME", [2, 1, 3, 1, 1, 2, 3]),
            column(
                "TYPE",
                [1, 2, 3, 2, 1, -9, 2],
                label="School type",
                value_labels=(
                    (1, "Public"),
                    (2, "Catholic"),
                    (3, "Other private"),
                    (-9, "Refused"),
                ),
                missing=((-9, -9),),
            ),
            column("TOWN", ["Ulm", "Bonn", None, "Ulm", "Bonn", "Ulm", "Köln"]),
        ],
        [column("W", [1.5, -2, nan]), column("AREA", ["north", "south", "north"])],
    )


@pytest.fixture(scope="session")
def hsb():
    folder = files("resources") / "examples"
    rows = pd.read_csv(folder / "hsb1.csv").sort_values("ID", kind="stable")
    units = pd.read_csv(folder / "hsb2.csv").sort_values("ID")
    sizes = rows.groupby("ID").size()
    assert list(sizes.index) == list(units["ID"])
    return levels_of(
        sizes.to_numpy(),
        [column(name, rows[name].to_numpy()) for name in rows if name != "ID"],
        [column(name, units[name].to_numpy()) for name in units if name != "ID"],
    )


def frame(levels):
    """Return the numeric variables of level 1 as pandas has them, with the number of the unit."""
    columns = {name: each.values for name, each in levels.level1.items() if each.field.numeric}
    return pd.DataFrame(columns).assign(unit=np.repeat(range(levels.n_units), levels.sizes))
