"""What the command line shows: text on standard output, messages and progress on standard error.

Either stream may be None (a program for Windows without a console), closed or full.
"""

import codecs
import os
import sys
import unicodedata
from io import TextIOWrapper
from typing import TextIO

from estimation.progress import Progress, Reading

_SPELLED_OUT = "levelwise.spell-out"
_WIDTH = 79


def show(text: str) -> None:
    """Print on standard output; raises OSError when it is closed or full."""
    if sys.stdout is not None:
        sys.stdout.write(text)
        sys.stdout.flush()


def say(message: str) -> None:
    """Print a message on standard error."""
    if sys.stderr is not None:
        sys.stderr.write(f"levelwise: {message}\n")


def spell_out_the_unprintable() -> None:
    """Let a console without Greek letters show beta for β instead of ending in an error."""
    codecs.register_error(_SPELLED_OUT, _spell_out)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors=_SPELLED_OUT)


def abandon_output() -> None:
    """Send what is left of standard output nowhere, so that the program can end quietly."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


class ProgressLine:
    """Observer of a run, or of the making of data, that keeps one line on a terminal up to date."""

    def __init__(self, *, quiet: bool) -> None:
        terminal = sys.stderr is not None and sys.stderr.isatty()
        self._stream: TextIO | None = sys.stderr if terminal and not quiet else None

    def __call__(self, event: Progress | Reading) -> None:
        """Show stage, iteration and -2 log L; or what is done with data, and what share of it."""
        if isinstance(event, Reading):
            share = "" if event.share is None else f": {event.share:.0%}"
            self._write(f"{event.words}{share}")
            return
        at = f": {event.iteration} of {event.total}" if event.total else ""
        if event.m2ll is not None:
            at = f": iteration {event.iteration}, -2 log L {event.m2ll:.6f}"
        part = f"{event.part}: " if event.part else ""
        self._write(f"{part}{event.stage}{at}")

    def clear(self) -> None:
        """Take the line away."""
        self._write("")

    def tell(self, message: str) -> None:
        """Put a message in place of the line; what follows stands below."""
        self.clear()
        if self._stream:
            self._stream.write(f"\r{message}\n")
            self._stream.flush()

    def _write(self, text: str) -> None:
        if self._stream:
            self._stream.write(f"\r{text[:_WIDTH]:<{_WIDTH}}\r{text[:_WIDTH]}")
            self._stream.flush()


def _spell_out(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_name, error.object[error.start : error.end])), error.end


def _name(letter: str) -> str:
    """Return "beta" for β, "2" for ², "-" for a minus sign, "?" for anything else."""
    name = unicodedata.name(letter, "")
    if name.startswith("GREEK SMALL LETTER "):
        return name.split()[-1].lower()
    plain = unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode()
    return plain or {"−": "-", "’": "'", "–": "-"}.get(letter, "?")
