"""Radio buttons for the members of an enumeration."""

from collections.abc import Mapping
from enum import Enum
from typing import Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QRadioButton, QVBoxLayout, QWidget

from app.theme import scaled

_E = TypeVar("_E", bound=Enum)


class RadioChoice(QWidget, Generic[_E]):
    """One button a member, in the order of `labels`; `value` is the member chosen.

    `tips` says more about members, and so does What's This.  `changed` follows each choice.
    """

    changed = Signal()

    def __init__(
        self, labels: Mapping[_E, str], value: _E, tips: Mapping[_E, str] | None = None
    ) -> None:
        super().__init__()
        self._members = list(labels)
        self._group = QButtonGroup(self)
        self._layout = column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for number, (member, label) in enumerate(labels.items()):
            button = QRadioButton(label)
            tip = (tips or {}).get(member, "")
            button.setToolTip(tip)
            button.setWhatsThis(tip)
            self._group.addButton(button, number)
            column.addWidget(button)
        self.choose(value)
        self._group.idToggled.connect(self._tell)

    def stand_in_row(self) -> None:
        """Let the buttons stand beside each other."""
        self._layout.setDirection(QBoxLayout.Direction.LeftToRight)
        self._layout.setSpacing(scaled(18))
        self._layout.addStretch()

    def value(self) -> _E:
        """Return the member chosen."""
        return self._members[self._group.checkedId()]

    def choose(self, value: _E) -> None:
        """Choose a member; the Tab key leads to its button, the arrow keys to the others."""
        self._group.button(self._members.index(value)).setChecked(True)
        for button in self._group.buttons():
            policies = Qt.FocusPolicy
            button.setFocusPolicy(
                policies.StrongFocus if button.isChecked() else policies.ClickFocus
            )

    def _tell(self, _number: int, chosen: bool) -> None:
        if chosen:
            self.changed.emit()
