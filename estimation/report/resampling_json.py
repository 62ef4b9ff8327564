"""Fields of the JSON result for inference that refits; the dataclasses' fields are their names."""

from dataclasses import asdict
from typing import Any

from estimation.result import Analysis, Solution


def refitted(solution: Solution) -> dict[str, Any]:
    """Return the tests of variance components and profile intervals of one solution."""
    return {
        "variance_tests": [asdict(each) for each in solution.variance_tests],
        "profile_intervals": [asdict(each) for each in solution.profile_intervals],
    }


def resampled(analysis: Analysis) -> dict[str, Any]:
    """Return the score tests and the bootstrap of a run."""
    return {
        "score_tests": [asdict(each) for each in analysis.score_tests],
        "bootstrap": analysis.bootstrap and asdict(analysis.bootstrap),
    }
