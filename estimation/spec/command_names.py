"""Names, texts and numbers in a command file.

Names and texts are bare, or in double quotes where a bare one would be misread.  As in CSV, a
quotation mark opens a quoted name only where the name begins, and is doubled inside.
"""

import re
from collections.abc import Callable
from typing import TypeVar

from estimation.errors import SpecError
from estimation.spec.model import INTRCPT1, INTRCPT2

_T = TypeVar("_T")

NEUTRAL = {"", "n", "no", "none", "computed"}
LEVEL2 = "@2"  # behind a predictor of level-1 variance
_LONG = 1e15  # from here on Python writes an exponent, too
_MARKS = frozenset('=+,/"')
_SPAN = re.compile(r'(?:^|(?<=[=+,/]))\s*"[^"]*(?:""[^"]*)*"')
_QUOTED = re.compile(r'"((?:[^"]|"")*)"')
_UNWRITABLE = re.compile(r"[\r\n\0\ud800-\udfff]")


def split(text: str, mark: str, limit: int = -1) -> list[str]:
    """Split at a mark, but not inside quotes."""
    blanked = _SPAN.sub(lambda found: "\0" * len(found[0]), text)
    pieces, start = [], 0
    for piece in blanked.split(mark, limit):
        pieces.append(text[start : start + len(piece)])
        start += len(piece) + len(mark)
    return pieces


def unquoted(text: str) -> str | None:
    """Return what stands between the quotes; None if the text is not quoted as a whole."""
    found = _QUOTED.fullmatch(text)
    return found[1].replace('""', '"') if found else None


def read_name(text: str, where: str) -> str:
    """Return the name that stands in an equation or a list; raises SpecError at stray quotes."""
    literal = unquoted(text)
    if literal is not None:
        return literal
    if text.startswith('"'):
        raise SpecError(
            f"{where}: the quotation marks of {text} do not match. Put one at either end of the "
            "name, and double those inside."
        )
    return upper_intercept(text)


def read_items(text: str, where: str, read: Callable[[str, str], _T]) -> tuple[_T, ...]:
    """Read what stands between commas, each thing once."""
    pieces = [each.strip() for each in split(text, ",")]
    if "" in pieces:
        raise SpecError(f"{where}: a name is missing. Separate the names by single commas.")
    items = tuple(read(each, where) for each in pieces)
    repeated = next(
        (each for each, item in zip(pieces, items, strict=True) if items.count(item) > 1), None
    )
    if repeated is not None:
        raise SpecError(f"{where}: {repeated} stands twice. Delete one of the two.")
    return items


def read_text_value(text: str) -> str:
    """Return a free text, which is quoted only if it is so as a whole."""
    literal = unquoted(text)
    return text if literal is None else literal


def upper_intercept(name: str) -> str:
    """Write INTRCPT1 and INTRCPT2 in capitals."""
    return name.upper() if name.upper() in {INTRCPT1, INTRCPT2} else name


def term_name(name: str) -> str:
    """Write a name as it stands in an equation."""
    bare = name.lower() != "random" and upper_intercept(name) == name
    return _writable(name) if bare and _is_plain(name) else _quote(name)


def listed_name(name: str) -> str:
    """Write a name as it stands in `heterol1var:`."""
    bare = name.lower() not in NEUTRAL and not name.endswith(LEVEL2)
    return term_name(name) if bare else _quote(name)


def text_value(text: str) -> str:
    """Write a free text, as a title or the name of a file."""
    bare = text and text == text.strip() and unquoted(text) is None
    return _writable(text) if bare else _quote(text)


def listed_text(text: str) -> str:
    """Write a free text, as the name of a file, that stands between commas."""
    bare = text.lower() not in NEUTRAL and text == text.strip() and not {",", '"'} & set(text)
    return _writable(text) if bare else _quote(text)


def decimal(value: float, digits: int = 0) -> str:
    """Write a number with so many decimals, unless that would round it, or be very long."""
    text = f"{value:.{digits}f}"
    return text if float(text) == value and abs(value) < _LONG else repr(float(value))


def quoted_text(text: str) -> str:
    """Write a free text in quotes whatever it is."""
    return _quote(text)


def _is_plain(name: str) -> bool:
    return bool(name) and name == name.strip() and _MARKS.isdisjoint(name)


def _quote(text: str) -> str:
    return '"' + _writable(text).replace('"', '""') + '"'


def _writable(text: str) -> str:
    if _UNWRITABLE.search(text):
        raise SpecError(
            f"{text!r} cannot stand in a command file or a template: it has a line break, or a "
            "character that is none of a text. Take that out of the name."
        )
    return text
