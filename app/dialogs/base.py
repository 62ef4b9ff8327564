"""`SpecDialog`: what every dialog on the model has in common."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QVBoxLayout, QWidget

from estimation.spec import Catalogue, ModelSpec, problems


class SpecDialog(QDialog):
    """Takes a specification and gives one back by `spec`; only the caller acts on it.

    A subclass gives its widgets to `set_content`, reads them in `spec`, and calls `check` when one
    changes: OK is there while the dialog brings no new problem, and the first new one is shown.
    Problems that the model had before (it may be half made) are not this dialog's.
    """

    def __init__(
        self, spec: ModelSpec, catalogue: Catalogue, title: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._given, self._catalogue = spec, catalogue
        self._problem = QLabel(wordWrap=True)
        self._problem.hide()
        standard = QDialogButtonBox.StandardButton
        self._buttons = QDialogButtonBox(standard.Ok | standard.Cancel)
        self._buttons.accepted.connect(self.accept)
        self._buttons.rejected.connect(self.reject)

    def set_content(self, *parts: QWidget) -> None:
        """Lay the dialog out; the keyboard's way leads through the parts before the buttons."""
        column = QVBoxLayout(self)
        for part in (*parts, self._problem, self._buttons):
            column.addWidget(part)

    def spec(self) -> ModelSpec:
        """Read the specification off the widgets."""
        raise NotImplementedError

    def check(self) -> None:
        """Enable OK, or say what is wrong."""
        before = problems(self._given, self._catalogue)
        new = [each for each in problems(self.spec(), self._catalogue) if each not in before]
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(not new)
        self._problem.setText(new[0].message if new else "")
        self._problem.setVisible(bool(new))
