"""Opening a command file with its data, or a data file; what other files are."""

import pytest

from app.opening import (
    Kind,
    command_file,
    data_file,
    example_data,
    example_lesson,
    kind_of,
    source_filters,
)
from estimation.data.make import assemble, read_tables
from estimation.data.recipe import Recipe, Source
from estimation.data.store import write as write_data
from estimation.errors import EstimationError, FileError
from estimation.files import write_text
from estimation.spec import ModelSpec
from estimation.spec.command_file import DataFile, DataFiles
from estimation.spec.command_writing import write as written
from estimation.spec.edits import toggle_random

MODEL = """#WHLM CMD FILE FOR {data}
{linking}
level1:Y=INTRCPT1+RANDOM
level2:INTRCPT1=INTRCPT2+random/
"""


def write(folder, data="one.csv", linking="level2id:ID"):
    (folder / "one.csv").write_text("ID,Y\n1,2\n1,3\n2,4\n2,1\n", encoding="utf-8")
    path = folder / "model.hlm"
    path.write_text(MODEL.format(data=data, linking=linking), encoding="utf-8")
    return path


def test_data_are_sought_beside_the_command_file(tmp_path):
    opened = command_file(write(tmp_path))
    assert (opened.file_name, opened.data.name) == ("model.hlm", "one.csv")
    assert (opened.data.n_rows, opened.data.n_units) == (4, 2)
    assert (opened.spec.outcome, opened.spec.random) == ("Y", ("INTRCPT1",))


@pytest.mark.parametrize(
    ("data", "linking", "words"),
    [
        ("hsb.mdm", "level2id:ID", "a data file of HLM's own kind"),
        ("one.csv", "", "does not name the variable that links the levels"),
        ("two.csv", "level2id:ID", "two.csv"),
        ("example:popular", "", "there is no example 'popular'"),
    ],
)
def test_what_is_missing_is_said(tmp_path, data, linking, words):
    with pytest.raises(EstimationError, match=words):
        command_file(write(tmp_path, data, linking))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("model.HLM", Kind.MODEL),
        ("hsb.mdmx", Kind.DATA),
        ("hsb.mdmt", Kind.TEMPLATE),
        ("hsb.sav", Kind.SOURCE),
        ("hsb.CSV", Kind.SOURCE),
        ("hsb.xlsx", Kind.SOURCE),
    ],
)
def test_the_ending_tells_what_a_file_is(tmp_path, name, kind):
    (tmp_path / name).touch()
    assert kind_of(tmp_path / name) is kind


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("none.hlm", "there is no such file"),
        ("none.sav", "there is no such file"),
        ("page.pdf", r"Models: \.hlm; data files: \.mdmx; .* SPSS: \.sav"),
        ("page", "its name must end as one of these"),
        ("hsb.mdm", r"which only HLM reads\. Make a data file .* File → Make new MDM file"),
    ],
)
def test_what_cannot_be_opened_is_said_with_what_can(tmp_path, name, words):
    with pytest.raises(FileError, match=words):
        kind_of(tmp_path / name)


def test_file_dialogs_know_every_kind_of_source():
    filters, suffixes = source_filters()
    assert "SPSS (*.sav *.zsav *.por)" in filters
    assert {"*.sav", "*.csv", "*.parquet"} <= set(suffixes.split())


def make(folder):
    write(folder)
    recipe = Recipe(Source(folder / "one.csv"), id1="ID")
    write_data(folder / "one.mdmx", assemble(recipe, read_tables(recipe)))
    return folder / "one.mdmx"


def test_a_data_file_opens_without_a_model(tmp_path):
    opened = data_file(make(tmp_path))
    assert (opened.data.name, opened.spec, opened.path) == ("one.mdmx", ModelSpec(), None)
    assert opened.files == DataFile(tmp_path / "one.mdmx")
    assert opened.stored.data is opened.data


def test_a_model_on_a_data_file(tmp_path):
    path = make(tmp_path).with_name("model.hlm")
    path.write_text(MODEL.format(data="one.mdmx", linking=""), encoding="utf-8")
    opened = command_file(path)
    assert (opened.spec.outcome, opened.stored.path) == ("Y", tmp_path / "one.mdmx")
    assert (opened.files, opened.warnings) == (DataFile(tmp_path / "one.mdmx"), ())


def test_a_model_on_hlm_s_data_file_takes_ours_and_says_so(tmp_path):
    path = make(tmp_path).with_name("model.hlm")
    path.write_text(MODEL.format(data="one.mdm", linking=""), encoding="utf-8")
    opened = command_file(path)
    assert opened.stored.path == tmp_path / "one.mdmx"
    assert opened.warnings == ("one.mdmx is used in place of one.mdm, which only HLM reads.",)


def test_the_lesson_opened_by_its_file_is_the_example_with_its_labels():
    from estimation.examples import NAME, lesson_path, lesson_spec

    opened = command_file(lesson_path())
    assert (opened.data.name, opened.spec) == (NAME, lesson_spec())
    assert opened.data.catalogue.level1[0].label


def test_the_example_is_no_file_that_could_be_saved_over():
    from estimation.examples import lesson_path

    for opened in (command_file(lesson_path()), example_lesson(), example_data()):
        assert (opened.path, opened.file, opened.files) == (None, None, None)


def test_what_saving_needs(tmp_path):
    path = write(tmp_path)
    opened = command_file(path)
    assert opened.path == path
    assert opened.files == DataFiles(tmp_path / "one.csv", None, "ID")
    assert "".join(opened.file.lines) == path.read_text(encoding="utf-8")


def test_a_model_of_the_example_opens_with_its_data_and_labels(tmp_path):
    from estimation.examples import NAME

    lesson = example_lesson()
    path = tmp_path / "model.hlm"
    write_text(path, written(lesson.spec, lesson.data.catalogue, lesson.files, tmp_path))
    opened = command_file(path)
    assert (opened.data.name, opened.spec, opened.warnings) == (NAME, lesson.spec, ())
    assert (opened.path, opened.files) == (path, None)
    assert opened.data.catalogue == lesson.data.catalogue


def test_unknown_lines_are_told_and_saved(tmp_path):
    path = write(tmp_path)
    text = path.read_text(encoding="utf-8") + "foo:1\nbar\n"
    write_text(path, text)
    opened = command_file(path)
    assert [each.partition(": ")[0] for each in opened.warnings] == [
        f"{path}, line 5",
        f"{path}, line 6",
    ]
    spec = toggle_random(opened.spec, "INTRCPT1")
    again = written(spec, opened.data.catalogue, opened.files, tmp_path, opened.file)
    assert again == text.replace("+random/", "/")


def test_what_reading_left_out_is_said(tmp_path):
    path = write(tmp_path)
    (tmp_path / "one.csv").write_text("ID,Y\n1,2\n1,3\n2,4\n2,1\n,5\n", encoding="utf-8")
    assert any("ID" in line for line in command_file(path).warnings)
