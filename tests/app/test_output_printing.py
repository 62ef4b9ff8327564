"""Outputs on paper."""

import pytest
from PySide6.QtGui import QFontMetricsF, QPageSize
from PySide6.QtPrintSupport import QPrintDialog, QPrinter, QPrintPreviewDialog
from shiboken6 import isValid

from app.model.document import Output, Report
from app.views.output import OutputView
from app.views.output_page import COLUMNS
from app.views.output_printing import _printer, _Sheet, breaking_lines, paginate, paint
from estimation.report import Heading
from estimation.spec import ModelSpec

TEXT = "\n".join(["x" * COLUMNS, *(f"line {number}" for number in range(300))])


@pytest.fixture
def output():
    return Output(1, Report(ModelSpec(), "", TEXT, (Heading(60, 2, "line 59"),)), "Title")


def test_every_line_is_on_one_page():
    lines = [f"line {number}" for number in range(95)]
    pages = paginate(lines, [], 10)
    assert [line for page in pages for line in page] == lines
    assert max(map(len, pages)) == 10


def test_a_page_ends_before_a_heading():
    lines = [str(number) for number in range(30)]
    assert [page[0] for page in paginate(lines, [3, 8, 15], 10)] == ["0", "8", "15", "25"]


def test_a_heading_in_the_first_half_does_not_end_a_page():
    lines = [str(number) for number in range(12)]
    assert [page[0] for page in paginate(lines, [3], 10)] == ["0", "10"]


def test_else_a_page_ends_after_a_blank_line_and_begins_with_none():
    lines = ["a", "b", "", "c", "d", "e", "", "", "f", "g", "h", "i"]
    assert [page[0] for page in paginate(lines, [], 10)] == ["a", "f"]


def test_no_page_is_blank():
    assert paginate(["", " ", ""], [], 2) == []


def test_a_title_is_not_left_behind():
    outline = [Heading(5, 1, "PART"), Heading(8, 2, "First"), Heading(20, 2, "Second")]
    assert breaking_lines(outline) == [4, 20]


@pytest.mark.parametrize("size", [QPageSize.PageSizeId.A4, QPageSize.PageSizeId.Letter])
def test_the_columns_fit_the_sheet(qapp, output, size):
    printer = _printer(output)
    printer.setPageSize(QPageSize(size))
    sheet = _Sheet.of(printer, TEXT)
    width = QFontMetricsF(sheet.font, printer).horizontalAdvance("x" * COLUMNS)
    assert 0.95 * sheet.area.width() < width <= sheet.area.width()
    assert sheet.rows * sheet.line < sheet.area.height()


@pytest.mark.parametrize(("first", "last"), [(0, 0), (2, 3)])
def test_printing_to_a_file(qapp, output, tmp_path, first, last):
    printer = _printer(output)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "output.pdf"))
    printer.setFromTo(first, last)
    paint(output, printer)
    expected = len(paginate(TEXT.split("\n"), [60], _Sheet.of(printer, TEXT).rows))
    written = (tmp_path / "output.pdf").read_bytes()
    assert written.count(b"/Type /Page\n") == (2 if first else expected)
    assert expected > 3


def test_the_dialogs_do_not_block(qtbot, output):
    view = OutputView()
    qtbot.addWidget(view)
    view.show_outputs([output], output, lambda _: True)
    view.show()
    for show, kind in ((view.print_, QPrintDialog), (view.print_preview, QPrintPreviewDialog)):
        show()
        dialog = view.findChild(kind)
        assert dialog.isVisible()
        dialog.close()
        qtbot.waitUntil(lambda gone=dialog: not isValid(gone))
