"""Finding out beside the window which values a variable has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.jobs import Worker
from estimation.data.steps import Category, categories

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from estimation.data.table import Levels


class CategoryFinder(QObject):
    """`found` brings the categories of the variable asked for last, `failed` why there are none."""

    found = Signal(tuple)
    failed = Signal(str)

    def __init__(self, levels: Levels, executor: Executor, parent: QObject) -> None:
        super().__init__(parent)
        self._levels = levels
        self._worker = Worker(executor, self)

    def ask(self, level: int, name: str) -> None:
        """Look at the values of a variable."""

        def work(_listener: object) -> tuple[Category, ...]:
            return categories(self._levels.level(level)[name])

        self._worker.do(f"Looking at {name}", work, self.found.emit, self.failed.emit)
