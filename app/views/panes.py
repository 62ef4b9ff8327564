"""The parts of the main window and their places: variables left, model over output right."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QApplication, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.preferences import Memory
from app.views.equations import EquationsView
from app.views.output import OutputView
from app.views.variables import VariablesView
from app.views.welcome import WelcomeView
from app.widgets.strip import Strip

# The share of the height that the model takes of itself.
_MODEL_AT_MOST = 0.45


class Panes(QStackedWidget):
    """The welcome page while no data are open, else the three panes.

    `changed_sources` over them tells when the data are older than the files they were made of.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shared = False
        self.welcome = WelcomeView()
        self.variables, self.equations = VariablesView(), EquationsView()
        self.output = OutputView()
        self._right = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False)
        self._right.addWidget(self.equations)
        self._right.addWidget(self.output)
        self._whole = QSplitter(Qt.Orientation.Horizontal, childrenCollapsible=False)
        self._whole.addWidget(self.variables)
        self._whole.addWidget(self._right)
        self._whole.setStretchFactor(1, 1)
        self.changed_sources = Strip("Rebui&ld", "&Not now")
        for button in (self.changed_sources.accept_button, self.changed_sources.dismiss_button):
            button.clicked.connect(self.take_focus)  # which was on the button, gone now
        self._page = QWidget()
        column = QVBoxLayout(self._page)
        column.setContentsMargins(8, 8, 8, 4)
        column.addWidget(self.changed_sources)
        column.addWidget(self._whole, 1)
        self.addWidget(self.welcome)
        self.addWidget(self._page)

    def show_output(self, *, shown: bool) -> None:
        """Show or hide the output; when it first appears, the model keeps the room it needs."""
        first = shown and self.output.isHidden() and not self._shared
        self.output.setVisible(shown)
        if first:
            self._shared = True
            height = self._right.height()
            model = min(self.equations.whole_height, round(_MODEL_AT_MOST * height))
            self._right.setSizes([model, height - model])

    def show_data(self, *, open_: bool) -> None:
        """Show the three panes if data are open, else the welcome page."""
        self.setCurrentWidget(self._page if open_ else self.welcome)

    def take_focus(self) -> None:
        """Put the keyboard where the next step is."""
        if self.currentWidget() is self._page:
            self.variables.take_focus()
        else:
            self.welcome.take_focus()

    def next_pane(self) -> None:
        """Lead the keyboard on to the next pane that is there."""
        panes = [each for each in self._in_turn() if each.isVisible()]
        if not panes:
            return
        focus = QApplication.focusWidget()
        here = [n for n, each in enumerate(panes) if focus and each.isAncestorOf(focus)]
        panes[(here[0] + 1) % len(panes) if here else 0].take_focus()

    def keep_layout(self, memory: Memory) -> None:
        """Remember how the room is shared."""
        memory.keep_layout("columns", self._whole.saveState())
        if self._shared:
            memory.keep_layout("rows", self._right.saveState())

    def restore_layout(self, memory: Memory) -> None:
        """Share the room as it was shared last."""
        self._whole.restoreState(memory.layout("columns"))
        self._shared = self._right.restoreState(memory.layout("rows"))

    def minimumSizeHint(self) -> QSize:
        """Little: every part scrolls."""
        return QSize(480, 320)

    def _in_turn(self) -> tuple[VariablesView | EquationsView | OutputView, ...]:
        return self.variables, self.equations, self.output
