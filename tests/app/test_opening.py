"""Opening a command file with its data."""

import pytest

from app.opening import command_file
from estimation.errors import EstimationError, FileError

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
        ("hsb.mdm", "level2id:ID", "this version does not read .mdm"),
        ("one.csv", "", "does not name the variable that links the levels"),
        ("two.csv", "level2id:ID", "two.csv"),
    ],
)
def test_what_is_missing_is_said(tmp_path, data, linking, words):
    with pytest.raises(EstimationError, match=words):
        command_file(write(tmp_path, data, linking))


def test_other_kinds_are_refused(tmp_path):
    with pytest.raises(FileError, match=r"ending in \.hlm"):
        command_file(tmp_path / "model.txt")


def test_the_lesson_opened_by_its_file_is_the_example_with_its_labels():
    from estimation.examples import NAME, lesson_path, lesson_spec

    opened = command_file(lesson_path())
    assert (opened.data.name, opened.spec) == (NAME, lesson_spec())
    assert opened.data.catalogue.level1[0].label


def test_what_reading_left_out_is_said(tmp_path):
    path = write(tmp_path)
    (tmp_path / "one.csv").write_text("ID,Y\n1,2\n1,3\n2,4\n2,1\n,5\n", encoding="utf-8")
    assert any("ID" in line for line in command_file(path).warnings)
