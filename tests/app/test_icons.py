"""Icons of our own: in the colours of the text, sharp, and following both schemes."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QColor, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QMenu, QToolButton

import resources
from app.icons import app_icon, icon, renew
from app.theme import dress

FOLDER = Path(resources.__file__).parent / "icons"
NAMES = sorted(each.stem for each in FOLDER.glob("*.svg"))
EXPECTED = [
    *("new", "open", "save", "save-as", "undo", "redo", "run", "cancel", "copy", "find", "print"),
    *("outline", "close", "zoom-in", "zoom-out", "help", "example", "data", "settings", "add"),
    *("remove", "up", "down", "check", "warning", "app"),
]
SIZE = QSize(24, 24)


@pytest.fixture(params=[Qt.ColorScheme.Light, Qt.ColorScheme.Dark])
def palette(qapp: QApplication, request):
    before = qapp.palette()
    dress(qapp, request.param)
    yield qapp.palette()
    qapp.setPalette(before)
    qapp.setPalette(before, "QMenu")


def colours(image) -> set[str]:
    pixels = (image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height()))
    return {each.name() for each in pixels if each.alpha() == 255}


def alike(name: str, colour: QColor) -> bool:
    """Whether two colours differ by no more than rounding."""
    pairs = zip(QColor(name).getRgb(), colour.getRgb(), strict=True)
    return all(abs(one - other) <= 2 for one, other in pairs)


def drawn(an_icon: QIcon, mode=QIcon.Mode.Normal, ratio=1.0):
    return an_icon.pixmap(SIZE, ratio, mode).toImage()


def test_set_is_complete_and_of_one_hand():
    assert sorted(EXPECTED) == NAMES
    for name in set(NAMES) - {"app"}:
        text = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
        assert 'viewBox="0 0 24 24"' in text
        assert 'stroke-width="2" stroke-linecap="round"' in text
        assert not re.search("#[0-9a-f]{3}", text)


@pytest.mark.parametrize("name", sorted({*NAMES} - {"app"}))
def test_icon_has_the_colours_of_the_text(palette, name):
    role, groups = QPalette.ColorRole.WindowText, QPalette.ColorGroup
    for mode, group in (
        (QIcon.Mode.Normal, groups.Active),
        (QIcon.Mode.Disabled, groups.Disabled),
    ):
        assert all(
            alike(each, palette.color(group, role))
            for each in colours(drawn(icon(name), mode, 4.0))
        )


def test_icon_is_drawn_anew_for_each_ratio(qapp):
    for ratio in (1.0, 1.5, 2.0):
        image = drawn(icon("close"), ratio=ratio)
        assert image.width() == 24 * ratio
    once, twice = drawn(icon("close")), drawn(icon("close"), ratio=2.0)
    assert twice != once.scaled(48, 48, mode=Qt.TransformationMode.SmoothTransformation)


def test_renewed_icons_follow_the_colours(qtbot, qapp):
    before = qapp.palette()
    dress(qapp, Qt.ColorScheme.Light)
    menu, button, other = QMenu(), QToolButton(), QToolButton()
    for widget in (menu, button, other):
        qtbot.addWidget(widget)
    action = QAction(icon("run"), "Run", menu)
    menu.addAction(action)
    button.setIcon(icon("save"))
    other.setIcon(QIcon())
    light = drawn(action.icon())
    for _ in range(2):
        dress(qapp, Qt.ColorScheme.Dark)
        renew()
        assert drawn(action.icon()) == drawn(icon("run")) != light
        assert drawn(button.icon()) == drawn(icon("save"))
        assert other.icon().isNull()
        dress(qapp, Qt.ColorScheme.Light)
        renew()
        assert drawn(action.icon()) == light
    qapp.setPalette(before)
    qapp.setPalette(before, "QMenu")


def test_program_s_icon_is_in_colour(qapp):
    found = {QColor(each).hsvHue() // 30 for each in colours(drawn(app_icon(), ratio=4.0))}
    assert len(found) > 1


def test_copies_of_icons_and_the_end_of_the_program_are_safe():
    script = """if True:
        from PySide6.QtGui import QIcon, QPixmap
        from PySide6.QtWidgets import QApplication, QToolButton
        from app.icons import app_icon, icon
        app = QApplication([])
        app.setWindowIcon(app_icon())
        kept = icon("run")
        button = QToolButton(icon=kept)
        for _ in range(200):
            copy = QIcon(kept)
            copy.addPixmap(QPixmap(4, 4))
            copy.pixmap(16, 16)
        button.grab()
    """
    environment = {"QT_QPA_PLATFORM": "offscreen", "PYTHONPATH": str(FOLDER.parents[1])}
    done = subprocess.run([sys.executable, "-c", script], env=environment, check=False)
    assert done.returncode == 0
