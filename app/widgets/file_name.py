"""Asking under which name something is to be saved."""

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget


def ask_file_name(
    parent: QWidget,
    title: str,
    proposed: Path,
    forms: Mapping[str, str],
    save: Callable[[Path], object],
) -> None:
    """Ask for a file name, `proposed` at first, and `save` there.

    `forms` are the filters of the dialog, each with the suffix that a name without one gets.
    """
    dialog = QFileDialog(parent, title, str(proposed.parent))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters(list(forms))
    dialog.setDefaultSuffix(next(iter(forms.values())))
    dialog.filterSelected.connect(lambda form: dialog.setDefaultSuffix(forms[form]))
    dialog.selectFile(proposed.name)
    dialog.fileSelected.connect(lambda name: save(Path(name)))
    dialog.open()
