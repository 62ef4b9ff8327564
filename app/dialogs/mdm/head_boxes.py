"""The upper part of Make MDM: template, name of the data file, file type, structure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
)

from app.theme import scaled
from app.widgets.elided_label import ElidedLabel
from app.widgets.radio_choice import RadioChoice
from estimation.data.sources.kinds import FILE_KINDS
from estimation.spec.catalogue import Structure

if TYPE_CHECKING:
    from pathlib import Path

_ANY = "Any (found from the content)"
_STRUCTURES = {each: each.value for each in Structure}
_STRUCTURE_TIPS = {
    Structure.PERSONS_IN_GROUPS: "Students in schools, say; the equations have β and γ",
    Structure.MEASURES_IN_PERSONS: "Repeated measures of persons; the equations have π and β",
    Structure.MEASURES_IN_GROUPS: "Repeated measures of groups; the equations have π and β",
}


class TemplateBox(QGroupBox):
    """The template (.mdmt) that was opened or saved last."""

    open_asked = Signal()
    save_asked = Signal()
    edit_asked = Signal()

    def __init__(self) -> None:
        super().__init__("MDM template file")
        self._name = ElidedLabel()
        self._open, self._save, self._edit = (
            QPushButton(text) for text in ("Open mdm&t file", "&Save mdmt file", "Ed&it mdmt file")
        )
        self._open.setToolTip("Fill everything in as a template (.mdmt) says, HLM's or ours")
        self._save.setToolTip("Keep what is entered here, to make the data file again")
        self._open.clicked.connect(self.open_asked)
        self._save.clicked.connect(self.save_asked)
        self._edit.clicked.connect(self.edit_asked)
        names, buttons, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        names.addWidget(QLabel("File Name:"))
        names.addWidget(self._name, 1)
        for button in (self._open, self._save, self._edit):
            buttons.addWidget(button)
        buttons.addStretch()
        column.addLayout(names)
        column.addLayout(buttons)

    def show_template(self, path: Path | None, *, can_save: bool) -> None:
        """Show which template it is, and whether there is anything to save."""
        self._name.setText(path.name if path else "none")
        self._name.setToolTip(str(path) if path else "")
        self._save.setEnabled(can_save)
        self._edit.setEnabled(path is not None)
        self._edit.setToolTip("" if path else "Open or save a template first")


class NameBox(QGroupBox):
    """How the data file is called, and of which type the files are that it is made of.

    `edited` brings the name; `type_chosen` tells that the user has chosen a type.
    """

    edited = Signal(str)
    browse_asked = Signal()

    def __init__(self) -> None:
        super().__init__("MDM file")
        self.name, self.type = QLineEdit(), QComboBox()
        self.name.setMinimumWidth(scaled(180))
        self.name.setAcceptDrops(False)  # files that are dropped are for the dialog
        self.type.addItem(_ANY, "")
        for kind in FILE_KINDS:
            self.type.addItem(f"{kind.label} ({' '.join(kind.suffixes)})", kind.label)
        self.type.setToolTip(
            "What Browse shows first. Of which type a file is, is found from its content"
        )
        self.type.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        browse = QPushButton("Bro&wse…")
        browse.setToolTip("Choose the folder and the name of the data file")
        name_label, type_label = (
            QLabel("MDM File Name (&use .mdmx suffix)"),
            QLabel("In&put File Type"),
        )
        name_label.setBuddy(self.name)
        type_label.setBuddy(self.type)
        grid = QGridLayout(self)
        grid.addWidget(name_label, 0, 0)
        grid.addWidget(self.name, 0, 1)
        grid.addWidget(browse, 0, 2)
        grid.addWidget(type_label, 1, 0)
        grid.addWidget(self.type, 1, 1, 1, 2)
        grid.setColumnStretch(1, 1)
        self.name.textEdited.connect(self.edited)
        browse.clicked.connect(self.browse_asked)

    def show_name(self, name: str, path: Path | None) -> None:
        """Show a name, and where it leads."""
        if self.name.text() != name:
            self.name.setText(name)
        self.name.setToolTip(str(path) if path else "")

    def show_type(self, kind: str) -> None:
        """Show of which type the files were found to be."""
        place = self.type.findData(kind)
        if place >= 0:
            self.type.setCurrentIndex(place)


class StructureBox(QGroupBox):
    """Structure of the data, which changes the letters of the equations."""

    chosen = Signal(Structure)

    def __init__(self) -> None:
        super().__init__("Structure of Data - t&his affects the notation only!")
        self._choice = RadioChoice(_STRUCTURES, Structure.PERSONS_IN_GROUPS, _STRUCTURE_TIPS)
        self._choice.stand_in_row()
        self._choice.changed.connect(lambda: self.chosen.emit(self._choice.value()))
        QVBoxLayout(self).addWidget(self._choice)

    def show_structure(self, structure: Structure) -> None:
        """Show which structure is chosen."""
        with QSignalBlocker(self._choice):
            self._choice.choose(structure)
