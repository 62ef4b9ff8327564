"""The example's full text, as it should be read.

After a wanted change: UPDATE_GOLDEN=1 pytest tests/golden, then read the difference.
Numbers may differ by one in their last digit, which is rounding and not a change.
"""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from estimation import __version__
from estimation.analysis import run
from estimation.examples import LESSON_FILE, hsb, lesson_spec
from estimation.report import render

GOLDEN = Path(__file__).with_name("hsb2.txt")
NUMBER = re.compile(r"-?\d+\.\d+")


def test_the_examples_output():
    analysis = run(hsb(), lesson_spec())
    text = render(analysis, command_file=LESSON_FILE, now=datetime(2000, 1, 1, 12, 0, tzinfo=UTC))
    text = text.replace(__version__, "VERSION")
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(text, encoding="utf-8", newline="\n")
    golden = GOLDEN.read_text(encoding="utf-8")
    assert NUMBER.sub("#", text) == NUMBER.sub("#", golden)
    for printed, expected in zip(NUMBER.findall(text), NUMBER.findall(golden), strict=True):
        last_digit = 10.0 ** -len(expected.partition(".")[2])
        assert float(printed) == pytest.approx(float(expected), rel=0, abs=1.01 * last_digit)
