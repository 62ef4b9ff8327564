"""Runs over plausible values and imputed data files: what is run, pooled, refused and said."""

from dataclasses import replace

import numpy as np
import pytest
from imputed import INTERCEPT, SPEC, made, plausible

from estimation import imputation
from estimation.analysis import run
from estimation.data.describe import describe
from estimation.errors import DataError, NumericalError, SpecError
from estimation.examples import hsb
from estimation.imputation import run_all
from estimation.pooling import rubin
from estimation.report import to_json
from estimation.result import Analysis, Pooling
from estimation.spec import (
    Equation,
    Hypothesis,
    Likelihood,
    ModelSpec,
    Settings,
    Structure,
    Term,
    VariancePredictor,
)

NAN = float("nan")
# mice::pool.scalar(Q, U, n = 160, k = 1) of three fits by lme4::lmer(y ~ FEMALE + (FEMALE | ID),
# REML = FALSE, bobyqa, rhoend 1e-9): estimate, standard error, degrees of freedom, fmi.
MICE = (
    (13.2991734120897, 0.2860727851219, 138.7235153705572, 0.0485519758764),
    (-1.259372950100, 0.271799831761, 29.478495935884, 0.274286967573),
)


def test_plausible_values_of_high_school_and_beyond():
    data = hsb()
    level1 = {name: data.level1[name] for name in ("MATHACH", "FEMALE")}
    for k, shift in enumerate((-10, 0, 10)):  # so that anyone can make them in R
        level1[f"PV{k + 1}"] = level1["MATHACH"] + shift * np.cos(np.arange(1, 7186) / (k + 2))
    catalogue = replace(data.catalogue, level1=describe(level1, {}))
    data = replace(data, level1=level1, catalogue=catalogue, digest="pv")
    both = [Equation(Term(name), random=True) for name in ("INTRCPT1", "FEMALE")]
    spec = ModelSpec("PV1", tuple(both), settings=Settings(likelihood=Likelihood.FULL))
    pooled = run_all([data], replace(spec, plausible_values=("PV1", "PV2", "PV3")))
    for effect, (est, se, df, fmi) in zip(pooled.solution.fixed, MICE, strict=True):
        # lmer's own optimum is good to some seven digits.
        assert effect.model.est == pytest.approx(est, rel=1e-6)
        assert effect.model.se == pytest.approx(se, rel=1e-6)
        assert effect.model.df == pytest.approx(df, rel=1e-5)
        assert effect.model.fmi == pytest.approx(fmi, rel=1e-4)


def test_one_outcome_of_one_data_set_is_run_as_ever():
    data = made(1)
    single = run_all([data], SPEC)
    assert isinstance(single, Analysis)
    assert single.solution.m2ll == run(data, SPEC).solution.m2ll


def test_each_plausible_value_is_an_analysis_of_its_own():
    data = made(1)
    pooled = run_all([data], plausible())
    assert (pooled.kind, pooled.names) == (Pooling.OUTCOMES, ("Y1", "Y2", "Y3"))
    assert pooled.labels[1] == "Plausible value 2 of 3 (Y2)"
    for name, each in zip(pooled.names, pooled.analyses, strict=True):
        assert each.solution.m2ll == run(data, replace(SPEC, outcome=name)).solution.m2ll
    assert pooled.spec == plausible()


def test_what_is_pooled_from_what():
    spec = replace(
        plausible(),
        variance_predictors=(VariancePredictor("X"),),
        hypotheses=(Hypothesis(tuple(((each, 1.0),) for each in SPEC.gammas[:2])),),
    )
    pooled = run_all([made(1)], spec)
    singles = [each.solution for each in pooled.analyses]
    solution = pooled.solution
    for k, effect in enumerate(solution.fixed):
        of = [each.fixed[k] for each in singles]
        df = (10, 10, 96 - 12 - 1)[k]  # J - S - 1, N - qJ - (γ's without u): HLM's rule
        assert effect.model == rubin([g.est for g in of], [g.se for g in of], df)
        assert effect.robust == rubin([g.est for g in of], [g.se_robust for g in of], df)
    total = np.diag(solution.fixed_cov)
    np.testing.assert_allclose(total, [each.model.total for each in solution.fixed], rtol=1e-12)
    (tau,) = solution.tau_elements
    of_tau = [float(each.tau[0, 0]) for each in singles]
    assert tau.estimate == rubin(of_tau, [float(each.tau_se[0, 0]) for each in singles])
    assert (solution.tau[0, 0], solution.tau_se[0, 0]) == (tau.estimate.est, tau.estimate.se)
    for k, alpha in enumerate(solution.alpha):
        of = [each.alpha[k] for each in singles]
        assert alpha.model == rubin([a.est for a in of], [a.se for a in of])
        assert alpha.robust == rubin([a.est for a in of], [a.se_robust for a in of])
    assert solution.alpha[1].variance_ratio == np.exp(solution.alpha[1].model.est)
    assert solution.sigma2 is None
    homogeneous = [each.homogeneous for each in pooled.analyses]
    sigma2 = rubin([each.sigma2 for each in homogeneous], [each.sigma2_se for each in homogeneous])
    assert pooled.homogeneous.sigma2 == sigma2


def test_a_variance_at_its_boundary_in_one_analysis_has_no_pooled_standard_error():
    rng = np.random.default_rng(3)
    noise = rng.normal(size=(12, 8))
    flat = (noise - noise.mean(axis=1, keepdims=True)).ravel()  # no variance between units
    pooled = run_all([made(1, Y2=flat)], plausible(ModelSpec("Y1", (INTERCEPT,))))
    assert pooled.analyses[1].solution.tau[0, 0] == pytest.approx(0, abs=1e-12)
    assert pooled.solution.tau_se is None
    assert pooled.solution.tau_elements[0].estimate.est > 0
    assert pooled.warnings[0].startswith("Y2: The model ends at the boundary of tau")
    at_boundary = pooled.analyses[1].solution.convergence.boundary
    assert to_json(pooled)["boundary"] == list(at_boundary)


def test_data_files_are_pooled():
    files = [made(1, "one.mdmx"), made(2, "two.mdmx")]
    pooled = run_all(files, SPEC)
    assert (pooled.kind, pooled.names) == (Pooling.FILES, ("one.mdmx", "two.mdmx"))
    assert [each.data_name for each in pooled.analyses] == ["one.mdmx", "two.mdmx"]
    assert pooled.converged
    assert pooled.common(lambda each: each.n_level1) == 96
    assert pooled.warnings == ()


def test_every_file_is_run_with_every_plausible_value():
    pooled = run_all([made(1, "one.mdmx"), made(2, "two.mdmx")], plausible(n=2))
    assert pooled.kind is Pooling.BOTH
    assert pooled.names == ("one.mdmx, Y1", "one.mdmx, Y2", "two.mdmx, Y1", "two.mdmx, Y2")


def test_files_that_do_not_belong_together_are_refused():
    first, second = made(1, "one.mdmx"), made(2, "two.mdmx")
    with pytest.raises(DataError, match=r"again\.mdmx holds exactly the same values as one\.mdmx"):
        run_all([first, second, made(1, "again.mdmx")], SPEC)
    catalogue = replace(second.catalogue, structure=Structure.MEASURES_IN_PERSONS)
    with pytest.raises(DataError, match=r"two\.mdmx holds measures within persons, one\.mdmx p"):
        run_all([first, replace(second, catalogue=catalogue)], SPEC)
    poor = replace(second.catalogue, level1=second.catalogue.level1[1:])
    words = r"Data file 2 of 2 \(two\.mdmx\): The data have no level-1 variable X"
    with pytest.raises(SpecError, match=words):
        run_all([first, replace(second, catalogue=poor)], SPEC)


def without_rows(data, name, unit, rows):
    """The file `name`: of a unit only its first rows, and nothing of it if these are 0."""
    place = data.unit_ids.index(unit)
    kept = np.ones(data.n_rows, dtype=bool)
    kept[data.offsets[place] + rows : data.offsets[place + 1]] = False
    sizes = np.diff(data.offsets) - np.array([each == unit for each in data.unit_ids]) * (8 - rows)
    return replace(
        data,
        name=name,
        unit_ids=tuple(np.array(data.unit_ids)[sizes > 0]),
        offsets=np.concatenate(([0], np.cumsum(sizes[sizes > 0]))),
        level1={key: values[kept] for key, values in data.level1.items()},
        level2={key: values[sizes > 0] for key, values in data.level2.items()},
    )


@pytest.mark.parametrize(
    ("rows", "held", "found"),
    [
        (5, "93 rows in 12 units", "has 5 rows in two.mdmx"),
        (0, "88 rows in 11 units", "is not in two.mdmx"),
    ],
)
def test_a_file_of_other_rows_is_refused_before_anything_is_run(monkeypatch, rows, held, found):
    monkeypatch.setattr(imputation, "run", None)
    other = without_rows(made(2), "two.mdmx", "3", rows)
    with pytest.raises(DataError) as refused:
        run_all([made(1), other], SPEC)
    assert str(refused.value).startswith(
        f"two.mdmx holds {held}, one.mdmx 96 rows in 12 units: "
        f"ID 3 has 8 rows in one.mdmx and {found}."
    )
    with pytest.raises(DataError, match=r"one\.mdmx holds 96 rows .* ID 3 "):
        run_all([other, made(1)], SPEC)


def test_units_of_other_names_are_refused():
    other = made(2, "two.mdmx")
    other = replace(other, unit_ids=(*other.unit_ids[:-1], "other"))
    words = r"ID 11 has 8 rows in one\.mdmx and is not in two\.mdmx\."
    with pytest.raises(DataError, match=words):
        run_all([made(1), other], SPEC)


def test_a_file_named_twice_is_told_so():
    first, second = made(1), made(2, "two.mdmx")
    words = r"^two\.mdmx is named twice, as data file 2 and as data file 3 "
    with pytest.raises(DataError, match=words):
        run_all([first, second, second], SPEC)


def test_what_is_wrong_with_the_model_is_told_of_no_file():
    spec = replace(SPEC, settings=Settings(bootstrap=1))
    with pytest.raises(SpecError, match=r"^A bootstrap of 1 says nothing\.[^\n]*$"):
        run_all([made(1), made(2, "two.mdmx")], spec)


def test_a_plausible_value_without_any_value_is_named(monkeypatch):
    monkeypatch.setattr(imputation, "run", None)
    with pytest.raises(DataError, match=r"^The plausible value Y2 has no value .*plausible values"):
        run_all([made(1, Y2=np.full(96, NAN))], plausible())


def test_a_missing_plausible_value_is_told_before_anything_is_run(monkeypatch):
    monkeypatch.setattr(imputation, "run", None)
    with pytest.raises(SpecError, match=r"^The data have no level-1 variable Y4\."):
        run_all([made(1)], plausible(n=4))


def test_an_analysis_without_estimate_is_named(monkeypatch):
    def fail_at_2(data, spec, observer):
        if spec.outcome == "Y2":
            raise NumericalError("no maximum")
        return run(data, spec, observer)

    monkeypatch.setattr(imputation, "run", fail_at_2)
    with pytest.raises(NumericalError, match=r"^Plausible value 2 of 3 \(Y2\): no maximum$"):
        run_all([made(1)], plausible())


def test_one_analysis_that_does_not_converge_is_enough_and_is_named(monkeypatch):
    def hasty_at_2(data, spec, observer):
        iterations = 1 if spec.outcome == "Y2" else 100
        settings = replace(spec.settings, max_iterations=iterations)
        return run(data, replace(spec, settings=settings), observer)

    monkeypatch.setattr(imputation, "run", hasty_at_2)
    pooled = run_all([made(1)], plausible())
    assert not pooled.converged
    (warning,) = pooled.warnings
    assert warning.startswith("Y2: The model did not converge")


def test_different_rows_are_told_and_a_warning_of_all_is_told_once(monkeypatch):
    def warn(data, spec, observer):
        return replace(run(data, spec, observer), warnings=("careful.",))

    monkeypatch.setattr(imputation, "run", warn)
    gap = np.where(np.arange(96) < 8, NAN, made(1).level1["Y2"])
    pooled = run_all([made(1, Y2=gap)], plausible())
    different, careful = pooled.warnings
    assert different.startswith(
        "The analyses use different rows, 88 to 96 rows in 11 to 12 level-2 units, the fewest with "
        "Y2: values of the model's variables are missing in some of them only."
    )
    assert careful == "All analyses: careful."
    assert pooled.common(lambda each: each.n_level1) is None


def test_progress_tells_which_analysis():
    events = []
    run_all([made(1)], plausible(n=2), events.append)
    parts = list(dict.fromkeys(each.part for each in events))
    assert parts == ["Plausible value 1 of 2", "Plausible value 2 of 2"]
