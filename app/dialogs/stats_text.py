"""Descriptive statistics as text: aligned, with tabs, as HTML and as CSV."""

import csv
from collections.abc import Iterable, Sequence
from html import escape
from io import StringIO

from app.widgets.numbers import short
from estimation.spec import Variable

Levels = tuple[Sequence[Variable], Sequence[Variable]]
HEADS = ("Variable", "Label", "N", "Missing", "Mean", "SD", "Minimum", "Maximum")
# The columns of texts stand first, those of numbers after them.
N_TEXTS = 2
_GAP = "  "


def cells(variable: Variable) -> tuple[str, ...]:
    """Write a variable's statistics with six significant digits; empty where there are none."""
    numbers = (variable.mean, variable.sd, variable.minimum, variable.maximum)
    counts = (str(variable.n), str(variable.n_missing))
    texts = (variable.name, variable.label)
    return (*texts, *counts, *("" if each is None else short(each) for each in numbers))


def aligned(texts: Sequence[str], digit: str = " ", point: str = " ") -> list[str]:
    """Fill numbers up to the right, so that their points come to stand below each other.

    `digit` and `point` are blanks as wide as these.
    """
    fractions = [text.partition(".")[2] for text in texts]
    longest = max(map(len, fractions), default=0)
    return [
        text + (point if longest and not fraction else "") + digit * (longest - len(fraction))
        for text, fraction in zip(texts, fractions, strict=True)
    ]


def as_text(title: str, levels: Levels) -> str:
    """Write tables as HLM does, each under its heading."""
    lines = [title] if title else []
    for level, variables in enumerate(levels, 1):
        if variables:
            lines += ["", f"LEVEL-{level} DESCRIPTIVE STATISTICS", "", *_table(variables)]
    return "\n".join(lines) + "\n"


def as_tabs(levels: Levels) -> str:
    """Write a table for spreadsheets, with tabs between the cells."""
    return "".join("\t".join(map(_one_line, row)) + "\n" for row in _rows(levels))


def as_html(levels: Levels) -> str:
    """Write a table for word processors."""
    heads, *rows = _rows(levels)
    first = "".join(f"<th>{escape(each)}</th>" for each in heads)
    others = ("".join(f"<td>{escape(each)}</td>" for each in row) for row in rows)
    return "<table>" + "".join(f"<tr>{row}</tr>" for row in (first, *others)) + "</table>"


def as_csv(levels: Levels) -> str:
    """Write a table with all digits."""
    file = StringIO()
    writer = csv.writer(file)
    writer.writerow(["Level", *HEADS])
    for level, variables in enumerate(levels, 1):
        for each in variables:
            numbers = (each.mean, each.sd, each.minimum, each.maximum)
            row = [level, each.name, each.label, each.n, each.n_missing]
            writer.writerow([*row, *("" if number is None else number for number in numbers)])
    return file.getvalue()


def _rows(levels: Levels) -> Iterable[tuple[str, ...]]:
    yield ("Level", *HEADS)
    for level, variables in enumerate(levels, 1):
        for each in variables:
            yield str(level), *(text.replace("−", "-") for text in cells(each))


def _table(variables: Sequence[Variable]) -> list[str]:
    rows = [tuple(text.replace("−", "-") for text in cells(each)) for each in variables]
    columns = [list(each) for each in zip(*rows, strict=True)]
    columns = [each if k < N_TEXTS else aligned(each) for k, each in enumerate(columns)]
    widths = [max(map(len, [head, *column])) for head, column in zip(HEADS, columns, strict=True)]
    rule = "-" * (sum(widths) + len(_GAP) * (len(widths) - 1))
    body = (map(_one_line, row) for row in zip(*columns, strict=True))
    lines = (_GAP.join(_set(row, widths)).rstrip() for row in (HEADS, *body))
    head, *others = lines
    return [head, rule, *others]


def _set(texts: Iterable[str], widths: Sequence[int]) -> Iterable[str]:
    for k, (text, width) in enumerate(zip(texts, widths, strict=True)):
        yield f"{text:<{width}}" if k < N_TEXTS else f"{text:>{width}}"


def _one_line(text: str) -> str:
    return " ".join(text.replace("\t", " ").splitlines()) if text.strip() else text
