"""What is entered to make a data file, and what follows from it: without widgets, without files."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from app.model import making
from app.model.making import Draft, Fact, FileRead, Found
from app.model.making_words import advice, details, missing_list, missing_words, summary
from estimation.data.make import Stamp
from estimation.data.recipe import Missing, Recipe, Source, TextFormat
from estimation.data.report import Entry, Finding, JoinReport
from estimation.data.steps import GroupMean
from estimation.data.table import Field, Kind
from estimation.spec.catalogue import Structure

ONE, TWO = Source(Path("/data/hsb1.sav")), Source(Path("/data/hsb2.sav"))


def file(name, *facts, sheets=(), n_rows=6):
    """A file read: names of variables, or facts."""
    known = [each if isinstance(each, Fact) else Fact(Field(each), "0 to 1", 0) for each in facts]
    table = SimpleNamespace(file=name, n_rows=n_rows)
    source = Source(Path("/data") / name)
    return FileRead(source, "SPSS", sheets, table, Stamp(name, 1, 1, ""), tuple(known))


TEXT = Fact(Field("TOWN", Kind.TEXT), "Ulm", 0, "it is text")
HOLES = Fact(Field("SES"), "0 to 1", 3)
LEVEL1, LEVEL2 = file("hsb1.sav", "ID", HOLES, "Y", TEXT), file("hsb2.sav", "SCHOOL", "W")
BOTH = Found(LEVEL1, LEVEL2, "ID", "SCHOOL")
ALONE = Found(file("hsb.sav", "ID", "W", "X", "Y"), None, "ID", "ID", frozenset({"ID", "W"}))


# -------------------------------------------------------------------------------- what is entered


def test_the_name_is_that_of_the_level1_file_until_one_is_entered():
    draft = making.with_file(Draft(), 1, Path("/data/hsb1.sav"))
    assert draft.target == "hsb1.mdmx"
    assert making.target_path(draft) == Path("/data/hsb1.mdmx")
    assert making.with_file(draft, 1, Path("/data/other.csv")).target == "other.mdmx"
    entered = replace(draft, target="mine")
    assert making.with_file(entered, 1, Path("/data/other.csv")).target == "mine"
    assert making.target_path(entered) == Path("/data/mine.mdmx")


def test_hlms_ending_becomes_ours():
    assert making.target_path(Draft(level1=ONE, target="hsb.mdm")) == Path("/data/hsb.mdmx")


def test_a_file_of_the_same_name_is_the_same_file_elsewhere():
    draft = Draft(ONE, TWO, id1="ID", variables1=("SES",))
    moved = making.with_file(draft, 1, Path("/else/hsb1.sav"))
    assert (moved.id1, moved.variables1) == ("ID", ("SES",))
    assert moved.level1.path == Path("/else/hsb1.sav")
    other = making.with_file(draft, 1, Path("/data/students.sav"))
    assert (other.id1, other.variables1) == ("", None)
    assert other.level2 is None  # a user had lost most rows to that of the file before


def test_exchanged_files_take_their_choices_along():
    draft = replace(making.with_file(Draft(), 1, TWO.path), level2=ONE, id1="S", variables2=("Y",))
    found = making.exchanged(draft)
    assert (found.level1, found.level2) == (ONE, TWO)
    assert (found.id2, found.variables1) == ("S", ("Y",))
    assert found.target == "hsb1.mdmx"
    assert making.exchanged(Draft(level1=ONE)) == Draft(level1=ONE)


def test_one_file_for_both_levels_has_one_id():
    draft = making.with_choice(Draft(level1=ONE), 2, "SCHOOL", ("W",))
    assert (draft.id1, draft.id2, draft.variables2) == ("SCHOOL", "SCHOOL", ("W",))
    two = making.with_choice(Draft(ONE, TWO), 2, "SCHOOL", ("W",))
    assert (two.id1, two.id2) == ("", "SCHOOL")


def test_another_sheet_of_a_workbook_is_level_2():
    book = Source(Path("/data/hsb.xlsx"))
    draft = making.with_file(Draft(level1=book), 2, book.path)
    assert making.with_other_sheet(draft, ("Students", "Schools")).level2.sheet == "Schools"
    second = replace(draft, level1=replace(book, sheet="Schools"))
    assert making.with_other_sheet(second, ("Students", "Schools")).level2.sheet == "Students"
    assert making.with_other_sheet(draft, ("Students",)) == draft
    assert making.with_other_sheet(draft, ()) == draft


def test_taking_level_2_from_the_level1_file():
    draft = making.without_level2(Draft(ONE, TWO, id2="S", variables2=("W",)))
    assert draft == Draft(level1=ONE)


# ------------------------------------------------------------------------------- recipes and back


RECIPE = Recipe(
    ONE,
    TWO,
    "ID",
    "SCHOOL",
    ("SES",),
    ("W",),
    Structure.MEASURES_IN_PERSONS,
    Missing.AT_MAKING,
    (GroupMean("SES", "MEANSES"),),
)


def test_a_recipe_comes_back_as_it_was():
    draft = making.draft_of(RECIPE, Path("/data/hsb.mdmx"))
    assert draft.target == "hsb.mdmx"
    assert making.recipe_of(draft, BOTH) == RECIPE


def test_a_recipe_without_variables_means_all_columns_texts_too():
    draft = making.draft_of(replace(RECIPE, variables1=None, variables2=None), None)
    assert making.chosen(draft, BOTH, 1) == ("SES", "Y", "TOWN")
    alone = making.draft_of(Recipe(ONE, id1="ID"), None)
    assert making.chosen(alone, ALONE, 1) == ("W", "X", "Y")
    assert making.chosen(alone, ALONE, 2) == ("W",)


def test_a_recipe_keeps_a_variable_that_is_gone_so_that_it_is_told():
    given = making.draft_of(replace(RECIPE, variables1=("GONE", "Y")), None)
    assert making.recipe_of(given, BOTH).variables1 == ("GONE", "Y")
    edited = making.with_file(given, 1, ONE.path)
    assert making.recipe_of(edited, BOTH).variables1 == ("SES", "Y")


def test_all_that_models_can_use_is_chosen_at_first():
    draft = Draft(ONE, TWO)
    assert making.chosen(draft, BOTH, 1) == ("SES", "Y")
    assert making.chosen(draft, BOTH, 2) == ("W",)


def test_one_file_is_parted_by_what_varies_within_units():
    assert making.chosen(Draft(ONE), ALONE, 1) == ("X", "Y")
    assert making.chosen(Draft(ONE), ALONE, 2) == ("W",)
    constant = replace(ALONE, fixed=frozenset("WXY"))
    assert making.chosen(Draft(ONE), constant, 1) == ("W", "X", "Y")


def test_the_id_is_never_a_variable():
    assert making.chosen(Draft(ONE, TWO, variables1=("ID", "Y")), BOTH, 1) == ("Y",)


# --------------------------------------------------------------------------------- missing values


def test_missing_data_is_answered_by_what_is_found_until_somebody_answers():
    assert making.missing_choice(Draft(ONE, TWO), BOTH) is Missing.AT_RUNNING
    assert making.missing_choice(Draft(ONE, TWO, variables1=("Y",)), BOTH) is Missing.NONE
    assert making.missing_choice(Draft(), None) is Missing.NONE
    answered = Draft(ONE, TWO, missing=Missing.NONE)
    assert making.missing_choice(answered, BOTH) is Missing.NONE


def test_missing_values_are_counted_in_words():
    draft = Draft(ONE, TWO)
    assert missing_words(draft, BOTH) == "found in 1 variable"
    assert missing_list(draft, BOTH) == "SES: 3 missing"
    assert missing_words(draft, ALONE) == "none found"
    assert missing_words(draft, None) == missing_list(draft, None) == ""
    many = Found(file("a.sav", *[Fact(Field(f"V{k}"), "", 1) for k in range(30)]), LEVEL2)
    lines = missing_list(draft, many).splitlines()
    assert len(lines) == 21
    assert lines[-1] == "and 10 more"


# ----------------------------------------------------------------------------------- what is said


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("", "no name"),
        ("  ", "no name"),
        (".mdmx", "only an ending"),
        ("a\nb", "line break"),
        ("no/such/folder/a.mdmx", "no folder"),
        ("folder.mdmx", "is a folder"),
        ("source.mdmx", "data come from"),
        ("good", ""),
    ],
)
def test_names_that_cannot_be_are_told(tmp_path, target, words):
    (tmp_path / "folder.mdmx").mkdir()
    draft = Draft(level1=Source(tmp_path / "source.mdmx"), target=target)
    fault = making.target_fault(draft)
    assert (words in fault) if words else not fault


def test_a_file_in_another_folder_is_named_with_it(tmp_path):
    draft = making.with_target(Draft(level1=ONE), tmp_path / "x.mdmx")
    assert draft.target == str(tmp_path / "x.mdmx")
    assert making.with_target(Draft(level1=ONE), Path("/data/x.mdmx")).target == "x.mdmx"


def test_an_id_that_is_not_known_is_asked_for():
    assert "hsb1.sav and hsb2.sav" in making.obstacle(replace(BOTH, id1="", id2=""))
    assert "Which column of hsb2.sav" in making.obstacle(replace(BOTH, id2=""))
    assert "level-2 units of hsb.sav" in making.obstacle(replace(ALONE, id1="", id2=""))
    assert making.obstacle(BOTH) == making.obstacle(ALONE) == ""


def test_what_was_read_of_a_file():
    draft = Draft(ONE, TWO)
    assert details(draft, BOTH, 1, LEVEL1) == (
        "SPSS  ·  6 rows  ·  ID: ID  ·  2 of 3 variables in the MDM"
    )
    assert "ID: not chosen" in details(draft, replace(BOTH, id2=""), 2, LEVEL2)
    assert details(Draft(), None, 1, None) == ""


COUNTS = Entry(Finding.COUNTS, "6 rows in 2 units, 3 rows a unit.")


def test_the_summary_says_what_is_lost():
    assert summary(JoinReport((COUNTS,))) == "6 rows in 2 units, 3 rows a unit. Nothing is lost."
    lost = [Entry(Finding.FILE, f"Note {k}.", loses=True) for k in range(6)]
    lines = summary(JoinReport((COUNTS, *lost))).splitlines()
    assert lines[:2] == [COUNTS.message, "•  Note 0."]
    assert lines[-1] == "•  2 more findings: see the join report."
    single = Entry(Finding.SINGLE, "1 unit with one row only.")
    assert summary(JoinReport((COUNTS, single))).endswith("Nothing is lost.")


def test_advice_where_level_2_has_no_variables():
    assert advice(Draft(ONE), ALONE) == ""
    assert "another file" in advice(Draft(ONE), replace(ALONE, fixed=frozenset()))
    book = Found(file("a.xlsx", "ID", "Y", sheets=("A", "B")), None, "ID", "ID")
    assert "another sheet of a.xlsx" in advice(Draft(ONE), book)
    assert advice(Draft(ONE, TWO, variables2=()), BOTH) == ""


def test_another_level1_file_begins_anew():
    draft = Draft(ONE, TWO, variables2=("W",), missing=Missing.AT_MAKING)
    other = making.with_file(draft, 1, Path("other.csv").absolute())
    assert (other.level2, other.variables2, other.missing) == (None, None, None)
    first = making.with_file(Draft(level2=TWO), 1, Path("one.csv").absolute())
    assert first.level2 == TWO


def test_what_is_worth_keeping():
    assert not making.worth_keeping(Draft(ONE, TWO, target="hsb.mdmx"))
    assert making.worth_keeping(Draft(ONE, TWO, variables1=("Y",)))
    assert making.worth_keeping(Draft(ONE, structure=Structure.MEASURES_IN_PERSONS))
    assert making.worth_keeping(making.draft_of(RECIPE, None))
    assert making.worth_keeping(Draft(replace(ONE, text=TextFormat(separator=";"))))
