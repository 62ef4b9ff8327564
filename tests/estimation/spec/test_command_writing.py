"""Saved command files: what did not change stays as it was, letter by letter."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from estimation.examples import hsb, lesson_file, lesson_path, lesson_spec
from estimation.files import read_text
from estimation.spec import (
    Catalogue,
    Centring,
    Equation,
    Likelihood,
    ModelSpec,
    Settings,
    Term,
    Variable,
    VariancePredictor,
)
from estimation.spec.command_file import DataFile, DataFiles, data_files, parse
from estimation.spec.command_lookup import resolve
from estimation.spec.command_writing import write
from estimation.spec.edits import add_level1, add_level2, delete_level1, toggle_random

HERE = Path("somewhere")
HEAD = "#WHLM CMD FILE FOR example:hsb2\n"
LAID_OUT = """#WHLM CMD FILE FOR students.csv
# the first model of the paper

l2fname:schools.csv
Level2ID: "ID"
 numit : 50,n
stopval:0.0000010000
Level1: mathach=INTRCPT1+Ses,1+RANDOM
# schools
level2:SES=intrcpt2+sector+random/size,"n"
LEVEL2:INTRCPT1=SECTOR,2+INTRCPT2+Random/
# options
hypoth:y
gamma1:0,1,0,0
resfil1:y
an unknown line
our own : note
heterol1likelihood:full
mlf:N
title:
graphgammas:grapheq.geq
"""
DATA = DataFiles(HERE / "students.csv", HERE / "schools.csv", "ID")


def catalogue(level1, level2=()) -> Catalogue:
    def variables(names) -> tuple[Variable, ...]:
        return tuple(Variable(each, "", 1, 0, 0, 0, 0) for each in names)

    return Catalogue(variables(level1), variables(level2))


KNOWN = catalogue(("MATHACH", "SES", "FEMALE", "SECTOR"), ("SECTOR", "SIZE", "n"))


def laid_out(ending: str = "\n"):
    """The file above, and the model that it means."""
    file = parse(LAID_OUT.replace("\n", ending), "x.hlm")
    return file, resolve(file, KNOWN)


def changed_lines(spec: ModelSpec, data: DataFiles = DATA, folder: Path = HERE) -> dict[str, str]:
    """Save the file above with another model: each line that is not as it was, by what it was.

    New lines stand behind the one before them.
    """
    text = write(spec, KNOWN, data, folder, laid_out()[0])
    before, after = LAID_OUT.splitlines(), text.splitlines()
    changes, i = {}, 0
    for line in before:
        kept = line in after[i:]
        if kept:
            new = after[i : after.index(line, i)]
            i += len(new) + 1
            if new:
                changes[f"above {line}"] = "\n".join(new)
        else:
            changes[line] = ""
    if after[i:]:
        changes["end"] = "\n".join(after[i:])
    return changes


# ------------------------------------------------------------------------------- new files


def test_a_new_file_is_as_hlm_writes_it():
    folder = lesson_path().parent
    data = DataFiles(folder / "hsb1.csv", folder / "hsb2.csv", "ID")
    text = write(lesson_spec(), hsb().catalogue, data, folder)
    assert text == read_text(lesson_path())


def test_the_example_needs_no_data_lines():
    text = write(lesson_spec(), hsb().catalogue, None, HERE)
    assert text.startswith("#WHLM CMD FILE FOR example:hsb2\nnonlin:n\n")
    assert text == write(lesson_spec(), hsb().catalogue, None, HERE, lesson_file())


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e-6, "0.0000010000"),
        (0.5, "0.5000000000"),
        (1e-11, "1e-11"),
        (0.1 + 0.2, "0.30000000000000004"),
    ],
)
def test_the_stop_value(value, text):
    spec = ModelSpec(settings=Settings(stop_value=value))
    assert f"\nstopval:{text}\n" in write(spec, KNOWN, None, HERE)


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("SES", "SES"),
        ("a b: #1@", "a b: #1@"),
        ("a+b", '"a+b"'),
        ("a,b", '"a,b"'),
        ("a/b", '"a/b"'),
        ("a=b", '"a=b"'),
        ('5" x', '"5"" x"'),
        (" a", '" a"'),
        ("intrcpt1", '"intrcpt1"'),
        ("intrcpt2", '"intrcpt2"'),
        ("RANDOM", '"RANDOM"'),
        ("n", "n"),
        ("x@2", "x@2"),
    ],
)
def test_names_are_quoted_only_where_they_must_be(name, written):
    spec = ModelSpec("Y", (Equation(Term(name, Centring.GRAND), (Term(name),)),))
    text = write(spec, catalogue(["Y", name], [name]), None, HERE)
    assert f"\nlevel1:Y={written},2+RANDOM\nlevel2:{written}=INTRCPT2+{written}/\n" in text


@pytest.mark.parametrize(
    ("name", "level", "written"),
    [
        ("SES", 1, "SES"),
        ("SIZE", 2, "SIZE"),
        ("SECTOR", 1, "SECTOR"),
        ("SECTOR", 2, "SECTOR@2"),
        ("x@2", 1, '"x@2"'),
        ("n", 1, '"n"'),
        ("None", 2, '"None"'),
        ("a,b", 2, '"a,b"@2'),
    ],
)
def test_predictors_of_level_1_variance(name, level, written):
    known = catalogue(["SES", "SECTOR", "x@2", "n", "a,b"], ["SECTOR", "SIZE", "None", "a,b"])
    spec = ModelSpec(variance_predictors=(VariancePredictor(name, level),))
    assert f"\nheterol1var:{written}\n" in write(spec, known, None, HERE)


# ----------------------------------------------------------------------------------- edits


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("cut", [0, 1])
def test_an_unchanged_model_leaves_its_file_as_it_was(ending, cut):
    text = LAID_OUT.replace("\n", ending)
    text = text[: len(text) - cut * len(ending)]
    file = parse(text, "x.hlm")
    assert write(resolve(file, KNOWN), KNOWN, DATA, HERE, file) == text


def test_the_lesson_s_file_is_kept():
    file, folder = lesson_file(), lesson_path().parent
    data = data_files(file, folder)
    assert write(lesson_spec(), hsb().catalogue, data, folder, file) == read_text(lesson_path())


@pytest.mark.parametrize(
    ("edit", "changes"),
    [
        (
            lambda spec: toggle_random(spec, "SES"),
            {
                'level2:SES=intrcpt2+sector+random/size,"n"': "",
                "above LEVEL2:INTRCPT1=SECTOR,2+INTRCPT2+Random/": (
                    'level2:SES=INTRCPT2+SECTOR/size,"n"'
                ),
            },
        ),
        (
            lambda spec: add_level1(spec, "SES"),
            {
                "Level1: mathach=INTRCPT1+Ses,1+RANDOM": "",
                "above # schools": "Level1: MATHACH=INTRCPT1+SES+RANDOM",
            },
        ),
        (
            lambda spec: add_level2(add_level1(spec, "FEMALE"), "FEMALE", "SIZE", Centring.GRAND),
            {
                "Level1: mathach=INTRCPT1+Ses,1+RANDOM": "",
                "above # schools": "Level1: MATHACH=INTRCPT1+SES,1+FEMALE+RANDOM",
                "above # options": "level2:FEMALE=INTRCPT2+SIZE,2/",
                "gamma1:0,1,0,0": "",
                "above resfil1:y": "gamma1:0,1,0,0,0,0",
            },
        ),
        (
            lambda spec: delete_level1(spec, "SES"),
            {
                "Level1: mathach=INTRCPT1+Ses,1+RANDOM": "",
                "above # schools": "Level1: MATHACH=INTRCPT1+RANDOM",
                'level2:SES=intrcpt2+sector+random/size,"n"': "",
                "gamma1:0,1,0,0": "",
                "above resfil1:y": "gamma1:0,1",
            },
        ),
        (
            lambda spec: replace(spec, variance_predictors=(VariancePredictor("SECTOR", 2),)),
            {"above an unknown line": "heterol1var:SECTOR@2"},
        ),
        (
            lambda spec: replace(spec, settings=Settings(max_iterations=50, stop_value=0.1)),
            {
                "stopval:0.0000010000": "",
                "above Level1: mathach=INTRCPT1+Ses,1+RANDOM": "stopval:0.1000000000",
            },
        ),
        (
            lambda spec: replace(spec, settings=replace(spec.settings, max_iterations=7)),
            {" numit : 50,n": "", "above stopval:0.0000010000": " numit : 7,n"},
        ),
        (
            lambda spec: replace(
                spec,
                settings=replace(
                    spec.settings,
                    likelihood=Likelihood.FULL,
                    heterogeneous_likelihood=Likelihood.RESTRICTED,
                ),
            ),
            {
                "heterol1likelihood:full": "",
                "mlf:N": "",
                "above title:": "heterol1likelihood:reml\nmlf:y",
            },
        ),
        (
            lambda spec: replace(
                spec, settings=replace(spec.settings, ols_units=3, title="T", output_name="o")
            ),
            {
                "above # options": "lev1ols:3",
                "title:": "",
                "above graphgammas:grapheq.geq": "title:T\noutput:o",
            },
        ),
    ],
)
def test_only_the_lines_of_what_changed_are_rewritten(edit, changes):
    assert changed_lines(edit(laid_out()[1])) == changes


def test_a_file_without_a_model_s_equations_gets_them_again():
    file, spec = laid_out()
    empty = parse(write(ModelSpec(), KNOWN, DATA, HERE, file), "x.hlm")
    assert "level2" not in "".join(empty.lines).lower().replace("level2id", "")
    text = write(spec, KNOWN, DATA, HERE, empty)
    assert resolve(parse(text, "x.hlm"), KNOWN) == spec
    assert "+RANDOM\nlevel2:INTRCPT1=INTRCPT2+SECTOR,2+random/\nlevel2:SES=" in text


@pytest.mark.parametrize("ending", ["", "\n"])
def test_new_lines_at_the_end(ending):
    """Whether the last line is ended is left as it was."""
    file = parse(f"{HEAD}level1:{ending}", "x.hlm")
    spec = ModelSpec(settings=Settings(likelihood=Likelihood.FULL, title="T"))
    assert write(spec, KNOWN, None, HERE, file) == f"{HEAD}level1:\ntitle:T\nmlf:y{ending}"


def test_reml_with_variance_predictors_is_taken_back():
    spec = ModelSpec(settings=Settings(heterogeneous_likelihood=Likelihood.RESTRICTED))
    text = write(spec, KNOWN, None, HERE)
    assert "heterol1var:n\nheterol1likelihood:reml\n" in text
    plain = write(ModelSpec(), KNOWN, None, HERE, parse(text, "x.hlm"))
    assert plain == write(ModelSpec(), KNOWN, None, HERE)


def test_a_coefficient_whose_name_comes_to_fit_two_is_named_in_full():
    known = catalogue(["Y", "Ses", "ses"])
    file = parse(f"{HEAD}level1:Y=Ses+RANDOM\nlevel2:SES=INTRCPT2/\n", "x.hlm")
    spec = add_level1(resolve(file, known), "ses")
    text = write(spec, known, None, HERE, file)
    assert text == (f"{HEAD}level1:Y=Ses+ses+RANDOM\nlevel2:Ses=INTRCPT2/\nlevel2:ses=INTRCPT2/\n")


# ------------------------------------------------------------------------------------ data


def saved(folder: Path, data: DataFile | DataFiles | None, text: str = LAID_OUT) -> list[str]:
    """The lines that name the data, of the file above saved in `folder`."""
    file = parse(text, "x.hlm")
    lines = write(resolve(file, KNOWN), KNOWN, data, folder, file).splitlines()
    return [line for line in lines if line.lower().startswith(("#whlm", "l2fname", "level2id"))]


def test_data_are_named_as_seen_from_the_folder(tmp_path):
    files = DataFiles(tmp_path / "data" / "a b.csv", tmp_path / "data" / "2.csv", "ID")
    (tmp_path / "models").mkdir()
    assert saved(tmp_path / "models", files) == [
        "#WHLM CMD FILE FOR ../data/a b.csv",
        "l2fname:../data/2.csv",
        'Level2ID: "ID"',
    ]
    assert saved(tmp_path, files._replace(level2=None, id_name="school")) == [
        "#WHLM CMD FILE FOR data/a b.csv",
        "Level2ID: school",
    ]


def test_data_read_from_one_folder_are_found_from_another(tmp_path, monkeypatch):
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "students.csv").touch()
    monkeypatch.chdir(tmp_path / "one")
    file, spec = laid_out()
    text = write(spec, KNOWN, data_files(file, Path()), tmp_path / "two", file)
    found = data_files(parse(text, "x.hlm"), tmp_path / "two")
    assert found.level1.samefile(tmp_path / "one" / "students.csv")
    assert found.level2.resolve() == tmp_path.resolve() / "one" / "schools.csv"


@pytest.mark.skipif(os.name == "nt", reason="links need a privilege")
def test_links_on_the_way_to_the_data(tmp_path):
    """A folder's parent is its target's; a file that is a link keeps its name."""
    (tmp_path / "deep" / "models").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "deep" / "models")
    (tmp_path / "store.bin").touch()
    (tmp_path / "students.csv").symlink_to(tmp_path / "store.bin")
    files = DataFiles(tmp_path / "students.csv", None, "ID")
    assert saved(tmp_path, files)[0] == "#WHLM CMD FILE FOR students.csv"
    (first, _) = saved(tmp_path / "link", files)
    assert first == "#WHLM CMD FILE FOR ../../students.csv"
    assert (tmp_path / "link" / "../../students.csv").samefile(tmp_path / "store.bin")
    through_link = DataFiles(tmp_path / "link" / "a.csv", None, "ID")
    assert saved(tmp_path / "deep" / "models", through_link)[0] == "#WHLM CMD FILE FOR a.csv"


def test_data_on_another_drive_are_named_in_full(tmp_path, monkeypatch):
    def relpath(*_):
        raise ValueError("path is on mount 'D:', start on mount 'C:'")

    monkeypatch.setattr(os.path, "relpath", relpath)
    files = DataFiles(tmp_path / "a.csv", None, "ID")
    expected = (tmp_path.resolve() / "a.csv").as_posix()
    assert saved(tmp_path, files)[0] == f"#WHLM CMD FILE FOR {expected}"


def test_a_model_moves_between_files_and_the_example(tmp_path):
    assert saved(HERE, None) == ["#WHLM CMD FILE FOR example:hsb2"]
    text = LAID_OUT.replace("students.csv", "Example:hsb2")
    assert saved(HERE, None, text) == [
        "#WHLM CMD FILE FOR Example:hsb2",
        "l2fname:schools.csv",
        'Level2ID: "ID"',
    ]
    files = DataFiles(HERE / "a.csv", HERE / "b.csv", "ID")
    assert saved(HERE, files, HEAD + "level1:\n") == [
        "#WHLM CMD FILE FOR a.csv",
        "l2fname:b.csv",
        "level2id:ID",
    ]


def test_a_data_file_needs_the_first_line_only(tmp_path):
    data = DataFile(tmp_path / "data" / "hsb.mdmx")
    assert saved(tmp_path, data) == ["#WHLM CMD FILE FOR data/hsb.mdmx"]
    assert saved(tmp_path, data, HEAD + "level1:\n") == ["#WHLM CMD FILE FOR data/hsb.mdmx"]
    quoted = DataFile(tmp_path / "example:hsb2.mdmx")
    assert saved(tmp_path, quoted) == ['#WHLM CMD FILE FOR "example:hsb2.mdmx"']
    files = DataFiles(tmp_path / "a.sav", None, "ID")
    text = "#WHLM CMD FILE FOR hsb.mdmx\nlevel1:\n"
    assert saved(tmp_path, files, text) == ["#WHLM CMD FILE FOR a.sav", "level2id:ID"]


@pytest.mark.parametrize("name", ["hsb.mdm", "C:\\data\\HSB.mdm", "hsb.mdmx", "./hsb.mdmx"])
def test_a_line_that_means_the_data_file_is_kept(tmp_path, name):
    (tmp_path / "hsb.mdmx").touch()
    text = LAID_OUT.replace("students.csv", name)
    file = parse(text, "x.hlm")
    data = data_files(file, tmp_path)
    assert data.path.samefile(tmp_path / "hsb.mdmx")
    assert write(resolve(file, KNOWN), KNOWN, data, tmp_path, file) == text


@pytest.mark.parametrize("ending", ["\n", "\r\n", ""])
def test_a_file_that_names_no_data_gets_a_first_line(ending):
    file = parse(f"# note{ending or chr(10)}level1:{ending}", "x.hlm")
    text = write(ModelSpec(), KNOWN, DATA, HERE, file)
    end = ending or "\n"
    assert text == end.join(
        [
            "#WHLM CMD FILE FOR students.csv",
            "l2fname:schools.csv",
            "level2id:ID",
            "# note",
            f"level1:{ending}",
        ]
    )
