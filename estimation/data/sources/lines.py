"""Where in a text file something stands, and what is wrong with its lines; by Python's reader."""

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import chain
from pathlib import Path
from typing import TextIO

from estimation.data.report import some
from estimation.data.sources.sniff import BLANKS, Sniffed, never_closed, tidied
from estimation.data.sources.watching import Halt, Stream

# A line after the last one: it becomes part of a value whose quotation mark is not closed.
_END = "\x1aend"
_SHOWN = 10


def lines_of(
    path: Path, found: Sniffed, encoding: str, rows: Iterable[int], halt: Halt
) -> dict[int, int]:
    """Return the number of the line in which each of some rows begins."""
    wanted = set(rows)
    lines: dict[int, int] = {}
    expected = len(found.names)
    records = (each for each in _records(path, found, encoding, halt) if each[1] == expected)
    for row, (line, _) in enumerate(records):
        if row in wanted:
            lines[row] = line
            if len(lines) == len(wanted):
                break
    return lines


def malformed(
    path: Path, found: Sniffed, encoding: str, halt: Halt, *, quotes_only: bool = False
) -> str:
    """Say which lines have too many or too few values, or which quotation mark stays open."""
    expected = len(found.names)
    wrong: list[tuple[int, int]] = []
    try:
        for line, count in _records(path, found, encoding, halt):
            if count not in {0, expected}:
                wrong.append((line, count))
            if len(wrong) > _SHOWN and not quotes_only:
                break
    except _NeverClosedError as error:
        return never_closed(path, error.line)
    if quotes_only:
        return ""
    return _ragged(path, found, wrong) if wrong else _unknown(path)


def _ragged(path: Path, found: Sniffed, wrong: list[tuple[int, int]]) -> str:
    line, count = wrong[0]
    expected = len(found.names)
    than = "more" if count > expected else "fewer"
    where = f"names in line {found.name_line}" if found.name_line else "in the first line"
    words = f"{path}, line {line}: there are {than} values than the {expected} {where}: {count}"
    others = [str(each) for each, _ in wrong[1:]]
    if others:
        words += f"; the number is wrong in line {some(others[: _SHOWN - 1])}, too"
    return f"{words}. Check the separators, and put a text that contains one into quotes."


def _unknown(path: Path) -> str:
    return (
        f"{path} cannot be read as a table of values. Check the separator and the encoding, "
        "or open it in a spreadsheet and save it as CSV."
    )


class _NeverClosedError(Exception):
    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


def _records(path: Path, found: Sniffed, encoding: str, halt: Halt) -> Iterator[tuple[int, int]]:
    """Yield line and number of values of each record; the number is 0 where all are blank.

    A record of as many blanks as there are names is a row, though.
    """
    with closing(_text(path, found, encoding, halt)) as text:
        for _ in range(found.skip):
            text.readline()
        reader = csv.reader(chain(text, [_END]), delimiter=found.text.separator or ",")
        line = found.skip + 1
        try:
            for cells in reader:
                if cells == [_END]:
                    return
                if cells and cells[-1].endswith(_END):
                    break
                full = len(cells) == len(found.names) or any(map(_filled, cells))
                yield line, len(cells) if full else 0
                line = found.skip + reader.line_num + 1
        except csv.Error as error:  # a value that is far too long
            raise _NeverClosedError(line) from error
        raise _NeverClosedError(line)


def _filled(cell: str) -> bool:
    return bool(cell.strip(BLANKS))


def _text(path: Path, found: Sniffed, encoding: str, halt: Halt) -> TextIO:
    stream = io.BufferedReader(Stream(path, halt), 1 << 20)
    text = io.TextIOWrapper(stream, encoding, errors="replace", newline="")
    if not found.untidy:
        return text
    with text:
        return io.StringIO(tidied(text.read(), found.text.separator or " "), newline="")
