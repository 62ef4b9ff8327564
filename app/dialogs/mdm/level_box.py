"""Level-1 and Level-2 Specification: the file of a level, and what is taken from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QComboBox, QGridLayout, QGroupBox, QLabel, QPushButton, QWidget

from app.model.making_words import details
from app.model.making_work import is_text
from app.theme import scaled
from app.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.model.making import Draft, FileRead, Found

_NOT_CHOSEN = "not chosen yet"
_BOTH = "the level-1 file holds both levels"


class _Labels(NamedTuple):
    """The words on the buttons of a level, each with a letter of its own."""

    browse: str
    format_: str
    choose: str


_LABELS = {
    1: _Labels("&Browse…", "Te&xt format…", "&Choose Variables"),
    2: _Labels("Br&owse…", "Text &format…", "Choose &Variables"),
}


class LevelBox(QGroupBox):
    """Shows the file of a level; what is wished is told by signals.

    `one_file_asked` is for level 2: it is to be taken from the level-1 file.
    """

    browse_asked = Signal()
    format_asked = Signal()
    choose_asked = Signal()
    one_file_asked = Signal()
    sheet_chosen = Signal(str)

    def __init__(self, level: int) -> None:
        super().__init__(f"Level-{level} Specification")
        self.level = level
        labels = _LABELS[level]
        self.browse = _button(labels.browse, f"Choose the level-{level} file")
        self.format_ = _button(labels.format_, f"How the level-{level} file is to be read")
        self.choose = _button(labels.choose, f"ID and variables of level {level}")
        self.one_file = _button("Use &level-1 file", "Take level 2 from the level-1 file, too")
        self.name, self.details = ElidedLabel(), ElidedLabel()
        self.details.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self.sheet = QComboBox()
        self.sheet.setAccessibleName(f"Sheet of the level-{level} file")
        self.sheet.setToolTip("The sheet of the workbook that is read")
        self._lay_out()
        self._connect()

    def show_level(self, draft: Draft, found: Found | None, file: FileRead | None) -> None:
        """Show what is entered for this level, and what was read."""
        source = draft.source(self.level)
        both = self.level == 2 and source is None and draft.level1 is not None
        self.name.setText(source.path.name if source else _BOTH if both else _NOT_CHOSEN)
        self.name.setToolTip(str(source.path) if source else "")
        self.details.setText(details(draft, found, self.level, file))
        self.choose.setEnabled(found is not None)
        self.format_.setVisible(source is not None and is_text(source.path))
        self.one_file.setVisible(self.level == 2 and source is not None)
        self._show_sheets(file.sheets if file else (), source.sheet if source else "")

    def add(self, part: QWidget) -> None:
        """Put something under the file."""
        self._grid.addWidget(part, self._grid.rowCount(), 0, 1, self._grid.columnCount())

    def _show_sheets(self, sheets: Sequence[str], chosen: str) -> None:
        if [self.sheet.itemText(row) for row in range(self.sheet.count())] != list(sheets):
            self.sheet.clear()
            self.sheet.addItems(list(sheets))
        self.sheet.setCurrentText(chosen or next(iter(sheets), ""))
        for part in (self.sheet, self._sheet_label):
            part.setVisible(len(sheets) > 1)

    def _lay_out(self) -> None:
        head = QLabel(f"Level-{self.level} File Name:")
        self._sheet_label = QLabel("Sheet")
        self._sheet_label.setBuddy(self.sheet)
        self._grid = grid = QGridLayout(self)
        grid.setHorizontalSpacing(scaled(8))
        grid.setVerticalSpacing(scaled(6))
        row = (self.browse, head, self.name, self._sheet_label, self.sheet)
        for column, part in enumerate((*row, self.format_, self.one_file, self.choose)):
            grid.addWidget(part, 0, column)
        grid.addWidget(self.details, 1, 1, 1, grid.columnCount() - 1)
        grid.setColumnStretch(2, 1)

    def _connect(self) -> None:
        self.browse.clicked.connect(self.browse_asked)
        self.format_.clicked.connect(self.format_asked)
        self.choose.clicked.connect(self.choose_asked)
        self.one_file.clicked.connect(self.one_file_asked)
        self.sheet.textActivated.connect(self.sheet_chosen)


def _button(text: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    return button
