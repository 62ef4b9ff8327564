"""Radio buttons for the members of an enumeration."""

from collections.abc import Mapping
from enum import Enum
from typing import Generic, TypeVar

from PySide6.QtWidgets import QButtonGroup, QRadioButton, QVBoxLayout, QWidget

_E = TypeVar("_E", bound=Enum)


class RadioChoice(QWidget, Generic[_E]):
    """One button a member, in the order of `labels`; `value` is the member chosen."""

    def __init__(self, labels: Mapping[_E, str], value: _E) -> None:
        super().__init__()
        self._members = list(labels)
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for number, (member, label) in enumerate(labels.items()):
            button = QRadioButton(label)
            button.setChecked(member is value)
            self._group.addButton(button, number)
            column.addWidget(button)

    def value(self) -> _E:
        """Return the member chosen."""
        return self._members[self._group.checkedId()]
