"""What the program tells and asks, in boxes that wait beside the event loop."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

_Button = QMessageBox.StandardButton


def tell(parent: QWidget, words: str) -> None:
    """Show a message."""
    _box(parent, QMessageBox.Icon.Warning, words).open()


def ask_to_save(
    parent: QWidget, name: str, save: Callable[[], None], go_on: Callable[[], None]
) -> QMessageBox:
    """Ask whether to save the changes of a model: `save` it, `go_on` without, or stay."""
    box = _box(parent, QMessageBox.Icon.Question, f"Save the changes to {name}?")
    box.setInformativeText("They are lost otherwise.")
    box.setStandardButtons(_Button.Save | _Button.Discard | _Button.Cancel)
    box.setDefaultButton(_Button.Save)
    box.button(_Button.Save).setText("&Save")
    box.button(_Button.Discard).setText("&Don't save")
    _open(box, {_Button.Save: save, _Button.Discard: go_on})
    return box


def ask_to_overwrite(parent: QWidget, words: str, overwrite: Callable[[], None]) -> None:
    """Ask whether a file may be overwritten, the `words` saying why one would not."""
    box = _box(parent, QMessageBox.Icon.Question, words)
    box.setStandardButtons(_Button.Yes | _Button.Cancel)
    box.setDefaultButton(_Button.Cancel)
    box.button(_Button.Yes).setText("&Overwrite it")
    _open(box, {_Button.Yes: overwrite})


def ask_to_go_on(
    parent: QWidget, words: str, more: str, label: str, go_on: Callable[[], None]
) -> None:
    """Ask whether to go on, by a button with that label, in spite of what the words say.

    Enter does not: something is lost by going on.
    """
    box = _box(parent, QMessageBox.Icon.Question, words)
    box.setInformativeText(more)
    box.setStandardButtons(_Button.Yes | _Button.Cancel)
    box.setDefaultButton(_Button.Cancel)
    box.button(_Button.Yes).setText(label)
    _open(box, {_Button.Yes: go_on})


def _open(box: QMessageBox, acts: Mapping[QMessageBox.StandardButton, Callable[[], None]]) -> None:
    """Ask; Esc is Cancel, and Cancel does nothing."""
    box.setEscapeButton(_Button.Cancel)
    box.button(_Button.Cancel).setText("&Cancel")
    box.finished.connect(lambda result: acts.get(_Button(result), lambda: None)())
    box.open()


def _box(parent: QWidget, icon: QMessageBox.Icon, words: str) -> QMessageBox:
    box = QMessageBox(icon, "Levelwise", words, parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return box
