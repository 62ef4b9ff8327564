"""Profile-likelihood intervals, against peers, closed forms, and a search of the dense twin."""

from dataclasses import replace

import fits
import numpy as np
import pytest
from dense import Dense
from numpy.testing import assert_allclose
from refits import inferences
from scipy.optimize import minimize
from scipy.special import chdtri
from simulate import arrays, model, sample

from estimation.errors import SpecError
from estimation.examples import hsb, lesson_spec
from estimation.intervals import profile_intervals
from estimation.progress import Progress, ignore
from estimation.spec import INTRCPT1, VariancePredictor, Weight, Weighting

SIZES = [6 + j % 3 for j in range(12)]
CUT = chdtri(1, 0.05)


@pytest.fixture(autouse=True)
def one_start(monkeypatch):
    """Fits are tested elsewhere: here the first run counts, though the units are few."""
    monkeypatch.setattr("estimation.driver.FEW_UNITS", 0)


def profiled(data, spec):
    found = profile_intervals(inferences(data, spec)[1], ignore)
    return {each.parameter: each for each in found}


def limits(found):
    return np.array([[each.lower, each.upper] for each in found.values()])


def test_lme4_dyestuff():
    """confint(profile(lmer(Yield ~ 1 + (1 | Batch), Dyestuff, REML = FALSE)))², lme4 1.1-31.

    Its splines give 5 digits.
    """
    found = profiled(fits.read("dyestuff1.csv"), fits.one_way("Y", "FML"))
    assert_allclose(found["tau00"].est, 1388.3333333, rtol=1e-8)
    expected = [[148.757419, 7066.656489], [1461.542328, 4577.560668]]
    assert_allclose(limits(found), expected, rtol=3e-5)


def test_lme4_sleepstudy():
    """lme4 1.1-31: confint(profile(lmer(Reaction ~ Days + (Days | Subject), REML = FALSE)))²."""
    spec = fits.spec(fits.cases.load("het_sleep_rs_days_ml"))
    found = profiled(fits.read("sleep1.csv"), replace(spec, variance_predictors=()))
    expected = [[206.82422, 1422.48313], [14.4489056, 76.6207872], [524.330152, 832.784119]]
    assert_allclose(limits(found), expected, rtol=3e-5)


def test_glmmtmb_alpha():
    """MATHACH ~ FEMALE + (1 | ID), dispformula = ~ FEMALE: confint(, "uniroot"), glmmTMB 1.1.5.

    Its optimum of α, .9e-6 off ours, gives the tolerance.
    """
    spec = lesson_spec()
    fixed = replace(spec.equations[1], random=False)
    found = profiled(hsb(), replace(spec, equations=(spec.equations[0], fixed)))
    expected = [[3.659708551, 3.756498477], [-0.1599677159, -0.02626162826]]
    assert_allclose(limits(found)[1:], expected, atol=1e-5)


@pytest.mark.parametrize("reml", [False, True])
def test_closed_form_of_sigma2(reml):
    """Least squares: d(σ²) = n (ln σ²/σ̂² + σ̂²/σ² − 1), n = N or N − f, σ̂² = SSE/n."""
    drawn, spec = sample(3, SIZES, "zero"), model(random=(), reml=reml)
    data = arrays(drawn, spec)
    e = data.y - data.X @ np.linalg.lstsq(data.X, data.y)[0]
    n = e.size - 2 * reml
    found = profiled(drawn.data(), spec)
    ratio = limits(found)[0] / (e @ e / n)
    assert_allclose(n * (np.log(ratio) + 1 / ratio - 1), CUT, rtol=1e-7)
    assert ratio[0] < 1 < ratio[1]


@pytest.mark.parametrize(("name", "end"), [("tau00", "upper"), ("alpha1", "lower")])
def test_dense_twin(name, end):
    """−2 log L, minimised apart from the program with the limit held, is up by 3.84."""
    drawn, spec = sample(1, [6] * 6, "rank one"), model(variance=("D",))
    asked = inferences(drawn.data(), spec)[1]
    found = {each.parameter: each for each in profile_intervals(asked, ignore)}
    data, factor = arrays(drawn, spec), np.linalg.cholesky(asked.tau + 0.1 * np.eye(2))

    def m2ll(a, b, c, *alpha):
        L = np.array([[a, 0], [b, c]])
        return Dense(data, L @ L.T, np.array(alpha)).m2ll()

    free = np.array([*factor[np.tril_indices(2)], *asked.alpha])
    place = {"tau00": 0, "alpha1": 4}[name]
    limit = getattr(found[name], end)
    held = np.sqrt(limit) if name == "tau00" else limit
    best = minimize(lambda x: m2ll(*np.insert(x, place, held)), np.delete(free, place))
    assert_allclose(best.fun - asked.fit.at.m2ll, CUT, atol=1e-6)


def test_a_variance_that_may_be_zero_has_the_lower_limit_zero():
    found = profiled(fits.read("dyestuff2_1.csv"), fits.one_way("Y", "FML"))["tau00"]
    assert (found.est, found.lower) == (0.0, 0.0)
    # lme4 1.1-31: confint(profile(lmer(Yield ~ 1 + (1 | Batch), Dyestuff2, REML = FALSE)))²
    assert_allclose(found.upper, 4.34325549765, rtol=1e-5)


def test_no_limit_where_a_level1_variance_can_run_to_zero():
    """The random intercepts can follow one row a unit: −2 log L levels off."""
    drawn = sample(3, [5] * 5, "full")
    drawn = drawn.set1(D=(np.arange(25) % 5 == 0).astype(float))
    alpha = profiled(drawn.data(), model(variance=("D",), random=(INTRCPT1,)))["alpha1"]
    assert alpha.lower is None
    assert "lower limit" in alpha.note
    assert alpha.upper > alpha.est


def test_units_and_recoding_of_predictors():
    """A variance goes with the scale squared, α_1 of 1 − D is −α_1, α_0 at D + 1e6 is −1e6 α_1."""
    drawn = sample(1, SIZES, "full")
    forms = {"variance": ("D",), "random": (INTRCPT1,)}
    found = profiled(drawn.data(), model(**forms))
    level1 = drawn.level1
    moved = drawn.set1(Y=1000 * level1["Y"], D=1 - level1["D"])
    other = profiled(moved.data(), model(**forms))
    assert_allclose(limits(other)[0], limits(found)[0] * 1e6, rtol=1e-5)
    assert_allclose(limits(other)[2], -limits(found)[2][::-1], rtol=1e-5)
    shifted = profiled(drawn.set1(D=level1["D"] + 1e6).data(), model(**forms))
    assert_allclose(limits(shifted)[2], limits(found)[2], rtol=1e-5)
    assert_allclose(limits(shifted)[1], -1e6 * limits(found)[2][::-1], rtol=1e-4)


def correlated():
    drawn = sample(5, [6, 7, 5, 8, 4, 6, 7, 5, 9, 3, 6, 8], "full")
    x = drawn.level1["X"]
    return drawn.set1(V=0.9 * x + 0.4 * np.random.default_rng(1).normal(size=x.size))


def test_correlated_predictors_of_variance():
    """Limits of α_1 by BFGS on the dense likelihood with α_1 given, to a deviance of 3.8415."""
    spec = model(variance=("X", "V"), random=(INTRCPT1,))
    found = profiled(correlated().data(), spec)
    assert_allclose(limits(found)[2], [-1.154, 1.603], atol=1e-3)


def test_the_order_of_the_predictors_of_variance_is_nothing():
    drawn = correlated().set1(D=(np.arange(74) % 3 == 0).astype(float))
    orders = (("X", "V", "D"), ("D", "V", "X"))
    first, other = (
        limits(profiled(drawn.data(), model(variance=names, random=(INTRCPT1,))))
        for names in orders
    )
    assert_allclose(first[1:], other[[1, 4, 3, 2]], atol=1e-5)


def test_blocks_of_tau_and_a_given_variance():
    spec = model()
    settings = replace(spec.settings, diagonal_tau=True, fixed_sigma2=1.0)
    found = profiled(sample(1, SIZES, "full").data(), replace(spec, settings=settings))
    assert list(found) == ["tau00", "tau11"]


def test_design_weights_are_refused():
    drawn = sample(1, SIZES, "full").set1(A=np.ones(sum(SIZES)))
    spec = replace(model(), weighting=Weighting(level1=Weight("A")))
    with pytest.raises(SpecError, match="design weights"):
        profiled(drawn.data(), spec)


def test_progress_counts_the_parameters():
    seen = []
    drawn = sample(1, SIZES, "full")
    spec = replace(model(random=(INTRCPT1,)), variance_predictors=(VariancePredictor("D"),))
    profile_intervals(inferences(drawn.data(), spec)[1], seen.append)
    assert seen[0] == Progress("profile intervals", 0, total=3)
    assert seen[-1] == Progress("profile intervals", 3, total=3)
