"""The palettes: what must be told apart is."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QListWidget, QMenu

from app.theme import dress


@pytest.fixture
def dark(qapp: QApplication):
    before = qapp.palette()
    dress(qapp, Qt.ColorScheme.Dark)
    yield
    qapp.setPalette(before)
    qapp.setPalette(before, "QMenu")


def test_dark_menu_stands_out_from_the_list_it_covers(qtbot, dark):
    menu, variables = QMenu(), QListWidget()
    qtbot.addWidget(menu)
    qtbot.addWidget(variables)
    menu.ensurePolished()
    base = QPalette.ColorRole.Base
    lightness = menu.palette().color(base).lightness()
    assert lightness > variables.palette().color(base).lightness() + 20
