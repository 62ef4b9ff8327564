"""The oracle itself, against published and independently computed numbers and against calculus."""

import cases
import numpy as np
import pytest
import structures
from dense import Data, Dense, unit_matrices, unvech, vech
from designs import blocks, design, equal, given
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


# Weights, offsets, a tau in blocks, an alpha_0 that is given


def weighted(seed):
    data = small(seed)
    rng = np.random.default_rng(seed)
    n = len(data.y)
    return data._replace(
        offset=rng.normal(scale=0.5, size=n),
        row_weights=rng.uniform(0.3, 3, n),
        unit_weights=rng.uniform(0.3, 3, 6),
    )


def constrained(theta, data, seed_given, **options):
    """At tau diagonal and alpha from theta, which lacks alpha_0 = .4 where that is given."""
    alpha = np.append([0.4] * seed_given, theta[2:])
    return Dense(data, np.diag(theta[:2]), alpha, blocks=((0,), (1,)), given=seed_given, **options)


@pytest.mark.parametrize("is_given", [False, True])
@pytest.mark.parametrize(
    ("data", "reml"), [(weighted(4), False), (small(5), False), (small(5), True)]
)
def test_derivatives_of_the_structures(data, reml, is_given):
    theta = np.array([0.8, 0.5, 0.2, -0.6, 0.3])[: 5 - is_given]

    def at(t):
        return constrained(t, data, is_given, reml=reml)

    gradient = differences(lambda t: at(t).m2ll() / -2, theta)
    assert_allclose(at(theta).score, gradient, rtol=1e-7, atol=1e-8)
    curvature = differences(lambda t: -at(t).score, theta)
    assert_allclose(at(theta).observed_information, curvature, rtol=1e-7, atol=1e-8)
    assert at(theta).expected_information.shape == (len(theta), len(theta))


def test_degrees_of_freedom_by_differences():
    """With numerical derivatives of the variance of gamma and of the likelihood."""
    theta = np.array([0.8, 0.5, 0.2, -0.6, 0.3])

    def at(t):
        return constrained(t, small(6), False, reml=True)

    R = np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 1], [1, -1, 2]])
    g = differences(lambda t: np.diag(R @ at(t).gamma_cov @ R.T), theta).T
    observed = differences(lambda t: -at(t).score, theta)
    expected = 2 * np.diag(R @ at(theta).gamma_cov @ R.T) ** 2
    expected /= np.diag(g @ np.linalg.inv(observed) @ g.T)
    assert_allclose(at(theta).satterthwaite(R), expected, rtol=1e-6)


def test_whole_weights_are_repetitions():
    """A row's weight repeats it within its unit, a unit's repeats the unit: -2 log L and score."""
    data, tau, alpha = small(7), POINTS[0][0], POINTS[0][1]
    rng = np.random.default_rng(7)
    a, b = rng.integers(1, 4, len(data.y)), rng.integers(1, 4, 6)
    rows = np.concatenate(
        [
            np.repeat(np.flatnonzero(data.unit == j), a[data.unit == j])
            for j in range(6)
            for _ in range(b[j])
        ]
    )
    sizes = np.repeat(np.bincount(data.unit, a).astype(int), b)
    many = Data(*(each[rows] for each in data[:4]), np.repeat(np.arange(b.sum()), sizes))
    one = Dense(data._replace(row_weights=a, unit_weights=b), tau, alpha)
    other = Dense(many, tau, alpha)
    assert_allclose(one.m2ll(), other.m2ll(), rtol=1e-12)
    assert_allclose(one.gamma, other.gamma, rtol=1e-10)
    assert_allclose(one.score, other.score, rtol=1e-9, atol=1e-9)
    assert_allclose(one.observed_information, other.observed_information, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("q", [1, 3])
def test_unit_matrices_of_blocks(q):
    assert_allclose(sum(unit_matrices(q)), np.ones((q, q)))
    assert_allclose(sum(unit_matrices(q, [(a,) for a in range(q)])), np.eye(q))


STRUCTURES = [case for case in structures.load(*structures.FITTED) if "hsb" not in case["id"]]


@pytest.mark.parametrize("case", STRUCTURES, ids=structures.ids)
def test_structures(case):
    """At R's estimates, R's numbers (make_structures.R)."""
    expected, model = case["expected"], case["model"]
    dense = Dense(
        design(case),
        np.array(expected["tau"]),
        structures.numbers(expected, "alpha"),
        reml=model["estimation"] == "REML",
        blocks=blocks(model),
        given=given(model) is not None,
    )
    R = equal(model)
    assert_allclose(dense.m2ll(), expected["m2ll"], rtol=0, atol=1e-9)
    assert_allclose(R @ dense.gamma, structures.numbers(expected, "gamma"), rtol=1e-7)
    assert_allclose(se(R @ dense.gamma_cov @ R.T), structures.numbers(expected, "se"), rtol=1e-7)
    robust = se(R @ dense.gamma_cov_robust @ R.T)
    assert_allclose(robust, structures.numbers(expected, "se_robust"), rtol=1e-7)
    theta_se = [*structures.numbers(expected, "tau_se"), *structures.numbers(expected, "alpha_se")]
    assert_allclose(se(dense.theta_cov), theta_se, rtol=1e-7)
    assert_allclose(dense.satterthwaite(R), structures.numbers(expected, "df"), rtol=1e-5)
