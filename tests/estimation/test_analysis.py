"""One run as a whole: what it needs, what it tells its observer, how it is cancelled."""

from dataclasses import replace
from itertools import groupby

import numpy as np
import pytest
from simulate import Sample, model, sample

from estimation.analysis import run
from estimation.design import build_design
from estimation.driver import maximise
from estimation.errors import NumericalError, SpecError
from estimation.inference import Inference
from estimation.likelihood import build_problem, profile
from estimation.progress import Cancelled, Progress
from estimation.spec import Likelihood, ModelSpec, Settings, Weighting
from estimation.standardise import standardise


@pytest.fixture(scope="module")
def data():
    return sample(5, [5 + j % 4 for j in range(15)], "full").data()


def test_an_unfinished_model_is_refused_with_what_is_missing(data):
    with pytest.raises(SpecError, match="No outcome is chosen"):
        run(data, ModelSpec())


def test_the_observer_sees_every_iteration_of_both_fits(data):
    events: list[Progress] = []
    analysis = run(data, model(variance=("D",)), events.append)
    for stage, solution in (
        ("homogeneous", analysis.homogeneous),
        ("heterogeneous", analysis.heterogeneous),
    ):
        told = [event for event in events if event.stage == stage and event.run == 1]
        seen = [event for event, _ in groupby(told)]  # between iterations, the last again
        assert [event.iteration for event in seen] == list(range(len(seen)))
        assert tuple(event.m2ll for event in seen) == solution.convergence.m2ll_path
    assert events[0] == Progress("preparing")


@pytest.mark.parametrize("stage", ["preparing", "homogeneous", "heterogeneous"])
def test_an_observer_ends_the_run_by_raising(data, stage):
    def impatient(event):
        if event.stage == stage:
            raise Cancelled

    with pytest.raises(Cancelled):
        run(data, model(variance=("D",)), impatient)


def test_the_observer_is_heard_between_passes_over_the_units(data, monkeypatch):
    """However many the units: what goes over all of them is never silent from end to end."""
    heard, at_passes = [], []

    def counted(*arguments):
        at_passes.append(len(heard))
        return profile(*arguments)

    monkeypatch.setattr("estimation.derivatives.profile", counted)
    run(data, model(variance=("D",)), heard.append)
    assert len(at_passes) > 5
    assert np.all(np.diff(at_passes) >= 2)  # after the profile, and after the derivatives


def test_an_observer_may_raise_whenever_it_is_called(data):
    def ending(calls):
        heard = []

        def observer(event):
            heard.append(event)
            if len(heard) == calls:
                raise Cancelled

        return observer, heard

    observer, heard = ending(0)
    run(data, model(variance=("D",)), observer)
    for calls in np.linspace(1, len(heard), 9).astype(int):
        observer, again = ending(calls)
        with pytest.raises(Cancelled):
            run(data, model(variance=("D",)), observer)
        assert again == heard[:calls]


def test_a_run_that_stops_early_says_so(data):
    hurried = model(variance=("D",))
    analysis = run(data, replace(hurried, settings=replace(hurried.settings, max_iterations=1)))
    assert not analysis.converged
    assert analysis.lr_test is None
    assert "maximum number of iterations" in analysis.warnings[0]


def test_variance_predictors_make_the_likelihood_full_unless_asked_otherwise(data):
    spec = replace(model(variance=("D",)), settings=Settings())
    assert run(data, spec).solution.method is Likelihood.FULL
    assert run(data, spec).homogeneous.method is Likelihood.FULL
    restricted = Settings(heterogeneous_likelihood=Likelihood.RESTRICTED)
    assert run(data, replace(spec, settings=restricted)).solution.method is Likelihood.RESTRICTED
    assert run(data, replace(model(), settings=Settings())).solution.method is Likelihood.RESTRICTED


def test_a_tighter_stop_is_kept_and_a_looser_one_ignored(data):
    def gradient(stop_value):
        settings = Settings(likelihood=Likelihood.FULL, stop_value=stop_value)
        convergence = run(data, replace(model(), settings=settings)).solution.convergence
        assert convergence.converged
        return convergence.gradient

    assert gradient(10.0) == gradient(1e-6) <= 1e-8
    assert gradient(1e-9) <= 1e-11
    assert gradient(0.0) <= 1e-12


def test_without_random_effects_the_model_is_a_regression(data):
    solution = run(data, model(random=())).solution
    assert solution.random == ()
    assert solution.variance_components == ()
    assert solution.units_used is None
    assert solution.fixed[0].df == data.n_rows - 2
    assert solution.n_parameters == 3


def test_the_likelihood_ratio_compares_the_two_fits(data):
    analysis = run(data, model(variance=("D", "2:S")))
    assert analysis.lr_test.df == 2
    assert analysis.lr_test.chisq == analysis.homogeneous.m2ll - analysis.heterogeneous.m2ll


def test_units_that_cannot_estimate_their_coefficients_are_left_out_and_named():
    drawn = sample(5, [5 + j % 4 for j in range(15)], "full")
    x = drawn.level1["X"].copy()
    x[drawn.unit == 3] = 0.7
    solution = run(drawn.set1(X=x).data(), model()).solution
    assert solution.units_left_out == ("4",)
    assert solution.units_used == 14
    assert solution.variance_components[1].df == 13


def test_a_robust_standard_error_of_nothing_is_not_available():
    """Two units, two coefficients of their means: the units' residuals are zero."""
    sums = Sample(
        np.array([0, 0, 1, 1]), {"Y": np.array([1.0, 1, 1, 2])}, {"W": np.array([1.0, 0])}
    )
    solution = run(sums.data(), model(level1=(), random=("INTRCPT1",), level2=("W",))).solution
    assert [effect.se_robust for effect in solution.fixed] == [None, None]
    assert [effect.t_robust for effect in solution.fixed] == [None, None]


def test_standard_errors_need_an_information_that_has_an_inverse(data):
    """One iteration away from the start the information may be anything; None says so."""
    solution = run(data, model(variance=("D",))).solution
    broken = Inference(*_parts(data, model(variance=("D",)), information=0.0))
    assert broken.variance_cov is None
    assert set(broken.variance_se) == {None}
    assert solution.variance_cov is not None


def _parts(data, spec, information):
    """Design, standard design, problem and a fit whose information is changed."""
    design = build_design(data, spec)
    standard = standardise(design)
    problem = build_problem(standard, restricted=False, homogeneous=False)
    fit = maximise(problem, max_iterations=50)
    at = replace(fit.at, expected=information * fit.at.expected)
    return design, standard, problem, replace(fit, state=replace(fit.state, at=at))


def test_more_level_2_predictors_than_units_bear_are_named_as_a_cause():
    few = sample(2, [5, 6, 7], "full")
    few = replace(few, level2={"W": np.array([0.0, 1, 0]), "S": np.array([0.0, 0, 1])})
    spec = model(level1=(), random=("INTRCPT1",), level2=("W", "S"), reml=True)
    with pytest.raises(NumericalError, match="3 units are too few for their level-2 predictors"):
        run(few.data(), spec)


@pytest.mark.parametrize("shift", [0, 5])
@pytest.mark.parametrize(
    ("spread", "words"),
    [
        (0, "the variance of INTRCPT1 (tau00) is zero; the variance of X (tau11) is zero"),
        (1, "the variance of X (tau11) is zero"),
    ],
)
def test_a_boundary_is_named_in_the_users_terms(shift, spread, words):
    """Units with the same slope, and the same intercept or not, wherever X has its zero."""
    unit, x = np.repeat(np.arange(12), 4), np.tile([-1.0, 0, 1, 0], 12)
    y = spread * np.sin(unit) + 0.5 * x + np.tile([0.1, -0.2, 0.1, 0.3], 12)
    solution = run(Sample(unit, {"Y": y, "X": x + shift}).data(), model()).solution
    assert "; ".join(solution.convergence.boundary) == words


def test_variances_that_the_data_cannot_tell_apart_are_named():
    drawn = sample(1, [1] * 12, "full")
    words = "the variance of the random effect of INTRCPT1, the level-1 variance"
    with pytest.raises(NumericalError, match=words):
        run(drawn.data(), model(level1=(), random=("INTRCPT1",)))


@pytest.mark.parametrize("reml", [False, True], ids=["ML", "REML"])
def test_one_row_a_unit_will_do_where_the_level_1_variances_are_known(reml):
    """As in a meta-analysis; against the weighted mean that τ + v gives."""
    drawn = sample(1, [1] * 12, "full").set1(V=np.linspace(0.3, 0.9, 12))
    spec = model(level1=(), random=("INTRCPT1",), reml=reml)
    solution = run(drawn.data(), replace(spec, weighting=Weighting(known_variance="V"))).solution
    weights = 1 / (solution.tau[0, 0] + drawn.level1["V"])
    mean = np.average(drawn.level1["Y"], weights=weights)
    assert solution.fixed[0].est == pytest.approx(mean)
    assert solution.fixed[0].se == pytest.approx(weights.sum() ** -0.5)
    assert solution.sigma2 is None
    assert solution.n_parameters == (1 if reml else 2)
    assert solution.variance_parameters == ("tau00",)
