"""Asking for the files that data are made of, and for the one that is made."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from app.opening import source_filters

_TEMPLATES = ["Templates (*.mdmt)", "All files (*)"]


def ask_for_sources(
    parent: QWidget, folder: Path, title: str, kind: str, done: Callable[[list[Path]], object]
) -> None:
    """Ask for a file, or for those of both levels; files of a kind ("SPSS") are shown first."""
    sources = source_filters()
    every = f"All data files ({sources.suffixes})"
    dialog = _dialog(parent, title, folder)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setNameFilters([every, *sources.filters, "All files (*)"])
    dialog.selectNameFilter(
        next((each for each in sources.filters if kind and each.startswith(f"{kind} (")), every)
    )
    dialog.filesSelected.connect(lambda names: done([Path(each) for each in names]))
    dialog.open()


def ask_for_target(
    parent: QWidget, folder: Path, name: str, done: Callable[[Path], object]
) -> None:
    """Ask where the data file goes; whether it may be written over is asked when it is made."""
    dialog = _dialog(parent, "MDM file", folder)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)
    dialog.setLabelText(QFileDialog.DialogLabel.Accept, "&Choose")
    dialog.setNameFilters(["Data files (*.mdmx)", "All files (*)"])
    dialog.setDefaultSuffix("mdmx")
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda chosen: done(Path(chosen)))
    dialog.open()


def ask_for_template(
    parent: QWidget, folder: Path, name: str, done: Callable[[Path], object]
) -> None:
    """Ask for a template to open, or with a name, where to save one."""
    dialog = _dialog(parent, "Save mdmt file" if name else "Open mdmt file", folder)
    if name:
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("mdmt")
        dialog.selectFile(name)
    else:
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(_TEMPLATES)
    dialog.fileSelected.connect(lambda chosen: done(Path(chosen)))
    dialog.open()


def _dialog(parent: QWidget, title: str, folder: Path) -> QFileDialog:
    dialog = QFileDialog(parent, title, str(folder))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog
