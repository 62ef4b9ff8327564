"""The parametric bootstrap: what is drawn, what is told, and the processes that do it."""

import os
import tempfile
from dataclasses import replace

import numpy as np
import pytest
import whole
from numpy.testing import assert_allclose
from refits import inferences
from simulate import Sample, fit, model, sample

from estimation import bootstrap as module
from estimation.bootstrap import Point, Task, bootstrap
from estimation.bootstrap_child import Refits
from estimation.errors import FileError, NumericalError, SpecError
from estimation.progress import Cancelled, Progress, ignore
from estimation.spec import Settings, VariancePredictor, Weight, Weighting
from estimation.standardise import in_one_part

SIZES = [4 + j % 3 for j in range(60)]
DRAWN = sample(6, SIZES, "full")
ASKED = Settings(bootstrap=8, seed=5)


@pytest.fixture(scope="module")
def both():
    """Homogeneous and heterogeneous fit."""
    return inferences(DRAWN.data(), model(variance=("D",)))


@pytest.fixture
def children(monkeypatch):
    """Collect the processes that are started."""
    started, start = [], module._start

    def noted(*args):
        started.append(start(*args))
        return started[-1]

    monkeypatch.setattr(module, "_start", noted)
    return started


def refits(homogeneous, asked, seed=5):
    points = [Point(it.fit.tau, it.fit.alpha, it.at_boundary) for it in (asked, homogeneous)]
    null = points[1] if asked.heterogeneous else None
    return Refits(
        Task(in_one_part(asked.model), points[0], null, asked.problem.restricted, 100, seed)
    )


@pytest.mark.parametrize("form", [{}, {"variance": ("D",)}, {"variance": ("X",), "reml": True}])
def test_a_sample_is_refitted_as_any_data(form):
    """The program's own run on the outcome that was drawn ends at the same estimates."""
    spec = model(**form)
    homogeneous, asked = inferences(DRAWN.data(), spec)
    refit = refits(homogeneous, asked)
    record = refit.record(3)
    y = refit._draw(Point(asked.fit.tau, asked.fit.alpha, singular=False), 3, 0)
    columns = {"X": whole.columns(refit._model)[:, :2] @ asked.model.T_Z[:, 1], "Y": y}
    if spec.variance_predictors == (VariancePredictor("D"),):
        columns["D"] = refit._rows.C[:, 0]
    other = Sample(np.repeat(np.arange(len(SIZES)), SIZES), columns, DRAWN.level2)
    solution = fit(other, spec)[-1]
    values = module._in_users_units(asked, record[None, 1:-1])[0]
    s = asked.model.s
    gamma = (values[:2] - asked.gamma) / s
    assert_allclose(gamma, [each.est for each in solution.fixed], rtol=1e-4, atol=1e-6)
    assert_allclose(values[2:5] / s**2, solution.tau[np.tril_indices(2)], rtol=1e-4)


def test_one_process_or_two_give_the_same_and_the_seed_decides(both, monkeypatch, children):
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    seen = []
    one = bootstrap(*both, ASKED, seen.append)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    assert bootstrap(*both, ASKED, ignore) == one
    assert len(children) == 3
    assert seen[0] == Progress("bootstrap", 0, total=8)
    assert seen[-1] == Progress("bootstrap", 8, total=8)
    records = [refits(*both).record(number) for number in range(8)]
    others = [refits(*both, seed=6).record(number) for number in range(8)]
    values = module._in_users_units(both[1], np.array(records)[:, 1:-1])
    found = {each.parameter: each for each in one.intervals}
    assert list(found) == ["G00", "G10", "tau00", "tau10", "tau11", "alpha0", "alpha1"]
    assert_allclose(found["alpha1"].se, values[:, -1].std(ddof=1))
    assert_allclose(found["tau11"].lower, np.quantile(values[:, 4], 0.025))
    assert_allclose(found["G10"].est, both[1].gamma[1])
    lr = both[0].fit.at.m2ll - both[1].fit.at.m2ll
    assert one.lr_p == (1 + sum(record[-1] >= lr for record in records)) / 9
    assert not np.isin(np.array(records)[:, 1:], np.array(others)[:, 1:]).any()


def test_estimates_spread_as_they_should():
    """Least squares: E σ̂² = σ²(N − f)/N and SD σ²√(2(N − f))/N; Var γ = σ²(X'X)⁻¹."""
    first, _ = inferences(DRAWN.data(), model(random=()))
    refit, n, count = refits(first, first), len(DRAWN.unit), 200
    records = np.array([refit.record(number)[1:-1] for number in range(count)])
    values = module._in_users_units(first, records)
    sigma2 = float(np.exp(first.alpha[0]))
    sd = sigma2 * np.sqrt(2 * (n - 2)) / n
    within = 4 / np.sqrt(count)
    assert_allclose(values[:, 2].mean(), sigma2 * (n - 2) / n, atol=within * sd)
    assert_allclose(values[:, 2].std(), sd, rtol=within / np.sqrt(2))
    se = np.sqrt(np.diag(first.gamma_cov))
    assert np.all(np.abs(values[:, :2].mean(axis=0) - first.gamma) < within * se)
    assert_allclose(values[:, :2].std(axis=0), se, rtol=within / np.sqrt(2))


def test_samples_without_estimates_are_counted(both, monkeypatch):
    width = 1 + 2 + 3 + 2 + 1
    records = np.tile(np.arange(10.0)[:, None], width)
    records[:3, 1:-1] = np.nan
    records[4, -1] = np.nan
    monkeypatch.setattr(module, "_records", lambda *_: records)
    found = bootstrap(*both, ASKED, ignore)
    assert (found.samples, found.failed, found.lr_failed) == (10, 3, 1)
    # LR χ² of the data lies beyond 9; the records hold 0 to 9 without 4.
    assert found.lr_p == 1 / 10
    records[:9, 1:-1] = np.nan
    assert bootstrap(*both, ASKED, ignore).intervals == ()


def test_cancelling_ends_every_process_at_once(both, monkeypatch, children):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)

    def impatient(event):
        if len(children) == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        bootstrap(*both, replace(ASKED, bootstrap=100_000), impatient)
    assert [child.returncode is not None for child in children] == [True, True]


def test_a_process_that_breaks_down_is_told_in_words(both, monkeypatch, children):
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    monkeypatch.setattr(module, "_PROGRAM", "raise MemoryError('no room')")
    with pytest.raises(NumericalError, match=r"broke down \(MemoryError: no room\).*without the"):
        bootstrap(*both, ASKED, ignore)
    assert all(child.returncode is not None for child in children)


def test_a_temporary_folder_that_cannot_be_written_is_told_in_words(both, monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(FileError, match=r"temporary files: No such file.*Make room there"):
        bootstrap(*both, ASKED, ignore)


def test_design_weights_are_refused():
    drawn = DRAWN.set1(A=np.ones(sum(SIZES)))
    spec = replace(model(), weighting=Weighting(level1=Weight("A")))
    with pytest.raises(SpecError, match="design weights"):
        bootstrap(*inferences(drawn.data(), spec), ASKED, ignore)
