"""Outputs on paper: a title and a number on every page, and tables kept whole where they can be."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QMarginsF, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPageLayout, QPainter, QPen
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrintPreviewDialog
from PySide6.QtWidgets import QDialog

from app.views.output_page import COLUMNS, output_font

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from app.model.document import Output
    from estimation.report import Heading

_MARGIN = 15.0  # millimetres
_LARGEST = 10.0  # points
_TITLE = 4  # lines that a title takes, with its rules and a blank one
_HEAD = 3  # lines' heights that the head takes


def print_output(output: Output, parent: QWidget) -> QPrintDialog:
    """Ask for the printer, and print; returns the dialog, which is open."""
    printer = _printer(output)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle("Print output")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.accepted.connect(lambda: paint(output, printer))
    QDialog.open(dialog)  # QPrintDialog's own wants a receiver
    return dialog


def preview_output(output: Output, parent: QWidget) -> QPrintPreviewDialog:
    """Show the pages as they would be printed; returns the dialog, which is open."""
    printer = _printer(output)  # which lives as long as the connection: the dialog needs it
    dialog = QPrintPreviewDialog(printer, parent)
    dialog.setWindowTitle("Print preview")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.paintRequested.connect(lambda _printer: paint(output, printer))
    dialog.open()
    return dialog


def paint(output: Output, printer: QPrinter) -> None:
    """Paint the pages that were asked for."""
    sheet = _Sheet.of(printer, output.report.text)
    breaks = breaking_lines(output.report.outline)
    pages = paginate(output.report.text.split("\n"), breaks, sheet.rows)
    first, last = printer.fromPage() or 1, printer.toPage() or len(pages)
    painter = QPainter(printer)
    for number, page in enumerate(pages, 1):
        if not first <= number <= last:
            continue
        if number > first:
            printer.newPage()
        sheet.paint(painter, page, output.title, f"Page {number} of {len(pages)}")
    painter.end()


def breaking_lines(outline: Sequence[Heading]) -> list[int]:
    """Return the lines that a page had best begin with: headings, but not from under a title."""
    titles = {each.line for each in outline if each.level == 1}
    return [
        each.line - (each.line in titles)
        for each in outline
        if titles.isdisjoint(range(each.line - _TITLE, each.line))
    ]


def paginate(lines: Sequence[str], breaks: Sequence[int], rows: int) -> list[list[str]]:
    """Share lines among pages of so many rows.

    A page ends before the last of `breaks` that leaves it half full; else at the last blank line
    of its second half, else where it is full.  Blank lines at its top are left out.
    """
    pages: list[list[str]] = []
    at = 0
    while (at := _first_full(lines, at)) < len(lines):
        end = _end_of_page(lines, breaks, at, at + rows)
        pages.append(list(lines[at:end]))
        at = end
    return pages


def _first_full(lines: Sequence[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _end_of_page(lines: Sequence[str], breaks: Sequence[int], at: int, full: int) -> int:
    if full >= len(lines):
        return len(lines)
    half = (at + full) // 2
    before_headings = [each for each in breaks if half < each <= full]
    after_blanks = [each for each in range(half + 1, full + 1) if not lines[each - 1].strip()]
    return max(before_headings or after_blanks or [full])


@dataclass(frozen=True)
class _Sheet:
    """The room on a sheet, with the font that puts a whole line on it."""

    font: QFont
    area: QRectF
    line: float

    @classmethod
    def of(cls, printer: QPrinter, text: str) -> _Sheet:
        """Measure the sheets of a printer."""
        columns = max(COLUMNS, *map(len, text.split("\n")))
        layout = printer.pageLayout()
        area = QRectF(layout.paintRectPixels(printer.resolution()))
        font = output_font(_LARGEST)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)  # widths are exact
        wanted = QFontMetricsF(font, printer).horizontalAdvance("0" * columns)
        font.setPointSizeF(min(_LARGEST, _LARGEST * area.width() / wanted * 0.99))
        height = QFontMetricsF(font, printer).lineSpacing()
        return cls(font, QRectF(QPointF(0, 0), area.size()), height)

    @property
    def rows(self) -> int:
        """How many lines there is room for under the head."""
        return max(int(self.area.height() / self.line) - _HEAD, 1)

    def paint(self, painter: QPainter, lines: Sequence[str], title: str, number: str) -> None:
        """Paint a page."""
        painter.setFont(self.font)
        painter.setPen(QPen(Qt.GlobalColor.black, self.line / 20))
        self._paint_head(painter, title, number)
        ascent = QFontMetricsF(self.font, painter.device()).ascent()
        for row, line in enumerate(lines, _HEAD):
            painter.drawText(QPointF(0, row * self.line + ascent), line)

    def _paint_head(self, painter: QPainter, title: str, number: str) -> None:
        head = QRectF(0, 0, self.area.width(), self.line)
        metrics = QFontMetricsF(self.font, painter.device())
        room = head.width() - metrics.horizontalAdvance(f"  {number}")
        title = metrics.elidedText(title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(head, Qt.AlignmentFlag.AlignLeft, title)
        painter.drawText(head, Qt.AlignmentFlag.AlignRight, number)
        rule = 1.5 * self.line
        painter.drawLine(QPointF(0, rule), QPointF(head.width(), rule))


def _printer(output: Output) -> QPrinter:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setDocName(output.title)
    printer.setPageOrientation(QPageLayout.Orientation.Portrait)
    margins = QMarginsF(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
    printer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
    return printer
