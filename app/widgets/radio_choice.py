"""Radio buttons for the members of an enumeration."""

from collections.abc import Mapping
from enum import Enum
from typing import Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QRadioButton, QVBoxLayout, QWidget

_E = TypeVar("_E", bound=Enum)


class RadioChoice(QWidget, Generic[_E]):
    """One button a member, in the order of `labels`; `value` is the member chosen.

    `tips` says more about members, and so does What's This.
    """

    def __init__(
        self, labels: Mapping[_E, str], value: _E, tips: Mapping[_E, str] | None = None
    ) -> None:
        super().__init__()
        self._members = list(labels)
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for number, (member, label) in enumerate(labels.items()):
            button = QRadioButton(label)
            tip = (tips or {}).get(member, "")
            button.setToolTip(tip)
            button.setWhatsThis(tip)
            self._group.addButton(button, number)
            column.addWidget(button)
        self.choose(value)

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
