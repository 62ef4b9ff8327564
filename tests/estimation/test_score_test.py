"""The score test of heterogeneity, against published numbers, a closed form, and the dense twin."""

from dataclasses import replace

import numpy as np
import pytest
from dense import Dense, vech
from numpy.testing import assert_allclose
from refits import inferences
from scipy.special import chdtrc
from simulate import arrays, model, sample

from estimation.examples import hsb, lesson_spec
from estimation.score_test import score_tests
from estimation.spec import INTRCPT1, VariancePredictor, Weight, Weighting

SIZES = [6 + j % 3 for j in range(12)]


@pytest.fixture(autouse=True)
def one_start(monkeypatch):
    """Fits are tested elsewhere: here the first run counts, though the units are few."""
    monkeypatch.setattr("estimation.driver.FEW_UNITS", 0)


def test_lesson():
    """MATHACH on FEMALE: 7.208534, computed apart from the program (LR 7.1879, Wald 7.1753)."""
    first, _ = inferences(hsb(), lesson_spec())
    (test,) = score_tests(first)
    assert (test.names, test.df) == (("FEMALE",), 1)
    assert_allclose(test.chisq, 7.208534, atol=5e-7)
    assert_allclose(test.p, chdtrc(1, test.chisq))


@pytest.mark.parametrize("variance", [("D",), ("X",), ("X", "D", "G2")])
def test_without_random_effects_it_is_that_of_breusch_and_pagan(variance):
    """Half the explained sum of squares of e²/σ² on C (Breusch & Pagan 1979)."""
    drawn, spec = sample(3, SIZES, "full"), model(variance=variance, random=())
    data = arrays(drawn, spec)
    e = data.y - data.X @ np.linalg.lstsq(data.X, data.y)[0]
    g = e**2 / np.mean(e**2)
    fitted = data.C @ np.linalg.lstsq(data.C, g)[0]
    (test,) = score_tests(inferences(drawn.data(), spec)[0])
    assert_allclose(test.chisq, np.sum((fitted - 1) ** 2) / 2)


BOTH = (INTRCPT1, "X")


@pytest.mark.parametrize(
    ("tau", "random", "rank", "reml"),
    [
        ("full", BOTH, 2, True),
        ("rank one", BOTH, 1, False),
        ("rank one", BOTH, 1, True),
        ("zero", (INTRCPT1,), 0, False),
    ],
)
def test_dense_twin(tau, random, rank, reml):
    """s'[I⁻¹]s with the information of α and of the directions in which τ can move on its face."""
    drawn, spec = sample(10, SIZES, tau), model(variance=("D", "X"), random=random, reml=reml)
    first, _ = inferences(drawn.data(), spec)
    assert first.fit.rank == rank
    (test,) = score_tests(first)
    twin = Dense(arrays(drawn, spec), first.tau, np.array([first.alpha[0], 0, 0]), reml=reml)
    values, vectors = np.linalg.eigh(first.tau)
    q = len(random)
    factor = (vectors * np.sqrt(np.maximum(values, 0)))[:, q - rank :]
    directions = [np.outer(e, c) + np.outer(c, e) for e in np.eye(q) for c in factor.T]
    J = np.zeros((len(twin.score), len(directions) + 3))
    J[-3:, -3:] = np.eye(3)
    for place, direction in enumerate(directions):
        J[:-3, place] = vech(direction)
    score = np.concatenate((np.zeros(len(directions) + 1), twin.score[-2:]))
    information = J.T @ twin.expected_information @ J
    assert_allclose(test.chisq, score @ np.linalg.pinv(information) @ score, rtol=1e-6)


def candidates(drawn, names, **settings):
    spec = model(variance=(), **settings)
    spec = replace(spec, variance_candidates=tuple(map(VariancePredictor, names)))
    return score_tests(inferences(drawn.data(), spec)[0])


def test_candidates_by_themselves_and_jointly():
    drawn = sample(8, SIZES, "full")
    one, other, both = candidates(drawn, ("D", "X"))
    (own,) = score_tests(inferences(drawn.data(), model(variance=("D", "X")))[0])
    assert [test.names for test in (one, other, both)] == [("D",), ("X",), ("D", "X")]
    assert_allclose(both.chisq, own.chisq)
    moved = drawn.set1(D=1 - drawn.level1["D"], X=1e6 * drawn.level1["X"] + 1e9)
    fixed = drawn.set1(X0=drawn.level1["X"])
    spec = replace(
        model(level1=("X0",), random=("INTRCPT1", "X0")),
        variance_candidates=(VariancePredictor("D"), VariancePredictor("X")),
    )
    same = score_tests(inferences(fixed.set1(**moved.level1 | fixed.level1).data(), spec)[0])
    assert_allclose([test.chisq for test in same], [one.chisq, other.chisq, both.chisq])


def test_candidates_without_a_test_say_why():
    drawn = sample(8, SIZES, "full")
    holes = drawn.level1["D"].copy()
    holes[3] = np.nan
    drawn = drawn.set1(HOLES=holes, ONE=np.ones(len(holes)), D2=2 * drawn.level1["D"])
    holes, one, d, d2, both = candidates(drawn, ("HOLES", "ONE", "D", "D2"))
    assert "missing" in holes.note
    assert "constant" in one.note
    assert_allclose(d.chisq, d2.chisq)
    assert both.names == ("D", "D2")
    assert "D2 repeats" in both.note
    assert [test.chisq for test in (holes, one, both)] == [None] * 3


def test_no_test_with_design_weights():
    drawn = sample(8, SIZES, "full").set1(W1=np.ones(sum(SIZES)))
    spec = replace(model(), variance_candidates=(VariancePredictor("D"),))
    weighted = replace(spec, weighting=Weighting(level1=Weight("W1")))
    (test,) = score_tests(inferences(drawn.data(), weighted)[0])
    assert test.chisq is None
    assert "design weights" in test.note
