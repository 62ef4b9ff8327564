"""The model as equations, under HLM's headings."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QFont, QPalette
from PySide6.QtWidgets import QLabel, QScrollArea, QToolButton, QVBoxLayout, QWidget

from app.views.equation_line import EquationLine
from estimation.spec import ModelSpec
from estimation.spec.equations import Line, level1_model, level2_models, mixed_model, variance_model

_LEGEND = (
    "<b>LEVEL 1 MODEL</b> &nbsp; plain: uncentred, <b>bold</b>: group-mean centred, "
    "<b><i>bold italic</i></b>: grand-mean centred"
)
_CLICKS = (
    "<b>LEVEL 2 MODEL</b> &nbsp; click an equation to choose it, "
    "an error term to switch it on or off"
)
_NO_DATA = (
    "<h2>No data are open</h2><p>Choose <b>File → Open example</b> to start with the "
    "High School &amp; Beyond data: 7185 students in 160 schools.</p>"
)
_NO_OUTCOME = (
    "<h2>Choose the outcome</h2><p>Click a level-1 variable in the list on the left, "
    "and choose <b>Outcome variable</b> from the menu that opens.</p>"
)


# The name of the level-1 equation among those that can be chosen.
_LEVEL1 = "LEVEL 1 MODEL"


class EquationsView(QScrollArea):
    """Level-1, level-2, variance and mixed model; or, while there is none, what to do first.

    `chosen` names the level-2 equation that was clicked, `switched` the one whose u was;
    `level1_chosen` is for the level-1 equation.
    """

    level1_chosen = Signal()
    chosen = Signal(str)
    switched = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spec = ModelSpec()
        self._coefficient = ""
        self._hint = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self._unfold = QToolButton(autoRaise=True)
        self._unfold.setText("MIXED MODEL")
        self._unfold.setFont(_bold(self._unfold.font()))
        self._unfold.setCheckable(True)
        self._unfold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._unfold.setArrowType(Qt.ArrowType.RightArrow)
        self._unfold.toggled.connect(self._unfold_mixed)
        self._level1 = _Section(QLabel(_LEGEND, wordWrap=True))
        self._level1.chosen.connect(lambda _name: self.level1_chosen.emit())
        self._level2 = _Section(QLabel(_CLICKS, wordWrap=True))
        self._level2.chosen.connect(self.chosen)
        self._level2.switched.connect(self.switched)
        self._variance = _Section(QLabel("<b>LEVEL 1 VARIANCE MODEL</b>"))
        self._mixed = _Section(self._unfold)
        self._lay_out()

    @property
    def coefficient(self) -> str:
        """Level-1 coefficient of the chosen level-2 equation; empty without a model."""
        return self._coefficient

    @property
    def level2_lines(self) -> Sequence[EquationLine]:
        """The level-2 equations shown."""
        return self._level2.lines

    def show_model(self, spec: ModelSpec, *, data_open: bool) -> None:
        """Show a model; the chosen equation stays chosen while it is there."""
        self._spec = spec
        has_model = spec.outcome is not None
        self._hint.setText(_NO_OUTCOME if data_open else _NO_DATA)
        self._hint.setVisible(not has_model)
        for section in (self._level1, self._level2, self._mixed):
            section.setVisible(has_model)
        self._variance.setVisible(has_model and spec.heterogeneous)
        self._level1.show_lines([level1_model(spec)], [_LEVEL1])
        self._variance.show_lines(variance_model(spec))
        self.choose(self._coefficient)
        self._show_mixed()

    def choose(self, coefficient: str) -> None:
        """Mark a level-2 equation as the one that level-2 variables go to."""
        models = dict(level2_models(self._spec))
        self._coefficient = coefficient if coefficient in models else next(iter(models), "")
        self._level2.show_lines(tuple(models.values()), tuple(models), self._coefficient)

    def _lay_out(self) -> None:
        page = QWidget(autoFillBackground=True)
        page.setBackgroundRole(QPalette.ColorRole.Base)
        column = QVBoxLayout(page)
        column.setContentsMargins(16, 10, 16, 10)
        column.setSpacing(10)
        for section in (self._level1, self._level2, self._variance, self._mixed):
            column.addWidget(section)
        column.addWidget(self._hint, 1)
        column.addStretch()
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Model")

    def _unfold_mixed(self, unfolded: bool) -> None:
        self._show_mixed()
        if unfolded:
            QTimer.singleShot(0, self, self._reveal_mixed)

    def _reveal_mixed(self) -> None:
        # The page gets the height that the new line needs now, not at the next event.
        QCoreApplication.sendEvent(self, QEvent(QEvent.Type.LayoutRequest))
        self.ensureWidgetVisible(self._mixed)

    def _show_mixed(self) -> None:
        unfolded = self._unfold.isChecked()
        arrow = Qt.ArrowType.DownArrow if unfolded else Qt.ArrowType.RightArrow
        self._unfold.setArrowType(arrow)
        self._mixed.show_lines([mixed_model(self._spec)] if unfolded else [])


def _bold(font: QFont) -> QFont:
    font.setBold(True)
    return font


class _Section(QWidget):
    """A heading and its equations, whose widgets stay: so does focus when the model changes."""

    chosen = Signal(str)
    switched = Signal(str)

    def __init__(self, heading: QWidget) -> None:
        super().__init__()
        self.lines: list[EquationLine] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addWidget(heading)
        if isinstance(heading, QToolButton):
            self._column.setAlignment(heading, Qt.AlignmentFlag.AlignLeft)

    def show_lines(
        self, lines: Sequence[Line], names: Sequence[str] = (), marked: str | None = None
    ) -> None:
        """Show these equations and no others, by their names if they have any, one marked."""
        while len(self.lines) > len(lines):
            line = self.lines.pop()
            self._column.removeWidget(line)
            line.deleteLater()
        while len(self.lines) < len(lines):
            line = EquationLine(self)
            line.chosen.connect(self.chosen)
            line.switched.connect(self.switched)
            self._column.addWidget(line)
            self.lines.append(line)
        names = names or [""] * len(lines)
        for widget, content, name in zip(self.lines, lines, names, strict=True):
            widget.set_line(content, name, marked=name == marked)
