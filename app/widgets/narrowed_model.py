"""What tables of things with a name and a label have in common: a filter, an order, their heads."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QWidget

_Index = QModelIndex | QPersistentModelIndex
_NOWHERE, _SHOWN = QModelIndex(), Qt.ItemDataRole.DisplayRole


class NarrowedModel(QAbstractTableModel):
    """Has a row for each thing that the filter's `words` leave, sorted by a column or not at all.

    A subclass shows in `data` what `shown` holds, and fills that in `arrange`.
    """

    def __init__(self, heads: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self._heads = tuple(heads)
        self.words: list[str] = []
        self.by, self.descending = -1, False
        self.shown: list[Any] = []

    def arrange(self) -> None:
        """Choose and sort what is shown."""
        raise NotImplementedError

    def narrow(self, words: str) -> None:
        """Show what has all the words in its name or label."""
        self.words = words.casefold().split()
        self.arrange()

    def has_words(self, *texts: str) -> bool:
        """Whether all the words stand somewhere in these texts."""
        text = " ".join(texts).casefold()
        return all(word in text for word in self.words)

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort by a column; -1 is the order of the file."""
        self.by, self.descending = column, order is Qt.SortOrder.DescendingOrder
        self.arrange()

    def rowCount(self, parent: _Index = _NOWHERE) -> int:
        """Return the number of things shown."""
        return 0 if parent.isValid() else len(self.shown)

    def columnCount(self, parent: _Index = _NOWHERE) -> int:
        """Return the number of heads."""
        return 0 if parent.isValid() else len(self._heads)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _SHOWN) -> Any:  # noqa: ANN401 - Qt's
        """Name a column."""
        named = orientation is Qt.Orientation.Horizontal and role == _SHOWN
        return self._heads[section] if named else None
