"""How far a run is, in words."""

import pytest

from app.runs import how_far
from estimation.progress import Progress


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (Progress("homogeneous"), "Homogeneous model: preparing"),
        (Progress("bootstrap", 12, total=100), "Bootstrap: 12 of 100"),
        (Progress("profile intervals", 0, total=4), "Profile intervals: 0 of 4"),
    ],
)
def test_how_far(progress, words):
    assert how_far(progress) == words
