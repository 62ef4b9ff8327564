"""What comes of what is entered: how far the work is, what is lost, or what is wrong."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QSizePolicy,
)

from app.theme import scaled

_STEPS = 1000
# Lines of text that there is room for from the beginning.
_LINES = 3
_Role = QPalette.ColorRole


class ResultBox(QGroupBox):
    """Words, a bar while something is under way, and what can be done next.

    `remedy_asked` is for what was offered beside the words.
    """

    report_asked = Signal()
    cancel_asked = Signal()
    remedy_asked = Signal()

    def __init__(self) -> None:
        super().__init__("Summary")
        self._words = QLabel(wordWrap=True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._words.setAccessibleName("Summary")
        self._bar = QProgressBar(maximum=_STEPS, textVisible=False)
        self._bar.setAccessibleName("Progress")
        self._cancel, self._remedy = QPushButton("Cancel"), QPushButton()
        self._cancel.setToolTip("Esc does the same")
        self._report = QPushButton("&Join report…")
        self._report.setToolTip("All that was found when the files were joined")
        self._report.clicked.connect(self.report_asked)
        self._cancel.clicked.connect(self.cancel_asked)
        self._remedy.clicked.connect(self.remedy_asked)
        self._lay_out()
        self.say("")

    @property
    def words(self) -> str:
        """What is said."""
        return self._words.text()

    def say(self, words: str, *, fault: bool = False, remedy: str = "") -> None:
        """Show words, and a button for what can be done about them."""
        self._bar.hide()
        self._cancel.hide()
        self._words.setText(words)
        self._words.setForegroundRole(_Role.BrightText if fault else _Role.WindowText)
        self._remedy.setText(remedy)
        self._remedy.setVisible(bool(remedy))
        self._fit()

    def show_work(self, words: str, share: float | None) -> None:
        """Show what is under way, and how far it is."""
        self.say(words)
        self._bar.setRange(0, 0 if share is None else _STEPS)
        self._bar.setValue(round(_STEPS * (share or 0)))
        self._bar.show()
        self._cancel.show()

    def offer_report(self, *, there: bool) -> None:
        """Offer the join report if there is one."""
        self._report.setEnabled(there)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the height that the words need at another width."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        # A layout would leave room for the words at the width that it first thought of.
        height = self._words.heightForWidth(self._words.width())
        self._words.setFixedHeight(max(height, self.fontMetrics().lineSpacing()))
        layout = self.layout()
        if layout is not None:
            layout.activate()

    def _lay_out(self) -> None:
        working, grid = QHBoxLayout(), QGridLayout(self)
        working.addWidget(self._bar, 1)
        working.addWidget(self._cancel)
        grid.setHorizontalSpacing(scaled(18))
        grid.setVerticalSpacing(scaled(6))
        grid.addWidget(self._words, 0, 0, 2, 1)
        grid.addWidget(self._report, 0, 1)
        grid.addWidget(self._remedy, 1, 1, Qt.AlignmentFlag.AlignTop)
        grid.addLayout(working, 2, 0, 1, 2)
        grid.setColumnStretch(0, 1)
        grid.setRowStretch(1, 1)
        self.setMinimumHeight(_LINES * self.fontMetrics().lineSpacing() + scaled(40))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
