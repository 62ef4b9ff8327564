"""Analyses to report on."""

import pytest

from estimation.analysis import run
from estimation.examples import hsb, lesson_spec


@pytest.fixture(scope="session")
def lesson():
    """The finished lesson on the real data."""
    return run(hsb(), lesson_spec())
