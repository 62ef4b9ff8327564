"""An unexpected error is shown in words, once, and the window lives."""

import sys

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMainWindow, QPlainTextEdit, QPushButton

from app.errors import ErrorDialog, ErrorReporter


@pytest.fixture
def reporter(qtbot, monkeypatch):
    """A reporter in the place of the hook, which prints nothing."""
    monkeypatch.setattr(sys, "__excepthook__", lambda *what: None)
    window = QMainWindow()
    qtbot.addWidget(window)
    window.show()
    reporter = ErrorReporter(window)
    monkeypatch.setattr(sys, "excepthook", reporter.report)
    return reporter


def dialogs(reporter):
    return [each for each in reporter.parent().findChildren(ErrorDialog) if each.isVisible()]


def fail():
    raise RuntimeError("a slot went wrong")


def button(dialog, words):
    buttons = dialog.findChildren(QPushButton)
    return next(each for each in buttons if each.text().replace("&", "") == words)


def test_error_in_a_slot_is_shown_with_its_details(qtbot, reporter):
    QTimer.singleShot(0, fail)
    qtbot.waitUntil(lambda: len(dialogs(reporter)) == 1)
    dialog = dialogs(reporter)[0]
    details = dialog.findChild(QPlainTextEdit)
    assert details.isHidden()
    button(dialog, "Show details").click()
    assert details.isVisible()
    button(dialog, "Copy details").click()
    assert "RuntimeError: a slot went wrong" in QApplication.clipboard().text()
    button(dialog, "Close").click()
    assert dialogs(reporter) == []
    assert reporter.parent().isVisible()


def test_many_errors_open_one_dialog(qtbot, reporter):
    for _ in range(5):
        QTimer.singleShot(0, fail)
    qtbot.waitUntil(lambda: dialogs(reporter) != [])
    first = dialogs(reporter)
    QTimer.singleShot(0, fail)
    ended = []
    QTimer.singleShot(5, lambda: ended.append(True))
    qtbot.waitUntil(lambda: ended != [])
    assert dialogs(reporter) == first
    assert len(first) == 1


def test_next_error_after_closing_is_shown_again(qtbot, reporter):
    QTimer.singleShot(0, fail)
    qtbot.waitUntil(lambda: dialogs(reporter) != [])
    button(dialogs(reporter)[0], "Close").click()
    QTimer.singleShot(0, fail)
    qtbot.waitUntil(lambda: dialogs(reporter) != [])


def test_interrupt_is_no_error_and_closes_the_window(reporter):
    reporter.report(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert not reporter.parent().isVisible()
    assert dialogs(reporter) == []
