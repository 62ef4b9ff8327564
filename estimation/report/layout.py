"""Paragraphs, equations and tables within `WIDTH` columns, whatever the lengths of names."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from estimation.report.numbers import NOT_AVAILABLE, missing
from estimation.report.outline import HeadingLine

WIDTH = 98
_GAP = "  "
_NAME_AT_LEAST = 20
_HEADING_AT_MOST = 24
_FACT_AT_MOST = 72
Row = str | tuple[str, ...]


def heading(text: str) -> list[str]:
    """Return a heading with the blank line before it."""
    return ["", HeadingLine(f" {text}", 2)]


def title(text: str) -> list[str]:
    """Return a heading between rules, for a part of the output."""
    rule = "=" * WIDTH
    return ["", rule, HeadingLine(f" {text}", 1), rule]


def paragraph(text: str, indent: str = " ", hanging: str = "") -> list[str]:
    """Wrap a text; lines after the first are indented by `hanging` more."""
    return textwrap.wrap(
        text,
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )


def unavailable(values: Iterable[float | None], why: str) -> list[str]:
    """Say why some of the values are printed as n/a, if any is."""
    return paragraph(f"{NOT_AVAILABLE}: {why}.") if missing(values) else []


def equation(text: str) -> list[str]:
    """Wrap an equation."""
    return paragraph(text, "     ", "     ")


def facts(pairs: Sequence[tuple[str, str]], sign: str = "=") -> list[str]:
    """Put names and values side by side, their signs below one another."""
    width = min(max(len(name) for name, _ in pairs), _FACT_AT_MOST)
    lines = []
    for name, value in pairs:
        own_line = len(name) > width
        lines += [f"   {name}"] if own_line else []
        start = f"   {'' if own_line else name:<{width}} {sign} "
        lines += textwrap.wrap(
            value,
            WIDTH,
            initial_indent=start,
            subsequent_indent=" " * len(start),
            break_long_words=False,
            break_on_hyphens=False,
        ) or [start.rstrip()]
    return lines


def table(headings: Sequence[str], rows: Sequence[Row]) -> list[str]:
    """Set a table: the first column to the left, the others to the right.

    A heading may have several lines, and is folded when it is long; a row that is one string
    runs across.  Columns that do not fit follow in a further block; a first cell that does not
    fit takes a line of its own.
    """
    headings = [_folded(each) for each in headings]
    cells = [row for row in rows if not isinstance(row, str)]
    widths = [_width([heading, *(row[k] for row in cells)]) for k, heading in enumerate(headings)]
    lines: list[str] = []
    for block in _blocks(widths):
        lines += _block(headings, rows, widths, block)
    return lines


def _blocks(widths: Sequence[int]) -> Iterator[list[int]]:
    """Share the columns after the first among blocks that leave room for the first."""
    room = WIDTH - min(widths[0], _NAME_AT_LEAST) - 1
    block: list[int] = []
    used = 0
    for column, width in enumerate(widths[1:], 1):
        if block and used + width + len(_GAP) > room:
            yield block
            block, used = [], 0
        block.append(column)
        used += width + len(_GAP)
    yield block


def _block(
    headings: Sequence[str], rows: Sequence[Row], widths: Sequence[int], columns: Sequence[int]
) -> list[str]:
    others = sum(widths[k] + len(_GAP) for k in columns)
    first = min(widths[0], WIDTH - 1 - others)
    rule = " " + "-" * (first + others)

    def line(name: str, values: Sequence[str]) -> str:
        right = (f"{value:>{widths[k]}}" for k, value in zip(columns, values, strict=True))
        return _GAP.join([f" {name:<{first}}", *right]).rstrip()

    lines = [rule, *(line(each[0], each[1:]) for each in _heading_rows(headings, columns)), rule]
    for row in rows:
        if isinstance(row, str):
            lines.append(f" {row}")
            continue
        name = row[0]
        if len(name) > first:
            lines.append(f" {name}")
            name = ""
        lines.append(line(name, [row[k] for k in columns]))
    return [*lines, rule]


def _folded(text: str) -> str:
    return "\n".join(
        line for part in text.split("\n") for line in textwrap.wrap(part, _HEADING_AT_MOST) or [""]
    )


def _heading_rows(headings: Sequence[str], columns: Sequence[int]) -> list[tuple[str, ...]]:
    parts = [headings[k].split("\n") for k in (0, *columns)]
    height = max(map(len, parts))
    padded = [[*[""] * (height - len(each)), *each] for each in parts]
    return list(zip(*padded, strict=True))


def _width(cells: Sequence[str]) -> int:
    return max(len(line) for cell in cells for line in cell.split("\n"))
