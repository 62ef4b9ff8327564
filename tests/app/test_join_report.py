"""The join report: every finding, its items folded, copied and saved."""

import csv

import pytest
from audit import findings
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QPushButton, QTextBrowser

from app.dialogs import join_report
from app.dialogs.join_report import JoinReportDialog, as_csv, as_html
from app.preferences import Memory
from estimation.data.report import Entry, Finding, JoinReport

IDS = tuple(f"U{number}" for number in range(30))
REPORT = JoinReport(
    (
        Entry(Finding.COUNTS, "60 rows in 30 units, 2 rows a unit."),
        Entry(Finding.ONLY_LEVEL1, "4 rows of <a>.csv left out.", IDS, loses=True),
        Entry(Finding.CONSTANT, "X has one value.", ("X",)),
        Entry(Finding.CONSTANT, "Z has one value.", ("Z",)),
    )
)


@pytest.fixture
def dialog(qtbot, qapp):
    found = JoinReportDialog(REPORT, Memory(qapp), None, "hsb")
    qtbot.addWidget(found)
    found.show()
    qtbot.waitExposed(found)
    return found


def page(dialog):
    return dialog.findChild(QTextBrowser)


def press(dialog, words):
    buttons = dialog.findChildren(QPushButton)
    next(each for each in buttons if each.text().replace("&", "").startswith(words)).click()


def test_findings_stand_under_their_headings(dialog):
    lines = page(dialog).toPlainText().splitlines()
    assert lines == [
        "Rows and units",
        "60 rows in 30 units, 2 rows a unit.",
        "Units of the level-1 file only",
        "4 rows of <a>.csv left out. Show all 30",
        "Variables with one value",
        "X has one value.",
        "Z has one value.",
    ]


def test_long_lists_are_unfolded_and_folded(dialog):
    page(dialog).anchorClicked.emit(QUrl("fold:1"))
    assert ", ".join(IDS) in page(dialog).toPlainText()
    page(dialog).anchorClicked.emit(QUrl("fold:1"))
    assert "U29" not in page(dialog).toPlainText()


def test_very_long_lists_are_shown_in_part_and_saved_whole(monkeypatch):
    monkeypatch.setattr(join_report, "_MOST", 20)
    assert "and 10 more, which are in the saved report" in as_html(REPORT, {1})
    assert "U29" not in as_html(REPORT, {1})
    assert "U29" in as_csv(REPORT)


def test_it_is_copied_as_text(dialog):
    press(dialog, "Copy")
    assert QApplication.clipboard().text() == REPORT.text()


def test_it_is_saved_as_text_and_as_a_table(dialog, tmp_path):
    dialog.write(tmp_path / "a.txt")
    assert (tmp_path / "a.txt").read_text(encoding="utf-8") == REPORT.text()
    dialog.write(tmp_path / "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["finding", "message", "lost", "item"]
    assert rows[1] == ["Rows and units", REPORT.entries[0].message, "no", ""]
    assert [row[3] for row in rows[2:32]] == list(IDS)
    assert Memory(dialog).folder == tmp_path


def test_a_name_is_proposed(qtbot, dialog):
    press(dialog, "Save as")
    asked = dialog.findChild(QFileDialog)
    qtbot.waitUntil(asked.isVisible)
    assert asked.selectedFiles()[0].endswith("hsb-join-report.txt")
    asked.reject()


def test_what_cannot_be_written_is_told(qtbot, dialog, tmp_path):
    dialog.write(tmp_path / "nowhere" / "a.txt")
    box = dialog.findChild(QMessageBox)
    qtbot.waitUntil(box.isVisible)
    assert "could not be written" in box.text()
    box.reject()


def test_it_is_whole_and_legible(dialog):
    QApplication.processEvents()
    assert list(findings(dialog, "Join report")) == []
