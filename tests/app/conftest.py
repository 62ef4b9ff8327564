"""What the tests of the windows have in common."""

from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from threading import enumerate as threads

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from estimation.data import TwoLevelData
from estimation.data.describe import describe
from estimation.spec import Catalogue


class InlineExecutor(Executor):
    """Runs what it is given at once, in the thread that gives it."""

    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # noqa: BLE001 - as an executor does
            future.set_exception(error)
        return future


@pytest.fixture
def inline() -> Executor:
    return InlineExecutor()


@pytest.fixture
def thread(qtbot: QtBot) -> Iterator[Executor]:
    with ThreadPoolExecutor(1, "test-fit") as executor:
        yield executor
    assert not [each for each in threads() if each.name.startswith("test-fit")]


@pytest.fixture
def present(qtbot: QtBot) -> Callable[[QWidget, int, int], QWidget]:
    """Show a widget of that size as the active window."""

    def show(widget: QWidget, width: int, height: int) -> QWidget:
        qtbot.addWidget(widget)
        widget.resize(width, height)
        widget.show()
        qtbot.waitExposed(widget)
        widget.activateWindow()
        qtbot.waitUntil(widget.isActiveWindow)
        return widget

    return show


@pytest.fixture
def small_data() -> TwoLevelData:
    """Six rows in two units: Y, X, Z at level 1 and W at level 2."""
    level1 = {
        "Y": np.array([1.0, 2, 3, 4, 6, 5]),
        "X": np.array([0.0, 1, 0, 1, 1, 0]),
        "Z": np.array([2.0, 1, 4, 3, 5, 9]),
    }
    level2 = {"W": np.array([0.0, 1])}
    catalogue = Catalogue(describe(level1, {"Y": "Yield"}), describe(level2, {}))
    return TwoLevelData("small", "ID", ("a", "b"), np.array([0, 3, 6]), level1, level2, catalogue)
