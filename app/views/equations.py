"""The model as equations, under HLM's headings."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
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


class EquationsView(QScrollArea):
    """Level-1, level-2, variance and mixed model; or, while there is none, what to do first.

    `chosen` names the level-2 equation that was clicked, `switched` the one whose u was.
    """

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
        self._unfold.toggled.connect(self._show_mixed)
        self._level1 = self._section(QLabel(_LEGEND))
        self._level2 = self._section(QLabel(_CLICKS))
        self._variance = self._section(QLabel("<b>LEVEL 1 VARIANCE MODEL</b>"))
        self._mixed = self._section(self._unfold)
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
        self._level1.show_lines([level1_model(spec)])
        self._variance.show_lines(variance_model(spec))
        self.choose(self._coefficient)
        self._show_mixed()

    def choose(self, coefficient: str) -> None:
        """Mark a level-2 equation as the one that level-2 variables go to."""
        models = dict(level2_models(self._spec))
        self._coefficient = coefficient if coefficient in models else next(iter(models), "")
        self._level2.show_lines(tuple(models.values()), tuple(models), self._coefficient)

    def _section(self, heading: QWidget) -> "_Section":
        section = _Section(heading)
        section.chosen.connect(self.chosen)
        section.switched.connect(self.switched)
        return section

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
        self._column.addWidget(heading, alignment=Qt.AlignmentFlag.AlignLeft)

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
