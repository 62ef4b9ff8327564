"""What dialogs have in common: their frame with help, and OK that waits for something sound."""

from typing import ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QPalette, QShortcut, QShowEvent
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from app.theme import scaled
from estimation.spec import Catalogue, ModelSpec, problems

_Button = QDialogButtonBox.StandardButton
# The letters are free in every dialog: H, R and D are wanted elsewhere.
_LABELS = {
    _Button.Ok: "&OK",
    _Button.Cancel: "&Cancel",
    _Button.RestoreDefaults: "Restore defa&ults",
    _Button.Help: "H&elp",
}
_USUAL = (_Button.Ok, _Button.Cancel, _Button.Help)
# What the frame of a window takes of the height of the screen.
_FRAME = 48


class PageDialog(QDialog):
    """Has OK, Cancel and Help; `help_asked` names its page in the help, `help_page`.

    A subclass gives its widgets to `set_content`, says in `fault` what keeps OK from being
    pressed, and calls `check` when that may have changed.  One whose `buttons` are others adds its
    own, and has no use for either.
    """

    help_page = ""
    buttons: ClassVar[tuple[QDialogButtonBox.StandardButton, ...]] = _USUAL
    help_asked = Signal(str)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._problem = QLabel(wordWrap=True)
        self._problem.setForegroundRole(QPalette.ColorRole.BrightText)
        self._problem.hide()
        self._buttons = QDialogButtonBox()
        for kind in self.buttons:
            self.add_button(kind)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)
        self._buttons.helpRequested.connect(self._ask_help)
        QShortcut(QKeySequence("F1"), self, self._ask_help)

    def add_button(self, kind: QDialogButtonBox.StandardButton) -> None:
        """Put a button beside the others, in the platform's order."""
        self._buttons.addButton(kind).setText(_LABELS[kind])

    def set_content(self, *parts: QWidget) -> None:
        """Lay the dialog out; the keyboard's way leads through the parts before the buttons."""
        column = QVBoxLayout(self)
        column.setContentsMargins(*[scaled(12)] * 4)
        column.setSpacing(scaled(10))
        for part in (*parts, self._problem, self._buttons):
            column.addWidget(part)
        # Enter presses the button in focus, else this one.
        if _Button.Ok in self.buttons:
            self._buttons.button(_Button.Ok).setDefault(True)

    def fault(self) -> str:
        """Say what is wrong with what was entered; empty if nothing is."""
        return ""

    def check(self) -> None:
        """Enable OK, or say what is wrong."""
        fault = self.fault()
        self._buttons.button(_Button.Ok).setEnabled(not fault)
        self._problem.setText(fault)
        self._problem.setVisible(bool(fault))
        self._make_room()

    def showEvent(self, event: QShowEvent) -> None:
        """Begin as high as the texts need at this width; Qt guesses that of a narrower one."""
        layout = self.layout()
        if layout is not None and not self.testAttribute(Qt.WidgetAttribute.WA_Resized):
            self.resize(self.width(), layout.totalHeightForWidth(self.width()))
        super().showEvent(event)

    def _ask_help(self) -> None:
        self.help_asked.emit(self.help_page)

    def _make_room(self) -> None:
        """Grow by the rows of a text that has come in, where the screen has room.

        A layout alone would cut them.
        """
        layout = self.layout()
        if layout is not None and self.isVisible():
            layout.activate()
            room = self.screen().availableSize().height() - _FRAME
            needed = min(layout.totalHeightForWidth(self.width()), room)
            self.resize(self.width(), max(self.height(), needed))


class SpecDialog(PageDialog):
    """Takes a specification and gives one back by `spec`; only the caller acts on it.

    A subclass reads its widgets in `spec`.  OK is there while the dialog brings no new problem,
    and the first new one is shown.  Problems that the model had before (it may be half made) are
    not this dialog's.
    """

    def __init__(
        self, spec: ModelSpec, catalogue: Catalogue, title: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(title, parent)
        self._given, self._catalogue = spec, catalogue

    def spec(self) -> ModelSpec:
        """Read the specification off the widgets."""
        raise NotImplementedError

    def fault(self) -> str:
        """Say the first problem that the model did not have."""
        before = problems(self._given, self._catalogue)
        found = problems(self.spec(), self._catalogue)
        return next((each.message for each in found if each not in before), "")
