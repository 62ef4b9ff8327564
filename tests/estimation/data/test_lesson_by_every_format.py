"""HS&B by every format, through a data file, to the lesson's numbers, to the last digit."""

from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet
import pytest
from pyarrow import csv

from estimation.analysis import run
from estimation.data.make import assemble, read_tables
from estimation.data.recipe import Recipe, Source, TextFormat
from estimation.data.store import open_data_file, write
from estimation.examples import hsb, lesson_spec
from estimation.report import to_json

EXAMPLES = Path("resources/examples")
FILES = Path("tests/data_files")
FIXED = {"hsb1": "(A4,2F1.0,2F7.0)", "hsb2": "(A4,F5.0,F1.0,F4.0,F7.0,F1.0,F7.0)"}


@pytest.fixture(scope="module")
def expected():
    return to_json(run(hsb(), lesson_spec())) | {"data": ""}


def made_by_others(name: str, end: str, _folder: Path) -> Source:
    return Source(FILES / f"{name}.{end}")


def columnar(name: str, end: str, folder: Path) -> Source:
    table, path = csv.read_csv(EXAMPLES / f"{name}.csv"), folder / f"{name}.{end}"
    if end == "parquet":
        pyarrow.parquet.write_table(table, path)
    else:
        pyarrow.feather.write_feather(table, str(path))
    return Source(path)


def text(name: str, end: str, folder: Path) -> Source:
    marks, path = {"csv": ",.", "tsv": "\t,", "txt": ";,"}[end], folder / f"{name}.{end}"
    rows = (EXAMPLES / f"{name}.csv").read_text(encoding="utf-8")
    encoding = "utf-16" if end == "tsv" else "latin-1"
    path.write_text(rows.translate(str.maketrans(",.", marks)), encoding=encoding)
    return Source(path)


def fixed(name: str, _end: str, folder: Path) -> Source:
    """Write each value where the Fortran format looks for it."""
    names, *rows = (EXAMPLES / f"{name}.csv").read_text(encoding="utf-8").split()
    widths = {"hsb1": (4, 1, 1, 7, 7), "hsb2": (4, 5, 1, 4, 7, 1, 7)}[name]
    lines = [
        "".join(value.rjust(width) for value, width in zip(row.split(","), widths, strict=True))
        for row in rows
    ]
    path = folder / f"{name}.dat"
    path.write_text("\n".join(lines))
    return Source(path, TextFormat(columns=FIXED[name], names=tuple(names.split(","))))


WAYS = [
    *((made_by_others, end) for end in ("sav", "zsav", "por", "dta", "xpt", "xlsx", "xls", "ods")),
    *((columnar, end) for end in ("parquet", "feather")),
    *((text, end) for end in ("csv", "tsv", "txt")),
    (fixed, "dat"),
]


@pytest.mark.parametrize(("way", "end"), WAYS, ids=[f"{way.__name__}-{end}" for way, end in WAYS])
def test_two_files(tmp_path, expected, way, end):
    level1, level2 = (way(name, end, tmp_path) for name in ("hsb1", "hsb2"))
    assert through_a_data_file(Recipe(level1, level2, "ID"), tmp_path) == expected


def test_one_file_that_serves_both_levels_with_the_units_mixed(tmp_path, expected):
    """Each unit's own rows stay in their order, for sums depend on it in the last digit."""
    level1 = csv.read_csv(EXAMPLES / "hsb1.csv")
    ids, seen = level1["ID"].to_pylist(), Counter()
    turns = []
    for each in ids:
        turns.append(seen[each])
        seen[each] += 1
    both = level1.append_column("TURN", pa.array(turns))
    both = both.join(csv.read_csv(EXAMPLES / "hsb2.csv"), "ID")
    both = both.sort_by([("TURN", "ascending"), ("ID", "descending")])
    assert both["ID"].to_pylist() != ids
    csv.write_csv(both, tmp_path / "both.csv")
    recipe = Recipe(Source(tmp_path / "both.csv"), None, "ID")
    assert through_a_data_file(recipe, tmp_path) == expected


def through_a_data_file(recipe: Recipe, folder: Path) -> object:
    write(folder / "hsb.mdmx", assemble(recipe, read_tables(recipe)))
    data = open_data_file(folder / "hsb.mdmx").data
    return to_json(run(data, lesson_spec())) | {"data": ""}
