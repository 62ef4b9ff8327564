"""The oracle itself, against published and independently computed numbers and against calculus."""

import cases
import numpy as np
import pytest
from dense import Data, Dense, unvech, vech
from designs import design
from numpy.testing import assert_allclose
from scipy.linalg import block_diag

SEED = cases.load("chk_seed_exact")
HETEROGENEOUS = [cases.load(name) for name in cases.named("het_*")]
BOUNDARY = [cases.load(name) for name in cases.named("chk_boundary_*")]
BALANCED = [cases.load(name) for name in cases.named("chk_balanced_*")]


def close(actual, expected, rtol=0.0, atol=0.0):
    """Compare with None standing for what the reference does not give."""
    if expected is not None and None not in np.ravel(expected):
        assert_allclose(np.squeeze(actual), np.squeeze(expected), rtol=rtol, atol=atol)


def se(covariance):
    return np.sqrt(np.diag(covariance))


def homogeneous(case):
    variance = {"form": "homogeneous"}
    return case | {"model": case["model"] | {"level1_variance": variance}}


def at(case, tau, alpha):
    return Dense(
        design(case), np.array(tau), np.array(alpha), reml=case["model"]["estimation"] == "REML"
    )


def at_expected(case):
    expected = case["expected"]
    return at(case, expected["tau"], [each["est"] for each in expected["alpha"]])


def column(items, key):
    return [each[key] for each in items]


@pytest.mark.parametrize("name", SEED["cases"])
def test_full_precision_example(name):
    expected = SEED["cases"][name]
    method, form = name.split("_")
    case = cases.load("het_hsb_female_rs_ml")
    case["model"]["estimation"] = "REML" if method == "REML" else "FML"
    dense = at(
        case if form == "heterogeneous" else homogeneous(case), expected["tau"], expected["alpha"]
    )
    assert_allclose(dense.m2ll(), expected["m2ll"], rtol=0, atol=2e-8)
    assert_allclose(dense.gamma, expected["gamma"], rtol=1e-9)
    assert_allclose(se(dense.gamma_cov), expected["se_gamma"], rtol=1e-9)
    assert_allclose(se(dense.gamma_cov_robust), expected["se_robust"], rtol=1e-9)
    assert_allclose(se(dense.theta_cov)[:3], expected["se_tau_vech"], rtol=1e-8)
    assert_allclose(se(dense.theta_cov)[3:], expected["se_alpha"], rtol=1e-8)
    assert_allclose(dense.chisq, expected["chisq"], rtol=1e-9)
    assert_allclose(dense.reliability, expected["reliability"], rtol=1e-8)
    assert_allclose(dense.quadratic_form, expected["quadratic_form"], rtol=1e-9)
    assert len(dense.least_squares[0]) == expected["units_used"]
    assert dense.score @ dense.theta_cov @ dense.score < 1e-14


@pytest.mark.parametrize("case", HETEROGENEOUS, ids=lambda case: case["id"])
def test_heterogeneous_cases(case):
    """The peers' estimates have 10 digits of which the last two or three are their stop."""
    expected, dense = case["expected"], at_expected(case)
    n_tau = len(vech(dense.tau))
    assert_allclose(dense.m2ll(), expected["m2ll"], rtol=0, atol=1e-6)
    assert_allclose(dense.gamma, column(expected["fixed"], "est"), rtol=1e-6)
    assert_allclose(se(dense.gamma_cov), column(expected["fixed"], "se"), rtol=1e-6)
    assert_allclose(
        se(dense.gamma_cov_robust), column(expected["fixed"], "se_robust_cr0"), rtol=1e-6
    )
    expected_se, observed_se = se(dense.theta_cov), se(np.linalg.inv(dense.observed_information))
    close(expected_se[:n_tau], expected["tau_se_expected_info"], rtol=2e-6)
    close(observed_se[:n_tau], expected["tau_se_observed_info"], rtol=2e-5)
    close(expected_se[n_tau:], column(expected["alpha"], "se_expected_info"), rtol=1e-6)
    close(observed_se[n_tau:], column(expected["alpha"], "se_observed_info"), rtol=1e-5)


@pytest.mark.parametrize("case", HETEROGENEOUS, ids=lambda case: case["id"])
def test_their_homogeneous_fits(case):
    expected = case["expected"]["homogeneous"]
    dense = at(homogeneous(case), expected["tau"], [np.log(expected["sigma2"])])
    assert_allclose(dense.m2ll(), expected["m2ll"], rtol=0, atol=1e-6)
    assert_allclose(dense.gamma, expected["fixed"], rtol=1e-6)
    assert_allclose(se(dense.gamma_cov), expected["fixed_se"], rtol=1e-6)


@pytest.mark.parametrize("name", cases.load("chk_reml_se")["cases"])
def test_restricted_expected_information(name):
    """Closed-precision parameters: the expected SEs that the het_ cases leave null."""
    expected = cases.load("chk_reml_se")["cases"][name]
    dense = at(cases.load(name), unvech(np.array(expected["tau_vech"])), expected["alpha"])
    n_tau = len(expected["tau_vech"])
    assert_allclose(dense.m2ll(), expected["m2ll"], rtol=0, atol=1e-9)
    assert_allclose(se(dense.theta_cov)[:n_tau], expected["se_tau_vech"], rtol=1e-8)
    assert_allclose(se(dense.theta_cov)[n_tau:], expected["se_alpha_expected"], rtol=1e-8)


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        (cases.load("het_hsb_female_rs_ml"), SEED["sandwich_se_of_alpha_FML"]["FEMALE model"]),
        (
            cases.load("het_hsb_rb_sector_ml"),
            SEED["sandwich_se_of_alpha_FML"]["het_hsb_rb_sector_ml"],
        ),
    ],
    ids=["female", "sector"],
)
def test_sandwich_se_of_alpha(case, expected):
    assert_allclose(se(at_expected(case).theta_cov_robust)[3:], expected, rtol=0, atol=6e-8)


@pytest.mark.parametrize("case", BOUNDARY, ids=lambda case: case["id"])
def test_boundary(case):
    expected, extra = case["expected"], case["extra"]
    dense = at_expected(case)
    check_boundary(dense, expected["m2ll"], extra)
    assert_allclose(dense.gamma, column(expected["fixed"], "est"), rtol=1e-10)
    assert_allclose(se(dense.gamma_cov), column(expected["fixed"], "se"), rtol=1e-10)
    assert_allclose(
        se(dense.gamma_cov_robust), column(expected["fixed"], "se_robust_cr0"), rtol=1e-10
    )
    assert_allclose(se(dense.theta_cov)[:3], extra["se_tau_vech_full"], rtol=1e-9)
    assert_allclose(dense.quadratic_form, extra["quadratic_form"], rtol=1e-10)


@pytest.mark.parametrize("case", BOUNDARY, ids=lambda case: case["id"])
def test_boundary_homogeneous(case):
    extra = case["extra"]["homogeneous"]
    dense = at(homogeneous(case), extra["tau"], extra["alpha"])
    check_boundary(dense, extra["m2ll"], extra)
    assert_allclose(dense.gamma, extra["gamma"], rtol=1e-10)
    assert_allclose(se(dense.gamma_cov), extra["se_gamma"], rtol=1e-10)
    assert_allclose(se(dense.gamma_cov_robust), extra["se_robust"], rtol=1e-10)


def check_boundary(dense, m2ll, extra):
    assert_allclose(dense.m2ll(), m2ll, rtol=0, atol=1e-9)
    assert_allclose(dense.kkt_gradient, extra["kkt_gradient_of_m2ll_wrt_tau"], rtol=1e-9)
    assert_allclose(
        np.linalg.eigvalsh(dense.kkt_gradient), extra["multiplier_eigenvalues"], atol=1e-8
    )
    assert_allclose(dense.kkt_gradient @ dense.tau, 0, atol=1e-8)
    assert_allclose(se(dense.theta_cov)[3:], extra["se_alpha_full_joint_information"], rtol=1e-9)
    assert_allclose(dense.chisq, extra["chisq"], rtol=1e-9)
    assert_allclose(dense.reliability, extra["reliability"], rtol=1e-9)


@pytest.mark.parametrize("case", BALANCED, ids=lambda case: case["id"])
def test_balanced(case):
    expected, extra = case["expected"], case["extra"]
    dense = at_expected(case)
    tau_se = vech(np.array(extra["tau_se"]))
    assert_allclose(dense.m2ll(), expected["m2ll"], rtol=0, atol=1e-9)
    assert_allclose(dense.gamma, column(expected["fixed"], "est"), rtol=1e-12)
    assert_allclose(se(dense.gamma_cov), column(expected["fixed"], "se"), rtol=1e-11)
    assert_allclose(se(dense.theta_cov)[:3], tau_se, rtol=1e-11)
    assert_allclose(
        se(dense.theta_cov)[3:], column(expected["alpha"], "se_expected_info"), rtol=1e-11
    )
    assert_allclose(dense.chisq, extra["chisq"], rtol=1e-11)
    assert_allclose(dense.reliability, extra["reliability"], rtol=1e-11)
    assert_allclose(dense.eb[0], extra["eb_first_unit"], rtol=1e-10)
    assert_allclose(dense.quadratic_form, extra["quadratic_form"], rtol=1e-11)


def one_way(file):
    model = {
        "outcome": "Y",
        "intercept": {"random": True, "level2": []},
        "slopes": [],
        "level1_variance": {},
    }
    return design({"data": {"level1": file}, "model": model})


@pytest.mark.parametrize("method", ["FML", "REML"])
@pytest.mark.parametrize("file", ["dyestuff1.csv", "dyestuff2_1.csv"])
def test_one_way_closed_form(file, method):
    expected = cases.load("chk_oneway")[file][method]
    tau, alpha = np.array([[expected["tau"]]]), np.array([expected["alpha0"]])
    dense = Dense(one_way(file), tau, alpha, reml=method == "REML")
    assert_allclose(dense.m2ll(), expected["m2ll"], rtol=1e-13)
    assert_allclose(dense.gamma, [expected["gamma"]], rtol=1e-12)
    assert_allclose(se(dense.gamma_cov), [expected["se_gamma"]], rtol=1e-11)
    assert_allclose(se(dense.gamma_cov_robust), [expected["se_robust"]], rtol=1e-11)
    assert_allclose(dense.chisq, [expected["chisq"]], rtol=1e-11)
    assert_allclose(dense.reliability, [expected["reliability"]], rtol=1e-11)
    assert_allclose(dense.quadratic_form, expected["quadratic_form"], rtol=1e-11)
    multiplier = expected.get("kkt_multiplier_dm2ll_dtau", 0.0)
    assert_allclose(dense.kkt_gradient, [[multiplier]], atol=1e-11)
    if not expected["boundary"]:
        assert_allclose(se(dense.theta_cov), [expected["tau_se"], expected["alpha0_se"]])
        assert_allclose(dense.eb[0], [expected["eb_first_unit"]], rtol=1e-11)


# Calculus, away from any optimum and with a singular τ too.


def small(seed):
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(6), [1, 2, 3, 5, 6, 4])
    x, d = rng.normal(size=len(unit)), rng.integers(0, 2, len(unit)).astype(float)
    one = np.ones(len(unit))
    X, Z = np.column_stack([one, x, d]), np.column_stack([one, x])
    return Data(rng.normal(size=len(unit)), X, Z, np.column_stack([one, d, x]), unit)


POINTS = [
    (np.array([[0.8, 0.3], [0.3, 0.5]]), np.array([0.2, -0.6, 0.3])),
    (np.array([[0.8, -0.4], [-0.4, 0.2]]), np.array([-0.1, 0.9, -0.2])),  # rank one
]


@pytest.mark.parametrize("reml", [False, True])
@pytest.mark.parametrize(("tau", "alpha"), POINTS)
def test_score_is_the_gradient(tau, alpha, reml):
    data = small(1)
    theta = np.concatenate([vech(tau), alpha])
    gradient = differences(lambda t: Dense(data, *split(t), reml).m2ll() / -2, theta)
    assert_allclose(Dense(data, tau, alpha, reml).score, gradient, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("reml", [False, True])
@pytest.mark.parametrize(("tau", "alpha"), POINTS)
def test_observed_information_is_the_curvature(tau, alpha, reml):
    data = small(2)
    theta = np.concatenate([vech(tau), alpha])
    curvature = differences(lambda t: -Dense(data, *split(t), reml).score, theta)
    observed = Dense(data, tau, alpha, reml).observed_information
    assert_allclose(observed, curvature, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("reml", [False, True])
@pytest.mark.parametrize(("tau", "alpha"), POINTS)
def test_unit_by_unit_is_the_whole_matrix(tau, alpha, reml):
    """½ tr(PV_aPV_b), tr PV_a and û's variance with the N x N matrices of the textbook."""
    data = small(3)
    dense = Dense(data, tau, alpha, reml)
    W, X = block_diag(*(u.W for u in dense.units)), data.X
    P = W - W @ X @ np.linalg.inv(X.T @ W @ X) @ X.T @ W
    D = [block_diag(*each) for each in zip(*(u.D for u in dense.units), strict=True)]
    middle = P if reml else W
    information = [[np.trace(middle @ a @ middle @ b) / 2 for b in D] for a in D]
    score = [(data.y @ P @ a @ P @ data.y - np.trace(middle @ a)) / 2 for a in D]
    assert_allclose(np.concatenate(dense.py), P @ data.y, rtol=1e-10, atol=1e-12)
    assert_allclose(dense.expected_information, information, rtol=1e-10)
    assert_allclose(dense.score, score, rtol=1e-10)
    ZT = block_diag(*(u.Z @ tau for u in dense.units))
    posterior = block_diag(*(tau for _ in dense.units)) - ZT.T @ middle @ ZT
    assert_allclose(block_diag(*dense.eb_cov), posterior * (block_diag(*dense.eb_cov) != 0))
    assert_allclose(np.concatenate(dense.eb), ZT.T @ P @ data.y, rtol=1e-10)


def split(theta):
    return unvech(theta[:3]), theta[3:]


def differences(function, theta):
    steps = np.eye(len(theta)) * 1e-5
    return np.array([(function(theta + s) - function(theta - s)) / 2e-5 for s in steps])
