"""The outline of an output, and that it leaves the text alone."""

from datetime import UTC, datetime

import pytest

from estimation.analysis import run
from estimation.examples import hsb, lesson_spec
from estimation.report import Heading, failure, failure_page, render, typeset
from estimation.report.layout import WIDTH, heading, title
from estimation.report.outline import page
from estimation.spec import ModelSpec

NOW = datetime(2000, 1, 1, 12, 0, tzinfo=UTC)
RULE = "=" * WIDTH


@pytest.fixture(scope="module")
def lesson():
    return run(hsb(), lesson_spec())


def test_the_text_is_that_of_render(lesson):
    assert typeset(lesson, command_file="a.hlm", now=NOW).text == render(
        lesson, command_file="a.hlm", now=NOW
    )
    assert type(typeset(lesson, now=NOW).text) is str


def test_each_heading_stands_on_its_line(lesson):
    text, outline = typeset(lesson, now=NOW)
    lines = text.split("\n")
    assert len(outline) > 20
    for each in outline:
        assert lines[each.line].strip().removesuffix(":") == each.text
        above, below = lines[each.line - 1], lines[each.line + 1]
        assert (above, below) == (RULE, RULE) if each.level == 1 else above == ""


def test_the_parts_of_the_lesson(lesson):
    outline = typeset(lesson, now=NOW).outline
    assert [each.text for each in outline if each.level == 1] == [
        "RESULTS FOR HOMOGENEOUS SIGMA-SQUARED",
        "RESULTS FOR HETEROGENEOUS SIGMA-SQUARED",
    ]
    assert outline[0].text == "Specifications for this run"
    assert "Final estimation of fixed effects" in [each.text for each in outline]


def test_a_run_without_a_result_has_an_outline():
    arguments = ModelSpec(), "data", "It cannot be.\nTry another."
    text, outline = failure_page(*arguments, now=NOW)
    assert text == failure(*arguments, now=NOW)
    assert [each.text for each in outline] == [
        "Specifications for this run",
        "THIS MODEL WAS NOT ESTIMATED",
    ]


def test_lines_are_counted_even_where_a_name_has_a_line_feed():
    found = page(["one\ntwo", *heading("Tau"), *title("END")])
    assert found.text == f"one\ntwo\n\n Tau\n\n{RULE}\n END\n{RULE}\n"
    assert found.outline == (Heading(3, 2, "Tau"), Heading(6, 1, "END"))
