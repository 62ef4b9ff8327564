"""What the beginning of a text file tells: encoding, separator, decimal mark, names."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from estimation.data.recipe import TextFormat
from estimation.data.sources.names import all_numbers, numbered
from estimation.errors import DataError

# So much of a file is looked at: room for a line of 2000 names of 200 letters.
SAMPLE = 1 << 20
SHOWN = 50
BLANKS = " \t\r\n,;|\x1a"
_RECORDS = 200
_SEPARATORS = "\t;|,"
# What to try when a file is not written in the encoding that its beginning is.
NEXT_ENCODING = {"utf-8": "cp1252", "utf-8-sig": "cp1252", "cp1252": "latin-1"}
_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_DECIMAL = {
    mark: re.compile(rf"\s*[+-]?\d*{re.escape(mark)}\d+([eE][+-]?\d+)?\s*") for mark in ".,"
}
_WITH_COMMA = re.compile(r"[+-]?(\d+|\d*,\d+)([eE][+-]?\d+)?")
_TOLD = re.compile(r"sep=(.)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Sniffed:
    """How a text file is to be read: `text` has everything found out.

    `name_line` is the number of the line with the names (0: none), `skip` how many lines stand
    before the data; `rows` are the first rows.  `quoted` tells whether quotation marks were seen,
    `untidy` whether the text must be tidied before Arrow can read it; `sample` is its beginning.
    """

    text: TextFormat
    names: tuple[str, ...]
    name_line: int
    skip: int
    rows: tuple[tuple[str, ...], ...]
    quoted: bool
    untidy: bool
    longest: int
    sample: str


def sniff(path: Path, given: TextFormat) -> Sniffed:
    """Find out how a file of separated values is to be read; what is `given` stands."""
    text, encoding = beginning(path, given.encoding)
    line, body = _first_line(path, text)
    told = _TOLD.fullmatch(body[: body.find("\n") + 1])
    separator = given.separator or (told[1] if told else None)
    if told:
        line, body = line + 1, body[body.find("\n") + 1 :]
    separator = separator or _separator(body)
    records = _beginning(body, separator)
    if not records:
        raise DataError(_empty(path))
    header = given.header if given.header is not None else not all_numbers(records[0][1])
    names = tuple(each.strip() for each in records[0][1])
    rows = [cells for _, cells in records[int(header) :] if any(each.strip() for each in cells)]
    if header and not rows and any("\n" in name or "\r" in name for name in names):
        raise DataError(never_closed(path, line))
    decimal = given.decimal or _decimal(separator, rows)
    return Sniffed(
        TextFormat(separator, decimal, encoding, header),
        names if header else numbered(len(names)),
        line if header else 0,
        line - 1 + (records[0][0] if header else 0),
        tuple(tuple(cells) for cells in rows[:SHOWN]),
        '"' in text,
        separator == " " or tidied(text, separator) != text,
        max(map(len, text.splitlines())),
        text,
    )


def beginning(path: Path, encoding: str | None) -> tuple[str, str]:
    """Return the beginning of a file as text, in whole lines, and its encoding."""
    with path.open("rb") as file:
        sample = file.read(SAMPLE)
        whole = not file.read(1)
    encoding = encoding or encoding_of(sample)
    try:
        decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    except LookupError as error:
        raise DataError(
            f"{path} cannot be read in the encoding {encoding}, which is not known. "
            "Choose another one, such as utf-8 or cp1252."
        ) from error
    text = decoder.decode(sample, final=whole)
    end = max(text.rfind("\n"), text.rfind("\r")) + 1
    return (text if whole or not end else text[:end]).removeprefix("\ufeff"), encoding


def encoding_of(sample: bytes) -> str:
    """Tell UTF-8 and UTF-16, marked or not, and otherwise suppose Windows-1252."""
    for mark, encoding in _MARKS.items():
        if sample.startswith(mark):
            return encoding
    if sample[1::2].count(0) * 3 > len(sample[1::2]):
        return "utf-16-le"
    if sample[::2].count(0) * 3 > len(sample[::2]):
        return "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return _western(sample)
    return "utf-8"


def _western(sample: bytes) -> str:
    try:
        sample.decode("cp1252")
    except UnicodeDecodeError:
        return "latin-1"
    return "cp1252"


def _first_line(path: Path, text: str) -> tuple[int, str]:
    """Return the number of the first line that holds something, and the text from there on."""
    start = 0
    for number, line in enumerate(io.StringIO(text, newline=""), 1):
        if line.strip(BLANKS):
            return number, text[start:]
        start += len(line)
    raise DataError(_empty(path))


def never_closed(path: Path, line: int) -> str:
    """Say where a quotation mark is opened that is never closed."""
    return (
        f"{path}, line {line}: a quotation mark is opened and never closed. "
        "Close it, or take it out."
    )


def _empty(path: Path) -> str:
    return f"{path} is empty. It must hold a line of variable names, then the data."


def _records(body: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each record, and the number of the line of `body` in which it ends."""
    reader = csv.reader(io.StringIO(tidied(body, separator), newline=""), delimiter=separator)
    try:
        for cells in reader:
            if cells:
                yield reader.line_num, cells
    except csv.Error:  # a quotation mark never closed, which is said when the file is read
        return


def tidied(text: str, separator: str) -> str:
    """Put one blank where any number of them separate values, and none before quoted values."""
    if separator != " ":
        return re.sub(rf'{re.escape(separator)} +"', f'{separator}"', text) if '"' in text else text
    text = re.sub(r"(?m)^[ \t]+|[ \t]+$", "", text.replace("\r\n", "\n").replace("\r", "\n"))
    if '"' not in text:
        return re.sub(r"[ \t]+", " ", text)
    return re.sub(r'"[^"\n]*"|[ \t]+', lambda found: found[0] if found[0][0] == '"' else " ", text)


def _separator(body: str) -> str:
    """Choose what divides all lines into the same number of values, else the first line."""
    if _decimals_between_blanks(body):
        return " "
    for separator in _SEPARATORS:
        if _divides(body, separator):
            return separator
    first = next(io.StringIO(body))
    best = max(",;\t|", key=first.count)
    if best in first and not (best == "," and _divides(body, " ")):
        return best
    return " " if all(len(cells) > 1 for _, cells in _beginning(body, " ")) else ","


def _beginning(body: str, separator: str) -> list[tuple[int, list[str]]]:
    return list(islice(_records(body, separator), _RECORDS))


def _decimals_between_blanks(body: str) -> bool:
    """Tell "1 2,5" from two values that a comma separates."""
    cells = [each for _, cells in _beginning(body, " ") for each in cells]
    return _divides(body, " ") and all(map(_WITH_COMMA.fullmatch, cells))


def _divides(body: str, separator: str) -> bool:
    counts = [
        len(cells)
        for _, cells in _beginning(body, separator)
        if any(each.strip(BLANKS) for each in cells)
    ]
    common, times = Counter(counts).most_common(1)[0] if counts else (0, 0)
    return common > 1 and counts[0] == common and times >= 0.9 * len(counts)


def _decimal(separator: str, rows: list[list[str]]) -> str:
    if separator == ",":
        return "."
    cells = [cell for row in rows for cell in row]
    commas, points = (sum(bool(_DECIMAL[mark].fullmatch(cell)) for cell in cells) for mark in ",.")
    return "," if commas > points else "."
