"""Windows that show something beside the main one and change nothing: Close, Help, F1."""

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QPushButton, QWidget

from app.preferences import Memory
from app.theme import scaled

# Share of the screen that a window fills at most: its frame needs room, too.
_SCREEN = 0.9
_Button = QDialogButtonBox.StandardButton


class Beside(QDialog):
    """A window with `buttons`; `help_asked` names its page in the help, `help_page`.

    Its place on the screen is remembered under `layout_name`.
    """

    help_page = ""
    layout_name = ""
    help_asked = Signal(str)

    def __init__(self, title: str, memory: Memory | None, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.memory = memory or Memory(self)
        self.buttons = QDialogButtonBox()
        for kind, text in ((_Button.Close, "Clo&se"), (_Button.Help, "H&elp")):
            self.add_button(self.buttons.addButton(kind), text)
        self.buttons.rejected.connect(self.reject)
        self.buttons.helpRequested.connect(self._ask_help)
        self.finished.connect(self._keep_place)
        self.set_keys({"F1": self._ask_help})
        for keys in QKeySequence.keyBindings(QKeySequence.StandardKey.Close):
            QShortcut(keys, self, self.reject)

    def add_button(self, button: QPushButton, text: str) -> QPushButton:
        """Name a button that only its own key or a click presses: Enter is the tables'."""
        button.setText(text)
        button.setAutoDefault(False)
        return button

    def set_keys(self, meanings: dict[str, Callable[[], object]]) -> None:
        """Give keys a meaning in this window."""
        for keys, act in meanings.items():
            QShortcut(QKeySequence(keys), self, act)

    def take_place(self, size: QSize) -> None:
        """Take the place that was remembered or, at first, a size given at 100 %."""
        room = self.screen().availableSize() * _SCREEN
        self.resize(QSize(scaled(size.width()), scaled(size.height())).boundedTo(room))
        self.restoreGeometry(self.memory.layout(self.layout_name))

    def _keep_place(self) -> None:
        self.memory.keep_layout(self.layout_name, self.saveGeometry())

    def _ask_help(self) -> None:
        self.help_asked.emit(self.help_page)
