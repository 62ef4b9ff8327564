"""Garbage is collected in the GUI thread, and nowhere else."""

import gc
from concurrent.futures import ThreadPoolExecutor
from threading import current_thread

import pytest
from PySide6.QtCore import QObject

from app.collector import Collector


class Ring:
    """Refers to itself, so that only the collector can end it; notes the thread of its end."""

    def __init__(self, ends):
        self.me, self.ends = self, ends

    def __del__(self):
        self.ends.append(current_thread().name)


@pytest.fixture
def eager():
    """Few allocations pass the threshold."""
    threshold = gc.get_threshold()
    gc.set_threshold(50, *threshold[1:])
    yield
    gc.set_threshold(*threshold)


@pytest.fixture
def collector(qtbot, eager):
    gc.enable()
    parent = QObject()
    collector = Collector(parent)
    yield collector
    collector.stop()
    assert gc.isenabled()
    gc.disable()


def test_worker_that_allocates_leaves_garbage_to_the_window(qtbot, collector):
    ends = []
    with ThreadPoolExecutor(1, "worker") as worker:
        worker.submit(lambda: [Ring(ends) for _ in range(200)] and None).result()
    assert ends == []
    qtbot.waitUntil(lambda: len(ends) == 200)
    assert set(ends) == {"MainThread"}


def test_tests_of_windows_collect_in_between_only():
    assert not gc.isenabled()
