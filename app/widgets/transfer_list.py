"""Two lists side by side; double-click, Space or a button moves an item across."""

from collections.abc import Hashable, Iterable
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QLabel,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.icons import icon
from app.widgets.pick_list import PickList


class Choice(NamedTuple):
    """Something to be chosen: what it is, how it is called, and more about it."""

    key: Hashable
    text: str
    tip: str = ""


class TransferList(QWidget):
    """What is possible on the left, in its own order; what is chosen on the right, as chosen.

    Each list is given by its title, with a mnemonic, and its content.
    """

    changed = Signal()

    def __init__(
        self, possible: tuple[str, Iterable[Choice]], chosen: tuple[str, Iterable[Hashable]]
    ) -> None:
        super().__init__()
        self._choices = {choice.key: choice for choice in possible[1]}
        self._chosen = list(chosen[1])
        self._left, self._right = PickList(), PickList()
        self._add = _arrow("add", "&Add", chosen[0])
        self._remove = _arrow("remove", "&Remove", possible[0])
        self._add.clicked.connect(lambda: self._move(self._left.currentItem()))
        self._remove.clicked.connect(lambda: self._move(self._right.currentItem()))
        self._lay_out(possible[0], chosen[0])
        for pick_list in (self._left, self._right):
            pick_list.itemDoubleClicked.connect(self._move)
            pick_list.picked.connect(self._move)
            pick_list.itemSelectionChanged.connect(self._enable_arrows)
        self._fill()

    def chosen(self) -> tuple[Hashable, ...]:
        """Keys of what is chosen, in the order of choosing."""
        return tuple(self._chosen)

    def _lay_out(self, left_title: str, right_title: str) -> None:
        """Put left list, arrows and right list in their places; the Tab key follows the order."""
        arrows = QVBoxLayout()
        arrows.addStretch()
        arrows.addWidget(self._add)
        arrows.addWidget(self._remove)
        arrows.addStretch()
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        _add_column(grid, 0, left_title, self._left)
        grid.addLayout(arrows, 1, 1)
        _add_column(grid, 2, right_title, self._right)

    def _move(self, item: QListWidgetItem) -> None:
        """Move across: there the item is then the current one, here the one after it."""
        key = item.data(Qt.ItemDataRole.UserRole)
        if key in self._chosen:
            self._chosen.remove(key)
        else:
            self._chosen.append(key)
        self._fill(key)
        self.changed.emit()

    def _fill(self, moved: Hashable = None) -> None:
        chosen = [self._choices[key] for key in self._chosen]
        _show(self._left, [each for each in self._choices.values() if each not in chosen], moved)
        _show(self._right, chosen, moved)
        self._enable_arrows()

    def _enable_arrows(self) -> None:
        self._add.setEnabled(bool(self._left.selectedItems()))
        self._remove.setEnabled(bool(self._right.selectedItems()))


def _arrow(name: str, text: str, target: str) -> QPushButton:
    button = QPushButton(icon(name), text)
    button.setToolTip(f"Move to {target.replace('&', '')}")
    return button


def _add_column(grid: QGridLayout, column: int, title: str, pick_list: PickList) -> None:
    label = QLabel(title)
    label.setBuddy(pick_list)
    pick_list.setAccessibleName(title.replace("&", ""))
    grid.addWidget(label, 0, column)
    grid.addWidget(pick_list, 1, column)
    grid.setColumnStretch(column, 1)


def _show(pick_list: PickList, choices: Iterable[Choice], moved: Hashable) -> None:
    """Fill a list; `moved` becomes its current item if it is there, else the place is kept."""
    row = pick_list.currentRow()
    pick_list.clear()
    for number, choice in enumerate(choices):
        item = QListWidgetItem(choice.text, pick_list)
        item.setData(Qt.ItemDataRole.UserRole, choice.key)
        item.setToolTip(choice.tip)
        row = number if choice.key == moved else row
    pick_list.setCurrentRow(min(max(row, 0), pick_list.count() - 1))
