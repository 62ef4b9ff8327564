"""The model as equations, under HLM's headings."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.theme import bold, scaled
from app.views.equation_line import MARGIN, EquationLine
from app.views.typeset import without_subscripts
from app.widgets.fold_button import FoldButton
from app.widgets.lets_zoom import LetsZoom
from estimation.spec import ModelSpec, Structure
from estimation.spec.equations import Line, level1_model, level2_models, mixed_model, variance_model
from estimation.spec.letters import letters_of

# The names are those of the menu that adds a variable, each as it is then typeset.
_LEGEND = (
    "plain: uncentered,  <b>bold: group centered</b>,  <b><i>bold italic: grand centered</i></b>"
)
_CLICKS = "click an equation (Enter) to choose it, its {error} (Space) to switch the random effect"
_NO_DATA = (
    "<h2>No data are open</h2><p>Choose <b>File → Open example</b> to start with the "
    "High School &amp; Beyond data: 7185 students in 160 schools.</p>"
)
_NO_OUTCOME = (
    "<h2>Choose the outcome</h2><p>Click a level-1 variable in the list on the left, "
    "and choose <b>Outcome variable</b> from the menu that opens.</p>"
    "<p>By keyboard: Alt+1, the arrow keys, Enter.</p>"
)
_HINT_WIDTH = 420
# What the model has below it, where the room allows: lines are set a little apart by the platform.
_SPARE = 12
_STEPS: dict[int, int] = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


# The name of the level-1 equation among those that can be chosen.
_LEVEL1 = "LEVEL 1 MODEL"


class EquationsView(LetsZoom, QScrollArea):
    """Level-1, level-2, variance and mixed model; or, while there is none, what to do first.

    `chosen` names the level-2 equation that was clicked, `switched` the one whose u was;
    `level1_chosen` is for the level-1 equation.  `mixed_toggled` follows the folding and
    unfolding of the mixed model.
    """

    level1_chosen = Signal()
    chosen = Signal(str)
    switched = Signal(str)
    mixed_toggled = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spec = ModelSpec()
        self._subscripts = True
        self._structure = Structure.PERSONS_IN_GROUPS
        self._coefficient = ""
        self._visited: EquationLine | None = None
        self._hint = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self._hint.setMaximumWidth(scaled(_HINT_WIDTH))
        self._unfold = FoldButton("MI&XED MODEL")
        self._unfold.toggled.connect(self._unfold_mixed)
        self._level1 = _Section(_row(_title("LEVEL 1 MODEL"), _words(_LEGEND)))
        self._level1.chosen.connect(lambda _name: self.level1_chosen.emit())
        self._clicks = _words("")
        self._level2 = _Section(_row(_title("LEVEL 2 MODEL"), self._clicks))
        for section in (self._level1, self._level2):
            section.visited.connect(self._visit)
        self._level2.chosen.connect(self.chosen)
        self._level2.switched.connect(self.switched)
        self._variance = _Section(_row(_title("LEVEL 1 VARIANCE MODEL")))
        self._mixed = _Section(_row(self._unfold))
        self._page = QWidget(autoFillBackground=True)
        self._lay_out()

    @property
    def coefficient(self) -> str:
        """Level-1 coefficient of the chosen level-2 equation; empty without a model."""
        return self._coefficient

    @property
    def level2_lines(self) -> Sequence[EquationLine]:
        """The level-2 equations shown."""
        return self._level2.lines

    @property
    def mixed_shown(self) -> bool:
        """Whether the mixed model is unfolded."""
        return self._unfold.isChecked()

    def take_focus(self) -> None:
        """Let the keyboard begin at the equation where it was last."""
        lines = [*self._level1.lines, *self._level2.lines]
        if self._spec.outcome is not None:
            line = self._visited if self._visited in lines else lines[0]
            line.setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def whole_height(self) -> int:
        """The height that shows all of the model."""
        margins = 2 * self.frameWidth() + scaled(_SPARE)
        return self._page.heightForWidth(self.viewport().width()) + margins

    def show_mixed(self, shown: bool) -> None:
        """Unfold or fold the mixed model."""
        self._unfold.setChecked(shown)

    def show_model(
        self,
        spec: ModelSpec,
        *,
        data_open: bool,
        subscripts: bool = True,
        structure: Structure = Structure.PERSONS_IN_GROUPS,
    ) -> None:
        """Show a model; the chosen equation stays chosen while it is there.

        Without `subscripts` variables and errors lose i and j; coefficients keep their numbers.
        The structure of the data decides the letters.
        """
        self._spec, self._subscripts, self._structure = spec, subscripts, structure
        self._clicks.setText(_CLICKS.format(error=letters_of(structure).error))
        has_model = spec.outcome is not None
        self._hint.setText(_NO_OUTCOME if data_open else _NO_DATA)
        self._hint.setVisible(not has_model)
        for section in (self._level1, self._level2, self._mixed):
            section.setVisible(has_model)
        self._variance.setVisible(has_model and spec.heterogeneous)
        self._level1.show_lines(self._shown(level1_model(spec, structure)), [_LEVEL1])
        self._variance.show_lines(self._shown(*variance_model(spec, structure)))
        self.choose(self._coefficient)
        self._show_mixed()

    def choose(self, coefficient: str) -> None:
        """Mark a level-2 equation as the one that level-2 variables go to."""
        models = dict(level2_models(self._spec, self._structure))
        self._coefficient = coefficient if coefficient in models else next(iter(models), "")
        self._level2.show_lines(
            self._shown(*models.values()), tuple(models), marked=self._coefficient
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from equation to equation by the arrow keys; elsewhere they scroll."""
        lines = [*self._level1.lines, *self._level2.lines]
        place = next((i for i, line in enumerate(lines) if line.hasFocus()), None)
        step = _STEPS.get(event.key())
        if place is None or step is None or not 0 <= place + step < len(lines):
            super().keyPressEvent(event)
            return
        line = lines[place + step]
        line.setFocus(Qt.FocusReason.TabFocusReason)
        self.ensureWidgetVisible(line)

    def _visit(self, line: EquationLine) -> None:
        self._visited = line

    def changeEvent(self, event: QEvent) -> None:
        """Let the hint's width follow the size of the text."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._hint.setMaximumWidth(scaled(_HINT_WIDTH))

    def _shown(self, *lines: Line) -> list[Line]:
        return [line if self._subscripts else without_subscripts(line) for line in lines]

    def _lay_out(self) -> None:
        page = self._page
        page.setBackgroundRole(QPalette.ColorRole.Base)
        column = QVBoxLayout(page)
        column.setContentsMargins(8, 10, 8, 10)
        column.setSpacing(12)
        for section in (self._level1, self._level2, self._variance, self._mixed):
            column.addWidget(section)
        column.addWidget(self._hint, 1, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Model")

    def _unfold_mixed(self, unfolded: bool) -> None:
        self._show_mixed()
        self.mixed_toggled.emit(unfolded)
        if unfolded:
            QTimer.singleShot(0, self, self._reveal_mixed)

    def _reveal_mixed(self) -> None:
        # The page gets the height that the new line needs now, not at the next event.
        QCoreApplication.sendEvent(self, QEvent(QEvent.Type.LayoutRequest))
        self.ensureWidgetVisible(self._mixed)

    def _show_mixed(self) -> None:
        line = mixed_model(self._spec, self._structure)
        self._mixed.show_lines(self._shown(line) if self.mixed_shown else [])


def _title(text: str) -> QLabel:
    label = QLabel(text)
    label.setFont(bold())
    return label


def _words(hint: str) -> QLabel:
    """Make a hint, to stand beside a heading."""
    words = QLabel(hint, wordWrap=True)
    words.setForegroundRole(QPalette.ColorRole.PlaceholderText)
    return words


def _row(heading: QWidget, hint: QWidget | None = None) -> QWidget:
    """Put a heading where its equations begin."""
    row = QWidget()
    layout = QHBoxLayout(row)
    layout.setContentsMargins(MARGIN, 0, MARGIN, 0)
    layout.setSpacing(2 * MARGIN)
    layout.addWidget(heading, 0, Qt.AlignmentFlag.AlignTop)
    if hint is None:
        layout.addStretch()
    else:
        layout.addWidget(hint, 1)
    return row


class _Section(QWidget):
    """A heading and its equations, whose widgets stay: so does focus when the model changes."""

    chosen = Signal(str)
    switched = Signal(str)
    visited = Signal(QWidget)

    def __init__(self, heading: QWidget) -> None:
        super().__init__()
        self.lines: list[EquationLine] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(2)
        self._column.addWidget(heading)

    def show_lines(
        self, lines: Sequence[Line], names: Sequence[str] = (), *, marked: str | None = None
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
            line.visited.connect(self.visited)
            self._column.addWidget(line)
            self.lines.append(line)
        names = names or [""] * len(lines)
        for widget, content, name in zip(self.lines, lines, names, strict=True):
            widget.set_line(content, name, marked=name == marked)
