"""The heading of the output pane and its buttons, without words where there is little room."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from app.icons import icon

_Style = Qt.ToolButtonStyle


class OutputHeader(QWidget):
    """OUTPUT and its buttons, which the pane gives their meaning."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.copy_button = _button("C&opy", "copy", "Copy the selected text, or all of it (Ctrl+C)")
        self.save_button = _button("Save as &text…", "save", "Save this output as a text file")
        self.find_button = _button("F&ind", "find", "Find words in this output (Ctrl+F)")
        self.outline_button = _button("O&utline", "outline", "Headings of this output, to jump by")
        self.smaller_button = _size_button(
            "A−", "Alt+-", "Smaller text (Ctrl+Shift+wheel)", "Smaller"
        )
        self.larger_button = _size_button("A+", "Alt+=", "Larger text (Ctrl+Shift+wheel)", "Larger")
        self._worded = (self.copy_button, self.save_button, self.find_button, self.outline_button)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        row.addWidget(QLabel("<b>OUTPUT</b>"))
        row.addStretch(1)
        for button in (*self._worded, self.smaller_button, self.larger_button):
            row.addWidget(button)

    def minimumSizeHint(self) -> QSize:
        """The width without words."""
        size = super().minimumSizeHint()
        words = sum(self._width_of_words(each) for each in self._worded)
        return QSize(max(size.width() - words, 0), size.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave out words where they do not fit."""
        super().resizeEvent(event)
        self._choose_style()

    def changeEvent(self, event: QEvent) -> None:
        """Do so with letters of another size, too."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._choose_style()

    def _choose_style(self) -> None:
        side = self.fontMetrics().height()
        for style in (_Style.ToolButtonTextBesideIcon, _Style.ToolButtonIconOnly):
            for button in self._worded:
                button.setToolButtonStyle(style)
                button.setIconSize(QSize(side, side))
            if self.sizeHint().width() <= self.width():
                break

    def _width_of_words(self, button: QToolButton) -> int:
        if button.toolButtonStyle() is _Style.ToolButtonIconOnly:
            return 0
        return button.fontMetrics().horizontalAdvance(button.text())


def _button(text: str, picture: str, tip: str) -> QToolButton:
    button = QToolButton(autoRaise=True)
    button.setText(text)
    button.setIcon(icon(picture))
    button.setToolButtonStyle(_Style.ToolButtonTextBesideIcon)
    button.setToolTip(tip)
    button.setAccessibleName(text.replace("&", "").rstrip("…"))
    return button


def _size_button(text: str, key: str, tip: str, name: str) -> QToolButton:
    button = QToolButton(autoRaise=True)
    button.setText(text)
    button.setShortcut(key)
    button.setToolTip(tip)
    button.setAccessibleName(f"{name} output text")
    return button
