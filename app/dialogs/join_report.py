"""The join report: all that was found when files became two-level data."""

from __future__ import annotations

import csv
import io
from html import escape
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialogButtonBox, QHBoxLayout, QTextBrowser, QVBoxLayout

from app.widgets.beside import Beside
from app.widgets.elided_label import ElidedLabel
from app.widgets.file_name import ask_file_name
from app.widgets.messages import tell
from estimation.data.report import Finding, JoinReport, grouped
from estimation.errors import EstimationError
from estimation.files import write_text

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from app.preferences import Memory
    from estimation.data.report import Entry

_SIZE = QSize(720, 520)
_FORMS = {"Text (*.txt)": "txt", "Comma-separated values (*.csv)": "csv"}
# Items that a sentence lists by itself, and that are shown at all; the exports have all of them.
_FEW, _MOST = 10, 2000
_Role = QDialogButtonBox.ButtonRole


class JoinReportDialog(Beside):
    """Shows findings under their headings; long lists are unfolded by a link."""

    help_page = "make-mdm"
    layout_name = "join report"

    def __init__(
        self, report: JoinReport, memory: Memory, parent: QWidget | None = None, name: str = "data"
    ) -> None:
        super().__init__("Join report", memory, parent)
        self._report, self._name = report, name
        self._unfolded: set[int] = set()
        self._page, self._said = QTextBrowser(openLinks=False), ElidedLabel()
        self._page.setAccessibleName("Join report")
        self._page.anchorClicked.connect(self._fold)
        self._said.setAccessibleName("What was done")
        copy = self.add_button(self.buttons.addButton("", _Role.ActionRole), "&Copy")
        save = self.add_button(self.buttons.addButton("", _Role.ActionRole), "Save &as…")
        copy.clicked.connect(self.copy)
        save.clicked.connect(self._ask_name)
        self._lay_out()
        self._show()
        self.take_place(_SIZE)

    def copy(self) -> None:
        """Copy the whole report as text."""
        QGuiApplication.clipboard().setText(self._report.text())
        self._said.setText("Copied")

    def write(self, path: Path) -> None:
        """Write the report, as CSV if the name says so, else as text."""
        try:
            if path.suffix.casefold() == ".csv":  # marked, so that spreadsheets know it is UTF-8
                write_text(path, as_csv(self._report), "utf-8-sig")
            else:
                write_text(path, self._report.text())
        except EstimationError as error:
            tell(self, str(error))
            return
        self.memory.folder = path.absolute().parent
        self._said.setText(f"Saved {path.name}")

    def _lay_out(self) -> None:
        foot, column = QHBoxLayout(), QVBoxLayout(self)
        foot.addWidget(self._said, 1)
        foot.addWidget(self.buttons)
        column.addWidget(self._page)
        column.addLayout(foot)
        self._page.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self) -> None:
        bar = self._page.verticalScrollBar()
        place = bar.value()
        self._page.setHtml(as_html(self._report, self._unfolded))
        bar.setValue(place)

    def _fold(self, link: QUrl) -> None:
        self._unfolded ^= {int(link.path())}
        self._show()

    def _ask_name(self) -> None:
        proposed = self.memory.folder / f"{self._name}-join-report.txt"
        ask_file_name(self, "Save the join report", proposed, _FORMS, self.write)


def as_html(report: JoinReport, unfolded: set[int]) -> str:
    """Return headings and sentences; entries whose number is in `unfolded` with all their items."""
    lines: list[str] = []
    heading: Finding | None = None
    for number, entry in enumerate(report.entries):
        if entry.finding is not heading:
            heading = entry.finding
            lines.append(f'<h4 style="margin-bottom: 0">{escape(heading.value)}</h4>')
        lines.append(
            f'<p style="margin: 4px 0">{escape(entry.message)}{_items(entry, number, unfolded)}</p>'
        )
    return "".join(lines)


def as_csv(report: JoinReport) -> str:
    """Return a table of headings, sentences and items, a row an item."""
    sink = io.StringIO()
    writer = csv.writer(sink, lineterminator="\n")
    writer.writerow(["finding", "message", "lost", "item"])
    for entry in report.entries:
        lost = "yes" if entry.loses else "no"
        for item in entry.items or ("",):
            writer.writerow([entry.finding.value, entry.message, lost, item])
    return sink.getvalue()


def _items(entry: Entry, number: int, unfolded: set[int]) -> str:
    n = len(entry.items)
    if n <= _FEW:
        return ""
    if number not in unfolded:
        return f' <a href="fold:{number}">Show all {grouped(n)}</a>'
    shown = ", ".join(map(escape, entry.items[:_MOST]))
    rest = f" … and {grouped(n - _MOST)} more, which are in the saved report" if n > _MOST else ""
    return f' <a href="fold:{number}">Show fewer</a><br>{shown}{rest}'
