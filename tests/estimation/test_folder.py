"""Folders of Parquet files, read part by part: they give what data in memory give."""

import os
from dataclasses import replace
from datetime import date
from functools import partial

import numpy as np
import pandas as pd
import parted
import pyarrow as pa
import pytest

from estimation.analysis import run
from estimation.cli import main
from estimation.data import dataset
from estimation.data.folder import open_folder
from estimation.errors import DataError, FileError, SpecError
from estimation.examples import hsb
from estimation.imputation import run_all
from estimation.parts import Local
from estimation.progress import Cancelled
from estimation.report import to_json
from estimation.spec import (
    INTRCPT1,
    Centring,
    Equation,
    Likelihood,
    ModelSpec,
    Settings,
    Term,
    VariancePredictor,
    Weight,
    Weighting,
)

SLOPES = ModelSpec(
    outcome="MATHACH",
    equations=(
        Equation(Term(INTRCPT1), (Term("MEANSES", Centring.GRAND),), random=True),
        Equation(Term("SES", Centring.GROUP), (Term("SECTOR"),), random=True),
        Equation(Term("FEMALE", Centring.GRAND)),
    ),
)
SPECS = {
    "homogeneous": SLOPES,
    "categories": replace(SLOPES, variance_predictors=(VariancePredictor("FEMALE"),)),
    "continuous": replace(
        SLOPES,
        variance_predictors=(VariancePredictor("SES"), VariancePredictor("SIZE", level=2)),
        settings=Settings(likelihood=Likelihood.RESTRICTED, homogeneity=True, effect_sizes=True),
    ),
    "weighted": replace(SLOPES, weighting=Weighting(level1=Weight("W"), level2=Weight("SIZE"))),
    "precision": replace(SLOPES, weighting=Weighting(precision="W")),
    "score": replace(SLOPES, variance_candidates=(VariancePredictor("SES"),)),
    "profiles": replace(
        SLOPES,
        variance_predictors=(VariancePredictor("SES"),),
        settings=Settings(profile_intervals=True, variance_tests=True),
    ),
}


@pytest.fixture(scope="module")
def data():
    """With missing values and a weight; all rows of one school are incomplete."""
    rng = np.random.default_rng(7)
    memory = hsb()
    n = memory.n_rows
    outcome = memory.level1["MATHACH"].copy()
    outcome[rng.random(n) < 0.02] = np.nan
    outcome[: memory.offsets[1]] = np.nan
    level1 = {**memory.level1, "MATHACH": outcome, "W": rng.uniform(0.5, 2.0, n)}
    return replace(memory, level1=level1, levels=None)


@pytest.fixture(scope="module")
def folder(data, tmp_path_factory):
    return parted.write(tmp_path_factory.mktemp("data") / "hsb", parted.flat(data))


def numbers(value):
    """All numbers of a result, but those that depend on the order of the units."""
    if isinstance(value, dict):
        for name, each in value.items():
            if name not in ("data", "level1_ols", "iterations", "path", "certificate", "units"):
                yield from ((f"{name}.{inner}", number) for inner, number in numbers(each))
    elif isinstance(value, list):
        for place, each in enumerate(value):
            yield from ((f"{place}.{inner}", number) for inner, number in numbers(each))
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield "", value


def with_weight(memory):
    """The catalogue of data in memory, which the window's checks read, with W in it."""
    catalogue = memory.catalogue
    variable = replace(catalogue.level1[0], name="W")
    return replace(memory, catalogue=replace(catalogue, level1=(*catalogue.level1, variable)))


@pytest.mark.parametrize("name", SPECS)
def test_the_results_are_those_of_data_in_memory(name, data, folder):
    found = dict(numbers(to_json(run(open_folder(folder), SPECS[name]))))
    expected = dict(numbers(to_json(run(with_weight(data), SPECS[name]))))
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        assert found[key] == pytest.approx(value, rel=1e-7, abs=1e-9), key


@pytest.mark.parametrize("name", SPECS)
def test_parts_in_memory_change_nothing(name, data, monkeypatch):
    """Not only to the tolerance of the folders, where the units stand in another order."""
    expected = dict(numbers(to_json(run(with_weight(data), SPECS[name]))))
    monkeypatch.setattr(dataset, "CHUNK", 100)
    found = dict(numbers(to_json(run(with_weight(data), SPECS[name]))))
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        assert found[key] == pytest.approx(value, rel=1e-9, abs=1e-9), key


def test_the_command_line(folder, tmp_path, capsys):
    model = tmp_path / "model.hlm"
    model.write_text(
        "level1:MATHACH=INTRCPT1+SES,1+RANDOM\nlevel2:INTRCPT1=INTRCPT2+MEANSES+random/\n"
        "level2:SES=INTRCPT2+random/\nheterol1var:SES\nmlf:y\n",
        encoding="utf-8",
    )
    assert main(["run", str(model), "--data", str(folder), "--quiet"]) == 0
    assert "Final estimation of fixed effects" in capsys.readouterr().out
    assert main(["run", str(model), "--data", str(folder), "--id", "NAME", "--quiet"]) == 2
    assert "no column NAME" in capsys.readouterr().err
    twice = ["--data", str(folder), "--data", str(folder)]
    assert main(["run", str(model), *twice]) == 2
    assert "one folder" in capsys.readouterr().err
    assert main(["run", str(model), "--scheduler", "tcp://127.0.0.1:1"]) == 2
    assert "--scheduler goes with a folder" in capsys.readouterr().err


def test_a_run_can_be_cancelled_between_parts(folder):
    seen = []

    def observer(event):
        seen.append(event)
        if len(seen) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        run(open_folder(folder), SLOPES, observer)
    assert len(seen) == 3


def test_a_bootstrap_needs_the_rows(folder):
    spec = replace(SLOPES, settings=Settings(bootstrap=20))
    with pytest.raises(SpecError, match="bootstrap draws rows"):
        run(open_folder(folder), spec)


def test_a_unit_in_two_files(folder, tmp_path):
    table = parted.flat()
    wrong = parted.write(tmp_path / "wrong", table)
    table[table.SCHOOL == "1224"].head(3).to_parquet(wrong / "again.parquet", index=False)
    with pytest.raises(DataError, match="Rows of unit 1224 stand in 2 files"):
        run(open_folder(wrong), SLOPES)


def test_a_variable_that_varies_within_units_is_none_of_level_2(folder):
    (intercept, *others) = SLOPES.equations
    wrong = replace(intercept, predictors=(Term("MINORITY"),))
    with pytest.raises(DataError, match=r"MINORITY varies within SCHOOL \d+ of part"):
        run(open_folder(folder), replace(SLOPES, equations=(wrong, *others)))


def test_a_folder_without_data(tmp_path):
    with pytest.raises(FileError, match="none could not be read: the folder or file does not"):
        open_folder(tmp_path / "none")
    (tmp_path / "empty.parquet").mkdir()
    with pytest.raises(FileError, match="has no Parquet files with rows"):
        open_folder(tmp_path)


def test_files_that_are_none(tmp_path):
    folder = parted.write(tmp_path / "parts", parted.flat())
    (folder / "wrong.parquet").write_bytes(b"none")
    with pytest.raises(FileError, match=r"wrong.parquet cannot be read: it is no Parquet file"):
        open_folder(folder)


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege")
def test_a_link_to_a_file_that_is_gone(tmp_path):
    folder = parted.write(tmp_path / "parts", parted.flat())
    (folder / "wrong.parquet").symlink_to(tmp_path / "gone.parquet")
    with pytest.raises(FileError, match=r"wrong.parquet could not be read: .* does not exist"):
        open_folder(folder)


def test_files_that_change_while_a_model_runs(tmp_path):
    folder = parted.write(tmp_path / "parts", parted.flat())
    data = open_folder(folder)
    file = folder / "part0.parquet"
    content = file.read_bytes()
    file.unlink()
    with pytest.raises(FileError, match=r"part0.parquet cannot be read. Look whether it is still"):
        run(data, SLOPES)
    file.write_bytes(content[:100] + bytes(1000) + content[1100:])
    with pytest.raises(FileError, match=r"part0.parquet is damaged"):
        run(data, SLOPES)
    pd.DataFrame({"SCHOOL": ["x"]}).to_parquet(file, index=False)
    with pytest.raises(FileError, match=r"part0.parquet has been changed"):
        run(data, SLOPES)


@pytest.mark.parametrize("event", [1, 8])
def test_other_values_in_the_midst_of_a_run(event, tmp_path):
    """Never are estimates of two versions of a file mixed, though rows and columns stay."""
    folder = parted.write(tmp_path / "parts", parted.flat())
    file, seen = folder / "part0.parquet", []

    def observer(told):
        seen.append(told)
        if len(seen) == event:
            table = pd.read_parquet(file)
            table.assign(MATHACH=3 * table.MATHACH).to_parquet(file, index=False)

    data = open_folder(folder, engine=partial(Local, room=0))
    with pytest.raises(FileError, match=r"part0.parquet has been changed while the model ran"):
        run(data, SLOPES, observer)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({}, "SES: no such column in zebra.parquet"),
        ({"SES": ["high"]}, "SES: it holds numbers in part0.parquet, texts in zebra.parquet"),
        ({"SES": [date(2000, 1, 1)]}, "SES: it holds numbers in part0.parquet, dates in zebra"),
        ({"SES": [[1.0]]}, "SES: it holds numbers in part0.parquet, lists or records in zebra"),
    ],
)
def test_a_column_that_is_not_the_same_in_all_files(values, why, tmp_path):
    folder = parted.write(tmp_path / "parts", parted.flat())
    other = {"SCHOOL": ["x"], "MATHACH": [1.0], "MEANSES": [0.0], "SECTOR": [1], "FEMALE": [1]}
    pd.DataFrame({**other, **values}).to_parquet(folder / "zebra.parquet", index=False)
    with pytest.raises(SpecError, match=why):
        run(open_folder(folder), SLOPES)


def test_types_that_differ_without_harm(tmp_path):
    """Nothing, decimals and whole numbers are numbers; names are read without blanks."""
    table = parted.flat()
    folder = parted.write(tmp_path / "parts", table)
    before = run(open_folder(folder), SLOPES).homogeneous.m2ll
    more = pd.DataFrame(
        {
            " SCHOOL ": [9999, 9999],
            "MATHACH": [None, None],
            "SES ": pa.array(["1.5", "2.5"]).cast(pa.decimal128(4, 2)),
            "MEANSES": [0, 0],
            "SECTOR": [True, True],
            "FEMALE": [1.0, 0.0],
        }
    )
    more.to_parquet(folder / "another.parquet", index=False)
    analysis = run(open_folder(folder, "SCHOOL"), SLOPES)
    assert analysis.homogeneous.m2ll == pytest.approx(before, abs=1e-7)
    assert (analysis.n_deleted, analysis.units_deleted) == (2, 1)


def test_rows_without_an_id(tmp_path):
    table = parted.flat()
    table.loc[table.index[::1000], "SCHOOL"] = None
    analysis = run(open_folder(parted.write(tmp_path / "some", table)), SLOPES)
    assert analysis.n_deleted == 0
    assert "8 rows without SCHOOL left out." in analysis.data_report
    none = parted.write(tmp_path / "none", table.assign(SCHOOL=np.nan), 1)
    with pytest.raises(DataError, match="No row has a value of SCHOOL"):
        run(open_folder(none), SLOPES)


def test_ids_that_are_categories(tmp_path):
    """Each file has the categories of all."""
    table = parted.flat()
    texts = open_folder(parted.write(tmp_path / "texts", table))
    table["SCHOOL"] = table.SCHOOL.astype("category")
    categories = open_folder(parted.write(tmp_path / "categories", table))
    found, expected = (run(each, SLOPES).homogeneous.m2ll for each in (categories, texts))
    assert found == pytest.approx(expected, abs=1e-7)


def test_an_id_of_bytes(tmp_path):
    table = parted.flat().assign(SCHOOL=lambda table: table.SCHOOL.str.encode("ascii"))
    (tmp_path / "parts").mkdir()
    table.to_parquet(tmp_path / "parts" / "all.parquet", index=False)
    with pytest.raises(SpecError, match="SCHOOL holds bytes in"):
        open_folder(tmp_path / "parts")


def test_files_in_folders_of_the_folder(tmp_path):
    folder = parted.write(tmp_path / "parts", parted.flat())
    (folder / "_temporary").mkdir()
    (folder / "part0.parquet").rename(folder / "_temporary" / "part0.parquet")
    assert open_folder(folder).n_rows < 7185
    (folder / "more").mkdir()
    (folder / "part1.parquet").rename(folder / "more" / "part1.pq")
    with pytest.raises(FileError, match=r"part1.pq stands in a folder of"):
        open_folder(folder)


def test_the_id_that_the_command_file_names(tmp_path, capsys):
    table = parted.flat()
    table.insert(0, "CLASS", np.arange(len(table)) // 9)
    folder = parted.write(tmp_path / "parts", table)
    model = tmp_path / "model.hlm"
    model.write_text(
        "level2id:SCHOOL\nlevel1:MATHACH=INTRCPT1+RANDOM\nlevel2:INTRCPT1=INTRCPT2+random/\n",
        encoding="utf-8",
    )
    assert main(["run", str(model), "--data", str(folder), "--quiet"]) == 0
    assert "160" in capsys.readouterr().out
    assert open_folder(folder).report == (
        "The ID of the level-2 units is CLASS, the first column of the files.",
    )


def test_the_index_of_pandas_is_the_id(tmp_path):
    table = parted.flat().set_index("SCHOOL")
    (tmp_path / "parts").mkdir()
    table.to_parquet(tmp_path / "parts" / "all.parquet")
    assert open_folder(tmp_path / "parts").id_name == "SCHOOL"


def test_the_first_file_decides_nothing(tmp_path):
    """Patterns of the variance predictors are those of all rows, however few a file has."""
    table, spec = parted.flat(), SPECS["categories"]
    first = table.SCHOOL.iloc[0] == table.SCHOOL
    folder = tmp_path / "parts"
    folder.mkdir()
    few = first & (table.groupby("SCHOOL").cumcount() < 6)
    table[few].to_parquet(folder / "a.parquet", index=False)
    table[~first].to_parquet(folder / "b.parquet", index=False)
    found = run(open_folder(folder), spec)
    table[few | ~first].to_parquet(folder / "a.parquet", index=False)
    (folder / "b.parquet").unlink()
    expected = run(open_folder(folder), spec)
    for one, other in zip(
        found.heterogeneous.variance_cells, expected.heterogeneous.variance_cells, strict=True
    ):
        assert (one.values, one.n) == (other.values, other.n)
        assert one.sigma2 == pytest.approx(other.sigma2, rel=1e-9)


def test_what_goes_with_a_folder_and_what_not(folder, tmp_path, capsys):
    model = tmp_path / "model.hlm"
    model.write_text(
        "level1:MATHACH=INTRCPT1+SES,1+RANDOM\nlevel2:INTRCPT1=INTRCPT2+random/\n"
        "level2:SES=INTRCPT2+random/\nimputations:one.mdmx,two.mdmx\n",
        encoding="utf-8",
    )
    assert main(["run", str(model), "--data", str(folder), "--quiet"]) == 2
    assert "do not go with a folder" in capsys.readouterr().err
    inside = str(folder / "part0.parquet")
    assert main(["run", str(model), "--data", str(folder), "--output", inside]) == 2
    assert "a file of the data" in capsys.readouterr().err
    for options in ([], ["--scheduler", "tcp://127.0.0.1:1"]):
        assert main(["run", str(model), "--data", str(tmp_path / "nowhere"), *options]) == 2
        assert "There is no" in capsys.readouterr().err


def test_plausible_values(folder):
    spec = replace(SLOPES, plausible_values=("MATHACH", "W"))
    pooled = run_all([open_folder(folder)], spec)
    first, second = pooled.analyses
    assert (first.n_level1 < 7185, second.n_level1) == (True, 7185)  # W is never missing


def test_other_names_of_the_id_and_texts(tmp_path):
    table = parted.flat().assign(NOTE="text")[["NOTE", "SCHOOL", "MATHACH", "SES"]]
    folder = parted.write(tmp_path / "parts", table)
    opened = open_folder(folder, "SCHOOL")
    assert opened.catalogue.names(1) == ("MATHACH", "SES")
    assert opened.n_rows == 7185
