"""One terminal signal a job, whatever happens, and no thread left."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Event, current_thread
from threading import enumerate as threads

import numpy as np
import pytest

from app.jobs import FitJob, Worker
from estimation.analysis import run
from estimation.data import TwoLevelData
from estimation.data.describe import describe
from estimation.errors import DataError, NumericalError
from estimation.progress import Cancelled, Progress, Reading
from estimation.spec import Catalogue, ModelSpec, VariancePredictor
from estimation.spec.edits import (
    add_level1,
    choose_outcome,
    set_variance_predictors,
    toggle_random,
)


class Ends:
    """Writes down how a job ended."""

    def __init__(self, job):
        self.all = []
        job.finished.connect(lambda result: self.all.append(("finished", result)))
        job.failed.connect(lambda words: self.all.append(("failed", words)))
        job.cancelled.connect(lambda: self.all.append(("cancelled",)))


def until_told(event):
    """Work that gives signs of life until `event` is set."""

    def work(observer):
        iteration = 0
        while not event.wait(0.001):
            iteration += 1
            observer(Progress("homogeneous", iteration, 10.0))
        return "done"

    return work


def test_result_is_reported_once(qtbot, thread):
    job = FitJob(lambda observer: 42, thread)
    ends = Ends(job)
    qtbot.waitUntil(lambda: ends.all != [])
    job.cancel()
    assert ends.all == [("finished", 42)]


def test_signals_come_in_the_window_s_thread(qtbot, inline, thread):
    seen = []
    for executor in (inline, thread):
        job = FitJob(lambda observer: current_thread().name, executor)
        job.finished.connect(lambda name: seen.append((name, current_thread().name)))
        qtbot.waitSignal(job.finished).wait()
    assert [there for _, there in seen] == ["MainThread", "MainThread"]
    assert seen[1][0].startswith("test-fit")


def test_refused_model_fails_in_words(qtbot, inline):
    def work(observer):
        raise NumericalError("Unit 1224 is fitted exactly.")

    job = FitJob(work, inline)
    ends = Ends(job)
    qtbot.waitUntil(lambda: ends.all != [])
    assert ends.all == [("failed", "Unit 1224 is fitted exactly.")]


def test_unexpected_error_ends_the_job_and_reaches_the_hook(qtbot, thread, monkeypatch):
    caught = []
    monkeypatch.setattr(sys, "excepthook", lambda *what: caught.append(what))
    job = FitJob(lambda observer: 1 / 0, thread)
    ends = Ends(job)
    qtbot.waitUntil(lambda: ends.all != [])
    assert [end[0] for end in ends.all] == ["failed"]
    assert "unexpected" in ends.all[0][1]
    assert [each[0] for each in caught] == [ZeroDivisionError]


def test_progress_is_passed_on_at_a_readable_rate(qtbot, thread):
    enough = Event()
    job = FitJob(until_told(enough), thread)
    seen = []
    job.progressed.connect(seen.append)
    qtbot.waitUntil(lambda: len(seen) == 4)
    enough.set()
    qtbot.waitSignal(job.finished).wait()
    iterations = [each.iteration for each in seen]
    assert iterations == sorted(set(iterations))
    assert iterations[-1] > len(iterations)


def test_cancelled_job_reports_nothing_else(qtbot, thread):
    never = Event()
    job = FitJob(until_told(never), thread)
    ends = Ends(job)
    qtbot.waitSignal(job.progressed).wait()
    job.cancel()
    job.cancel()
    assert ends.all == [("cancelled",)]
    follower = FitJob(lambda observer: 1, thread)  # runs only when the first has left the thread
    qtbot.waitSignal(follower.finished).wait()
    assert ends.all == [("cancelled",)]


def test_finished_but_cancelled_in_time_is_cancelled(qtbot, inline):
    job = FitJob(lambda observer: 1, inline)
    ends = Ends(job)
    job.cancel()
    follower = FitJob(lambda observer: 2, inline)
    qtbot.waitSignal(follower.finished).wait()
    assert ends.all == [("cancelled",)]


def large():
    """Enough rows for a fit of some seconds, with a continuous variance predictor."""
    rows, unit = 200_000, 20
    rng = np.random.default_rng(1)
    X, C = rng.normal(size=(2, rows))
    u = np.repeat(rng.normal(size=(rows // unit, 2)), unit, axis=0)
    r = rng.normal(size=rows) * np.exp((3.7 + 0.05 * C) / 2)
    level1 = {"X": X, "C": C, "Y": 13 - 1.4 * X + 3 * u[:, 0] + u[:, 1] * X + r}
    unit_ids = tuple(map(str, range(rows // unit)))
    offsets = np.arange(0, rows + 1, unit)
    catalogue = Catalogue(describe(level1, {}), ())
    return TwoLevelData("large", "ID", unit_ids, offsets, level1, {}, catalogue)


def test_real_fit_is_cancelled_at_once_and_leaves_the_worker(qtbot, thread):
    spec = toggle_random(add_level1(choose_outcome(ModelSpec(), "Y"), "X"), "X")
    spec = set_variance_predictors(spec, (VariancePredictor("C"),))
    job = FitJob(partial(run, large(), spec), thread)
    ends = Ends(job)

    def fitting(progress):
        return progress.m2ll is not None

    with qtbot.waitSignal(job.progressed, timeout=60_000, check_params_cb=fitting):
        pass
    job.cancel()
    assert ends.all == [("cancelled",)]
    assert isinstance(job.future.exception(timeout=60), Cancelled)


@pytest.mark.parametrize("cancel_every", [3])
def test_three_hundred_jobs(qtbot, cancel_every):
    ended = []
    with ThreadPoolExecutor(1) as executor:
        for number in range(300):

            def work(observer, number=number):
                observer(Progress("homogeneous", number))
                return number

            job = FitJob(work, executor)
            job._timer.setInterval(0)
            ends = Ends(job)
            if number % cancel_every == 0:
                job.cancel()
            qtbot.waitUntil(lambda ends=ends: ends.all != [])
            ended.append(ends.all)
            job.deleteLater()
    assert all(len(each) == 1 for each in ended)
    assert [each[0][1] for each in ended if each[0][0] == "finished"] == [
        number for number in range(300) if number % cancel_every
    ]


FIVE_THOUSAND = """
from PySide6.QtCore import QCoreApplication, QObject, Signal

class Bell(QObject):
    rung = Signal(bool)

app = QCoreApplication([])
bell = Bell()
count = 0
def hear(on):
    global count
    count += on
bell.rung.connect(hear)
for _ in range(5000):
    bell.rung.emit(True)
print(count)
"""


def test_five_thousand_signals_leave_python_alive():
    """PySide6 6.12.0 on Python 3.11 aborts after some five hundred."""
    child = subprocess.run(
        [sys.executable, "-c", FIVE_THOUSAND], capture_output=True, text=True, check=False
    )
    assert (child.returncode, child.stdout.strip()) == (0, "5000"), child.stderr


# ------------------------------------------------------------------------------ one at a time


@pytest.fixture
def ends():
    """What a worker brought."""
    return []


def do(worker, ends, work, title="Reading"):
    worker.do(title, work, ends.append, ends.append)


def test_worker_brings_results_and_failures(qtbot, thread, ends):
    def refuse(listener):
        raise DataError("hsb1.sav is empty.")

    worker = Worker(thread)
    for work in (lambda listener: 1, refuse):
        n = len(ends)
        do(worker, ends, work)
        qtbot.waitUntil(lambda n=n: len(ends) > n)
    assert ends == [1, "hsb1.sav is empty."]


def test_what_is_done_at_once_is_brought_at_once_and_shows_no_sign(qtbot, inline, ends):
    worker = Worker(inline)
    busy = []
    worker.changed.connect(lambda: busy.append(worker.busy))
    do(worker, ends, lambda listener: 1)
    assert (ends, set(busy)) == ([1], {False})


def test_worker_shows_what_takes_longer_than_a_moment(qtbot, thread, ends):
    def work(listener):
        while not go.wait(0.002):
            listener(Reading("Reading hsb1.sav", 0.4))

    go, worker = Event(), Worker(thread)
    worker._moment.setInterval(5)
    do(worker, ends, work, "Opening hsb.hlm")
    assert not worker.busy
    qtbot.waitUntil(lambda: worker.busy and worker.reading.share == 0.4)
    assert worker.title == "Opening hsb.hlm"
    go.set()
    qtbot.waitUntil(lambda: ends == [None])
    assert (worker.busy, worker.title) == (False, "")


def test_newer_work_ends_the_older(qtbot, thread, ends):
    worker = Worker(thread)
    do(worker, ends, until_told(Event()))
    do(worker, ends, lambda listener: "newer")
    qtbot.waitUntil(lambda: ends != [])
    worker.cancel()
    assert ends == ["newer"]


def test_closed_worker_brings_and_does_nothing(qtbot, ends):
    worker = Worker(ThreadPoolExecutor(1, "test-data"))
    do(worker, ends, until_told(Event()))
    worker.close()
    do(worker, ends, lambda listener: 1)
    qtbot.waitUntil(lambda: not [each for each in threads() if each.name.startswith("test-data")])
    assert ends == []
