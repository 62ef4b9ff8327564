"""How inference that refits is printed, and what the JSON result holds of it."""

from dataclasses import replace

import pytest

from estimation.report import render
from estimation.report.json_result import to_json
from estimation.result import (
    Bootstrap,
    BootstrapInterval,
    ProfileInterval,
    ScoreTest,
    VarianceTest,
)


@pytest.fixture
def refitted(lesson):
    solution = replace(
        lesson.heterogeneous,
        variance_tests=(
            VarianceTest("INTRCPT1", None, 2, None, None, "a fit did not converge"),
            VarianceTest("FEMALE", 1.7522319, 2, 0.301, 0.416397, "close"),
        ),
        profile_intervals=(
            ProfileInterval("tau11", "FEMALE", 0.628044, 0.0, 1.946887),
            ProfileInterval("alpha1", "FEMALE", -0.091313, None, -0.024548, "no lower limit"),
        ),
    )
    bootstrap = Bootstrap(
        samples=100,
        seed=3,
        failed=1,
        intervals=(
            BootstrapInterval("G10", "INTRCPT2", -1.3836, 0.19, -1.75, -1.02),
            BootstrapInterval("sigma2", "", 38.7, 0.6, 37.5, 39.9),
        ),
        lr_p=0.0099,
        lr_failed=2,
    )
    tests = (ScoreTest(("FEMALE",), 7.208534, 1, 0.0073), ScoreTest(("SES",), None, 1, None, "no"))
    return replace(lesson, heterogeneous=solution, bootstrap=bootstrap, score_tests=tests)


def test_text(refitted):
    lines = [" ".join(line.split()) for line in render(refitted).splitlines()]
    for expected in (
        "INTRCPT1, U0 n/a 2 n/a n/a",
        "FEMALE slope, U1 1.75223 2 0.301 0.416",
        "INTRCPT1: no test, because a fit did not converge.",
        "FEMALE: close.",
        "FEMALE, tau11 0.628044 0.000000 1.946887",
        "FEMALE, alpha1 -0.091313 n/a -0.024548",
        "FEMALE, alpha1: no lower limit.",
        "FEMALE 7.208534 1 0.007",
        "SES: no test, because no.",
        "Samples = 100 from seed 3",
        "Without estimates = 1 sample, left out",
        "Without a Model 1 vs Model 2 test = 2 samples, left out",
        "P-value of Model 1 vs Model 2 = 0.0099",
        "INTRCPT2, G10 -1.383600 0.190000 -1.750000 -1.020000",
        "Sigma_squared 38.700000 0.600000 37.500000 39.900000",
    ):
        assert expected in lines


def test_too_few_samples_for_intervals(refitted):
    empty = replace(refitted.bootstrap, intervals=(), lr_p=None)
    assert "too few samples have estimates" in render(replace(refitted, bootstrap=empty))


def test_json(refitted):
    result = to_json(refitted)
    assert result["variance_tests"][1]["p_naive"] == 0.416397
    assert result["profile_intervals"][1]["lower"] is None
    assert result["score_tests"][0]["names"] == ["FEMALE"]
    assert result["bootstrap"]["intervals"][1]["upper"] == 39.9
