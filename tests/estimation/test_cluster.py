"""A folder on a Dask cluster of two workers, one of which is killed in the middle of a fit."""

import os
import signal
import time
from functools import partial
from importlib import import_module

import parted
import pytest
from distributed import LocalCluster

from estimation.analysis import run
from estimation.cli import main
from estimation.cluster import Cluster, connected
from estimation.data.folder import open_folder
from estimation.errors import DataError, FileError
from estimation.progress import Cancelled
from estimation.spec import INTRCPT1, Centring, Equation, ModelSpec, Term, VariancePredictor

SPEC = ModelSpec(
    outcome="MATHACH",
    equations=(
        Equation(Term(INTRCPT1), (Term("MEANSES"),), random=True),
        Equation(Term("SES", Centring.GROUP), random=True),
    ),
    variance_predictors=(VariancePredictor("SES"),),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return parted.write(tmp_path_factory.mktemp("data") / "hsb", parted.flat())


@pytest.fixture(scope="module")
def address():
    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=":0", memory_limit=0
    ) as cluster:
        yield cluster.scheduler_address


def on(client):
    """Parts on the cluster."""
    return partial(Cluster, client)


def estimates(analysis):
    solution = analysis.heterogeneous
    return [
        solution.m2ll,
        *(value for each in solution.fixed for value in (each.est, each.se)),
        *solution.tau.ravel(),
        *(value for each in solution.alpha for value in (each.est, each.se)),
    ]


@pytest.fixture(scope="module")
def expected(folder):
    return pytest.approx(estimates(run(open_folder(folder), SPEC)), rel=1e-8, abs=1e-10)


def test_a_cluster_gives_the_same(folder, address, expected):
    with connected(address) as client:
        data = open_folder(folder, engine=on(client))
        assert estimates(run(data, SPEC)) == expected


def test_a_worker_that_is_killed_costs_no_answer(folder, address, expected):
    killed = []

    def observer(event):
        if event.stage == "heterogeneous" and event.iteration == 1 and not killed:
            killed.append(min(client.run(os.getpid).values()))
            os.kill(killed[0], signal.SIGKILL)

    with connected(address) as client:
        data = open_folder(folder, engine=on(client))
        assert estimates(run(data, SPEC, observer)) == expected
        assert killed


def test_a_run_on_a_cluster_can_be_cancelled(folder, address):
    def observer(event):
        if event.stage == "heterogeneous":
            raise Cancelled

    with connected(address) as client, pytest.raises(Cancelled):
        run(open_folder(folder, engine=on(client)), SPEC, observer)


def test_a_part_that_takes_long_can_be_cancelled(address):
    def attend():
        raise Cancelled

    with connected(address) as client, pytest.raises(Cancelled):
        Cluster(client, [3]).attended(attend).map(time.sleep)


def test_a_cluster_without_workers(monkeypatch):
    monkeypatch.setattr("estimation.cluster.WORKERLESS", 0.5)
    with (
        LocalCluster(n_workers=0, dashboard_address=":0") as cluster,
        connected(cluster.scheduler_address) as client,
        pytest.raises(FileError, match="has had no workers"),
    ):
        Cluster(client, [0]).map(time.sleep)


def test_a_scheduler_that_is_lost():
    with (
        LocalCluster(n_workers=1, dashboard_address=":0") as cluster,
        connected(cluster.scheduler_address) as client,
        pytest.raises(FileError, match="does not answer any more"),
    ):
        Cluster(client, [3]).attended(cluster.close).map(time.sleep)


class Foreign:
    """What cannot be read elsewhere, as if Levelwise were not installed there."""

    def __reduce__(self):
        return import_module, ("levelwise_of_another_version",)


def test_a_scheduler_without_levelwise(address):
    with connected(address) as client, pytest.raises(FileError, match="needs this version"):
        Cluster(client, [Foreign()]).map(time.sleep)


def test_errors_of_the_data_come_back(tmp_path, address):
    table = parted.flat()
    table["MEANSES"] = table["SES"]
    folder = parted.write(tmp_path / "wrong", table)
    with connected(address) as client, pytest.raises(DataError, match="MEANSES varies") as caught:
        run(open_folder(folder, engine=on(client)), SPEC)
    assert caught.value.variable == "MEANSES"


def test_the_command_line(folder, address, tmp_path, capsys):
    model = tmp_path / "model.hlm"
    lines = ("level1:MATHACH=INTRCPT1+SES,1+RANDOM", "level2:INTRCPT1=INTRCPT2+random/")
    model.write_text("\n".join((*lines, "level2:SES=INTRCPT2+random/\n")), encoding="utf-8")
    options = ["run", str(model), "--data", str(folder), "--quiet"]
    assert main(options) == 0
    alone = capsys.readouterr().out
    assert main([*options, "--scheduler", address]) == 0
    assert capsys.readouterr().out == alone


def test_a_scheduler_that_does_not_answer(monkeypatch):
    monkeypatch.setattr("estimation.cluster.PATIENCE", 0.5)
    with pytest.raises(FileError, match=r"No Dask scheduler answers at tcp://127\.0\.0\.1:1"):
        connected("tcp://127.0.0.1:1")
