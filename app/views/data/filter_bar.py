"""The line that says which rows are shown: a variable, a comparison, a value."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QWidget

from app.views.data.arrangement import Comparison, Condition
from app.views.data.condition import comparisons, condition, example
from app.views.data.sheet import Sheet
from estimation.data.table import Field, Kind

_LETTERS, _VALUES = 12, 500
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class FilterBar(QWidget):
    """Gives its condition by `condition`; `asked` tells that it is to be applied, or taken away.

    `left` follows Esc.  What was entered stays when it is taken away.
    """

    variable_changed = Signal()
    asked = Signal()
    cleared = Signal()
    left = Signal()

    def __init__(self, sheet: Sheet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sheet = sheet
        self._names, self._comparison, self._value = (
            QComboBox(),
            QComboBox(),
            QComboBox(editable=True),
        )
        self._apply, self._clear = QPushButton("&Apply"), QPushButton("Clea&r")
        self._names.addItem(f"{sheet.id_name} (unit)", None)
        for name, field in sheet.fields.items():
            self._names.addItem(name, name)
            self._names.setItemData(self._names.count() - 1, field.label, _TIP)
        self._lay_out()
        self._names.currentIndexChanged.connect(self._show_field)
        self._names.currentIndexChanged.connect(self.variable_changed)
        self._comparison.currentIndexChanged.connect(self._enable)
        self._apply.clicked.connect(self.asked)
        self._clear.clicked.connect(self.cleared)
        self._names.setCurrentIndex(min(1, len(sheet.fields)))
        self._show_field()
        self.show_active(active=False)

    @property
    def name(self) -> str | None:
        """The variable chosen; none is the unit's ID."""
        name = self._names.currentData()
        return None if name is None else str(name)

    def condition(self) -> Condition:
        """Read the condition off the fields; raises DataError with the remedy."""
        test = Comparison(self._comparison.currentText())
        return condition(self.name, self._field, test, self._value.currentText())

    def show_condition(self, name: str | None, test: Comparison, value: str) -> None:
        """Enter a condition."""
        self._names.setCurrentIndex(self._names.findData(name) if name is not None else 0)
        self._comparison.setCurrentText(test.value)
        self._value.setEditText(value)

    def show_texts(self, texts: Sequence[str]) -> None:
        """Offer the texts of a column, if they are few."""
        if not self._value.count() and len(texts) <= _VALUES:
            typed = self._value.currentText()
            self._value.addItems(sorted(texts, key=str.casefold))
            self._value.setEditText(typed)

    def show_active(self, *, active: bool) -> None:
        """Show whether a condition is in force."""
        self._clear.setEnabled(active)

    def take_focus(self, *, at_value: bool = False) -> None:
        """Let the keyboard begin at the variable, or where a value is wanted."""
        first = self._value if at_value else self._names
        first.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Press the button in focus, or apply, by Enter; leave by Esc."""
        focus = self.focusWidget()
        if event.key() in _ENTER and isinstance(focus, QPushButton):
            focus.click()
        elif event.key() in _ENTER:
            self.asked.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    @property
    def _field(self) -> Field:
        name = self.name
        return Field(self._sheet.id_name, Kind.TEXT) if name is None else self._sheet.fields[name]

    def _show_field(self) -> None:
        """Offer the comparisons and the labels of the variable chosen."""
        field, test = self._field, self._comparison.currentText()
        with QSignalBlocker(self._comparison):
            self._comparison.clear()
            self._comparison.addItems([each.value for each in comparisons(field)])
            self._comparison.setCurrentIndex(max(self._comparison.findText(test), 0))
        self._value.clear()
        self._value.addItems([label for _, label in field.value_labels[:_VALUES]])
        if self.name is None and len(self._sheet.unit_ids) <= _VALUES:
            self._value.addItems(self._sheet.unit_ids)
        self._value.setEditText("")
        line = self._value.lineEdit()
        if line is not None:
            line.setPlaceholderText(example(field))
        self._enable()

    def _enable(self) -> None:
        self._value.setEnabled(Comparison(self._comparison.currentText()).needs_value)

    def _lay_out(self) -> None:
        label = QLabel("&Filter:")
        label.setBuddy(self._names)
        for box, name in (
            (self._names, "Variable to filter by"),
            (self._comparison, "Comparison"),
            (self._value, "Value to compare with"),
        ):
            box.setAccessibleName(name)
            policy = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
            box.setSizeAdjustPolicy(policy)
            box.setMinimumContentsLength(_LETTERS)
        self._value.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._apply.setToolTip("Show the rows for which this holds (Enter)")
        self._clear.setToolTip("Show all rows again")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label)
        row.addWidget(self._names, 2)
        row.addWidget(self._comparison)
        row.addWidget(self._value, 2)
        for button in (self._apply, self._clear):
            button.setAutoDefault(False)  # Enter is the bar's
            row.addWidget(button)


_TIP = Qt.ItemDataRole.ToolTipRole
