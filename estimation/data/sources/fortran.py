"""Fortran formats such as (A4,4F12.3): which columns of a line are which values."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from estimation.errors import DataError

_TOKEN = re.compile(
    r"\s*(?:(?P<repeat>\d+)\s*)?"
    r"(?:(?P<open>\()|(?P<close>\))|(?P<comma>,)|(?P<slash>/)"
    r"|(?P<tab>T[LR]?)\s*(?P<column>\d+)"
    r"|(?P<skip>X)"
    r"|(?P<kind>[AFIEDG])\s*(?P<width>\d+)(?:\.(?P<decimals>\d+))?(?:E\d+)?)",
    re.IGNORECASE,
)
_EXAMPLE = "A format reads like (A4,4F12.3): an ID of 4 characters, then 4 numbers of 12."
_MOST = 100_000


@dataclass(frozen=True)
class Cut:
    """One value: `line` of its row, columns start to stop of it, A F or I, implied decimals."""

    line: int
    start: int
    stop: int
    kind: str
    decimals: int


def cuts_of(format_: str) -> tuple[Cut, ...]:
    """Read a Fortran format: A, F, I, E, D, G, nX, Tn, TLn, TRn, /, repeats and groups."""
    text = format_.strip()
    if not text.startswith("("):
        text = f"({text})"
    tokens = list(_tokens(text))
    end = tokens[-1].end() if tokens else 0
    if end < len(text):
        raise DataError(f"The format {format_} cannot be read at {text[end:]!r}. {_EXAMPLE}")
    rest = iter(tokens[1:])
    try:
        cuts = tuple(_cuts(_group(rest)))
    except _FormatError as error:
        raise DataError(f"The format {format_} {error}. {_EXAMPLE}") from error
    if next(rest, None):
        raise DataError(f"The format {format_} closes a bracket too many. {_EXAMPLE}")
    if not cuts:
        raise DataError(f"The format {format_} has no values. {_EXAMPLE}")
    return cuts


class _FormatError(Exception):
    pass


def _tokens(text: str) -> Iterator[re.Match[str]]:
    position = 0
    while found := _TOKEN.match(text, position):
        yield found
        position = found.end()


def _group(tokens: Iterator[re.Match[str]]) -> list[re.Match[str]]:
    """Return the tokens up to the bracket that closes, with the groups among them repeated."""
    found: list[re.Match[str]] = []
    for token in tokens:
        if token["close"]:
            return found
        repeat = int(token["repeat"] or 1)
        group = _group(tokens) if token["open"] else []
        if max(len(group), 1) * repeat > _MOST:
            raise _FormatError(f"has more than {_MOST:,} values")
        found += group * repeat if token["open"] else [token]
    raise _FormatError("leaves a bracket open")


def _cuts(tokens: list[re.Match[str]]) -> Iterator[Cut]:
    line = column = 0
    for token in tokens:
        repeat = int(token["repeat"] or 1)
        if token["slash"]:
            line, column = line + repeat, 0
        elif token["tab"]:
            column = _tabbed(token["tab"].upper(), int(token["column"]), column)
        elif token["skip"]:
            column += repeat
        elif token["kind"]:
            kind, width = token["kind"].upper(), int(token["width"])
            for _ in range(repeat):
                decimals = 0 if kind in "AI" else int(token["decimals"] or 0)
                yield Cut(line, column, column + width, kind if kind in "AI" else "F", decimals)
                column += width


def _tabbed(tab: str, by: int, column: int) -> int:
    if tab == "T":
        return by - 1
    return max(column - by, 0) if tab == "TL" else column + by
