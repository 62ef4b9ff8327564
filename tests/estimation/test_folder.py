"""Folders of Parquet files, read part by part: they give what data in memory give."""

from dataclasses import replace

import numpy as np
import pandas as pd
import parted
import pytest

from estimation.analysis import run
from estimation.cli import main
from estimation.data.folder import open_folder
from estimation.errors import DataError, FileError, SpecError
from estimation.examples import hsb
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
    with pytest.raises(DataError, match="MINORITY varies within units of part"):
        run(open_folder(folder), replace(SLOPES, equations=(wrong, *others)))


def test_a_folder_without_data(tmp_path):
    with pytest.raises(FileError, match="has no Parquet files with rows"):
        open_folder(tmp_path)


def test_files_that_are_none_or_lack_a_column(tmp_path):
    folder = parted.write(tmp_path / "parts", parted.flat())
    (folder / "wrong.parquet").write_bytes(b"none")
    with pytest.raises(FileError, match=r"wrong.parquet cannot be read: it is no Parquet file"):
        open_folder(folder)
    (folder / "wrong.parquet").unlink()
    pd.DataFrame({"SCHOOL": ["x"], "SES": [1.0]}).to_parquet(folder / "short.parquet", index=False)
    with pytest.raises(FileError, match=r"short.parquet cannot be read, or lacks one of"):
        run(open_folder(folder), SLOPES)


def test_other_names_of_the_id_and_texts(tmp_path):
    table = parted.flat().assign(NOTE="text")[["NOTE", "SCHOOL", "MATHACH", "SES"]]
    folder = parted.write(tmp_path / "parts", table)
    opened = open_folder(folder, "SCHOOL")
    assert opened.catalogue.names(1) == ("MATHACH", "SES")
    assert opened.n_rows == 7185
