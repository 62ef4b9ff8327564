"""Progress on a terminal, and letters that a console does not have."""

import io
import sys

import pytest

from estimation.console import ProgressLine, say, show, spell_out_the_unprintable
from estimation.progress import Progress, Reading


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def shown(stream: io.StringIO) -> str:
    """What a terminal's line holds in the end."""
    line = ""
    for part in stream.getvalue().split("\r"):
        line = part + line[len(part) :]
    return line.rstrip()


def test_progress_keeps_one_line(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    progress = ProgressLine(quiet=False)
    progress(Progress("homogeneous", 12, 47051.3))
    progress(Progress("preparing"))
    assert shown(terminal) == "preparing"
    progress(Progress("homogeneous", 1, 47051.3))
    assert shown(terminal) == "homogeneous: iteration 1, -2 log L 47051.300000"
    progress(Progress("bootstrap", 12, total=100))
    assert shown(terminal) == "bootstrap: 12 of 100"
    progress(Reading("Reading hsb1.sav", 0.456))
    assert shown(terminal) == "Reading hsb1.sav: 46%"
    progress(Reading("Joining the levels"))
    assert shown(terminal) == "Joining the levels"
    progress.clear()
    assert shown(terminal) == ""
    assert "\n" not in terminal.getvalue()
    progress(Progress("homogeneous", 2, 47051.3))
    progress.tell("out.txt was written.")
    assert shown(terminal) == "out.txt was written."
    assert terminal.getvalue().endswith("\rout.txt was written.\n")


@pytest.mark.parametrize(("stream", "quiet"), [(io.StringIO, False), (Terminal, True)])
def test_no_progress_without_a_terminal_or_when_quiet(monkeypatch, stream, quiet):
    stderr = stream()
    monkeypatch.setattr(sys, "stderr", stderr)
    progress = ProgressLine(quiet=quiet)
    progress(Progress("homogeneous", 1, 2.0))
    progress.tell("out.txt was written.")
    assert stderr.getvalue() == ""


@pytest.mark.parametrize(
    ("encoding", "text"),
    [("utf-8", "β σ² −1 é 中"), ("cp1252", "beta sigma² -1 é ?"), ("ascii", "beta sigma2 -1 e ?")],
)
def test_letters_are_spelled_out_where_they_cannot_be_shown(monkeypatch, encoding, text):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
    spell_out_the_unprintable()
    show("β σ² −1 é 中")
    assert raw.getvalue().decode(encoding) == text


def test_without_streams_nothing_happens(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    spell_out_the_unprintable()
    show("x")
    say("x")
    progress = ProgressLine(quiet=False)
    progress(Progress("homogeneous", 1, 2.0))
    progress.tell("y")
