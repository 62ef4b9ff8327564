"""The JSON result has exactly the fields that other programs rely on."""

import json
from dataclasses import replace

import numpy as np
import pytest

from estimation.report import to_json

FIELDS = {
    "method", "n_level1", "n_level2", "n_deleted", "converged", "reason", "iterations", "gradient",
    "boundary", "m2ll", "deviance", "n_parameters", "aic", "bic", "fixed", "random", "tau",
    "tau_se", "tau_corr", "sigma2", "sigma2_se", "reliability", "variance_components",
    "units_used", "alpha", "fixed_cov", "fixed_cov_robust", "variance_parameters", "variance_cov",
    "homogeneous", "lr_test", "homogeneity", "hypotheses", "warnings",
    "constraints", "fixed_sigma2", "tau_blocks", "weighting", "deletion", "df_method",
    "certificate", "wald", "comparison", "explorations", "latent", "effect_sizes",
    "score_tests", "variance_tests", "profile_intervals", "bootstrap",
}  # fmt: skip
TOP = {"schema", "program", "version", "title", "data", "outcome"}
FIXED = {
    "coef", "predictor", "symbol", "est", "se", "t", "df", "p",
    "se_robust", "t_robust", "p_robust", "ci",
}  # fmt: skip
ALPHA = {
    "name", "est", "se", "z", "p", "se_robust",
    "variance", "variance_ratio", "variance_ratio_ci",
}  # fmt: skip
COMPONENT = {"coef", "sd", "variance", "df", "chisq", "p"}


def test_the_fields_of_schema_1(lesson):
    result = to_json(lesson)
    assert set(result) == TOP | FIELDS
    assert set(result["homogeneous"]) == FIELDS
    assert (result["schema"], result["program"]) == (1, "levelwise")
    assert [set(each) for each in result["fixed"]] == [FIXED] * 2
    assert [set(each) for each in result["alpha"]] == [ALPHA] * 2
    assert set(result["reliability"][0]) == {"coef", "value"}
    assert set(result["variance_components"][0]) == COMPONENT
    assert set(result["lr_test"]) == {"chisq", "df", "p"}
    assert result["hypotheses"] == []
    assert result["homogeneity"] is None
    assert set(result["wald"]) == {"chisq", "df", "p"}
    assert result["homogeneous"]["wald"] is None
    assert set(result["certificate"]) == {
        "start", "starts", "information_eigenvalue", "multiplier", "complementarity",
        "quadratic_form",
    }  # fmt: skip


def test_the_top_level_is_the_model_asked_for(lesson):
    result = json.loads(json.dumps(to_json(lesson), allow_nan=False))
    assert result["method"] == "FML"
    assert result["m2ll"] == lesson.heterogeneous.m2ll
    assert result["sigma2"] is None
    assert result["homogeneous"]["m2ll"] == lesson.homogeneous.m2ll
    assert result["homogeneous"]["alpha"] is None
    assert result["homogeneous"]["sigma2"] == pytest.approx(38.733033, abs=1e-6)
    assert result["alpha"][0]["variance_ratio"] is None
    assert result["alpha"][1]["variance"] is None
    assert result["alpha"][1]["variance_ratio_ci"] == list(
        lesson.solution.alpha[1].variance_ratio_ci
    )
    assert result["variance_parameters"] == ["tau00", "tau10", "tau11", "alpha0", "alpha1"]
    np.testing.assert_array_equal(result["tau"], lesson.solution.tau)
    np.testing.assert_array_equal(result["variance_cov"], lesson.solution.variance_cov)
    assert result["fixed"][1]["symbol"] == "G10"


def test_a_homogeneous_result(lesson):
    result = to_json(replace(lesson, heterogeneous=None, lr_test=None))
    assert set(result) == TOP | FIELDS
    assert (result["alpha"], result["homogeneous"], result["lr_test"]) == (None, None, None)


def test_what_is_not_available_is_null(lesson):
    solution = replace(
        lesson.heterogeneous,
        tau_se=None,
        variance_cov=None,
        fixed_cov_robust=np.array([[np.nan, 1.0], [np.inf, 2.0]]),
        aic=float("nan"),
    )
    result = to_json(replace(lesson, heterogeneous=solution))
    assert (result["tau_se"], result["variance_cov"], result["aic"]) == (None, None, None)
    assert result["fixed_cov_robust"] == [[None, 1.0], [None, 2.0]]
    json.dumps(result, allow_nan=False)


def test_warnings_tell_what_the_data_lost(lesson):
    result = to_json(replace(lesson, data_report=("a",), warnings=("b",)))
    assert result["warnings"] == ["a", "b"]
