"""What the forms of data steps are made of: a variable, a name, a number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QHBoxLayout, QLineEdit, QListView, QWidget

from estimation.data.report import some
from estimation.data.steps import free_name
from estimation.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PySide6.QtGui import QFocusEvent, QWheelEvent

    from estimation.data.table import Field, Levels

_CHARACTERS = 26


class Incomplete(Exception):  # noqa: N818 - not an error: the user has not come to it yet
    """Something is still to be entered; the text says what."""


class VariableBox(QComboBox):
    """Chooses a variable from a list, or by typing a part of its name or label.

    Shows the variables of `levels` that are of `of_levels`, texts only if they are wanted, and
    `none` as the first entry if there is one.  `chosen` follows each change.
    """

    chosen = Signal()

    def __init__(
        self,
        levels: Levels,
        of_levels: Sequence[int] = (1, 2),
        *,
        texts: bool = False,
        none: str = "",
    ) -> None:
        super().__init__()
        self._none = none
        self._fields: list[tuple[int, Field] | None] = [None] if none else []
        self._fields += [
            (level, field)
            for level in of_levels
            for field in levels.fields(level)
            if texts or field.numeric
        ]
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_CHARACTERS)
        self.addItems([self._words(each, len(of_levels) > 1) for each in self._fields])
        self._set_up_typing()
        self.setCurrentIndex(0 if none else -1)
        self.currentTextChanged.connect(lambda _text: self.chosen.emit())

    def variable(self) -> tuple[int, Field] | None:
        """Return the level and the field chosen, None for `none`; raises Incomplete, DataError."""
        text = self.currentText().strip()
        if not text and not self._none:
            raise Incomplete("Choose a variable.")
        row = self._row_of(text)
        if row is None and any(text.casefold() in each.casefold() for each in self._entries()):
            raise Incomplete("Choose a variable of the list.")
        if row is None:
            raise DataError(f"There is no variable “{text}” to choose. Take one from the list.")
        return self._fields[row]

    def name(self) -> str:
        """Return the name of the variable chosen, empty for `none`."""
        found = self.variable()
        return found[1].name if found else ""

    def level(self) -> int:
        """Return the level of the variable chosen."""
        found = self.variable()
        return found[0] if found else 1

    def choose(self, name: str, level: int = 1) -> None:
        """Choose a variable; the name of one that is not there stands as if it were typed."""
        for row, each in enumerate(self._fields):
            if (each is None and not name) or (each and (each[0], each[1].name) == (level, name)):
                self.setCurrentIndex(row)
                self._show_beginning()
                return
        self.setCurrentIndex(-1)
        self.setEditText(name)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Show the beginning, where the name stands."""
        super().focusOutEvent(event)
        self._show_beginning()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to what scrolls: a variable is not changed by accident."""
        event.ignore()

    def _set_up_typing(self) -> None:
        completer = QCompleter(self.model(), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        self.setCompleter(completer)
        line = self.lineEdit()
        if line is not None:
            line.setPlaceholderText("Choose, or type a part of its name")
            line.editingFinished.connect(self._take_the_only_one)
        view = QListView(self)
        view.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setView(view)
        self.setMaxVisibleItems(16)

    def _take_the_only_one(self) -> None:
        """Choose the one entry that has what was typed, if there is only one."""
        text = self.currentText().strip().casefold()
        found = [row for row, each in enumerate(self._entries()) if text in each.casefold()]
        if text and self._row_of(self.currentText().strip()) is None and len(found) == 1:
            self.setCurrentIndex(found[0])

    def _words(self, variable: tuple[int, Field] | None, both: bool) -> str:
        if variable is None:
            return self._none
        level, field = variable
        name = f"{field.name} (level 2)" if both and level == 2 else field.name
        return f"{name} – {field.label}" if field.label else name

    def _entries(self) -> list[str]:
        return [self.itemText(row) for row in range(self.count())]

    def _row_of(self, text: str) -> int | None:
        """Return the entry with that text, or the first variable with that name."""
        row = self.currentIndex()
        if row >= 0 and self.itemText(row) == text:
            return row
        texts = self._entries()
        if text in texts:
            return texts.index(text)
        names = [each[1].name if each else "" for each in self._fields]
        same = [row for row, each in enumerate(names) if each.casefold() == text.casefold()]
        exact = [row for row in same if names[row] == text]
        return next(iter(exact or same), None)

    def _show_beginning(self) -> None:
        line = self.lineEdit()
        if line is not None:
            line.setCursorPosition(0)


class NameField(QLineEdit):
    """The name of a new variable; until the user writes one, that which is proposed."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        super().__init__()
        self._taken, self._own = set(taken), False
        self.textEdited.connect(self._make_own)

    def propose(self, name: str, taken: Iterable[str] | None = None) -> None:
        """Offer a name, made a free one, unless the user has written one."""
        self._taken = self._taken if taken is None else set(taken)
        if not self._own:
            self.setText(free_name(name, self._taken) if name else "")

    def take(self, name: str) -> None:
        """Hold a name as the user's own."""
        self.setText(name)
        self._own = True

    def name(self) -> str:
        """Return the name; raises Incomplete."""
        name = self.text().strip()
        if not name:
            raise Incomplete("Give the new variable a name.")
        return name

    def _make_own(self, text: str) -> None:
        self._own = bool(text)


def read_number(text: str, what: str) -> float:
    """Return the number that was entered, with a point or a comma; raises DataError."""
    plain = text.strip().replace("−", "-")
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        value = float(plain)
    except ValueError:
        value = float("nan")
    if not abs(value) < float("inf"):
        raise DataError(f"{what}: “{text.strip()}” is no number. Write one such as 2 or 0.5.")
    return value


def written(value: float | str) -> str:
    """Write a number so that it is read as exactly the same; a text stays as it is."""
    return value if isinstance(value, str) else repr(float(value)).removesuffix(".0")


def labels_of(field: Field) -> str:
    """Say what the values of a variable mean: "1 = Public, 2 = Catholic"."""
    return some([f"{written(value)} = {label}" for value, label in field.value_labels])


def quietly(widget: QWidget) -> QSignalBlocker:
    """Let no signal of a widget be heard, for a `with`."""
    return QSignalBlocker(widget)


def in_a_row(*parts: QWidget) -> QWidget:
    """Put widgets side by side, no wider than they need to be."""
    result = QWidget()
    row = QHBoxLayout(result)
    row.setContentsMargins(0, 0, 0, 0)
    for part in parts:
        row.addWidget(part)
    row.addStretch()
    return result
