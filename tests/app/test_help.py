import re
import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from math import log, pi

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QImage, QTextDocument, QWheelEvent
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QListWidget, QMenu, QTextBrowser
from pytestqt.qtbot import QtBot

from app.help import close_help, show_help
from app.help.pages import FOLDER, PAGES, slug, text_of, title_of
from app.help.window import HelpWindow
from app.main_window import MainWindow
from app.theme import dress
from estimation.analysis import run
from estimation.examples import hsb, lesson_spec
from estimation.report import typeset
from estimation.spec import Likelihood

_LINK = re.compile(r"(!?)\[[^\]]*\]\(([^)]+)\)")
_NUMBER = re.compile(r"\d+\.\d{3,}")
# What others print or computed, as numerics.md gives it, and the constant of the deviance.
_ELSEWHERE = {
    *("47049.46273", "47042.27641", "0.09122", "7.18633", "1.381355", "0.034083"),
    "0.000",  # what HLM 6 prints of small p-values
    f"{log(2 * pi):.6f}",
}


@pytest.fixture
def help_window(qtbot: QtBot) -> Iterator[HelpWindow]:
    show_help()
    window = shown()
    qtbot.waitExposed(window)
    window.activateWindow()
    yield window
    close_help()
    QApplication.processEvents()


def shown() -> HelpWindow:
    """Return the help window, of which there is one."""
    (found,) = [each for each in QApplication.topLevelWidgets() if isinstance(each, HelpWindow)]
    return found


def page(window: HelpWindow) -> QTextBrowser:
    return window.findChild(QTextBrowser)


def contents(window: HelpWindow) -> QListWidget:
    return window.findChild(QListWidget)


def headings(name: str) -> set[str]:
    return {slug(each) for each in re.findall(r"^#+ (.+)$", text_of(name), re.MULTILINE)}


# -------------------------------------------------------------------------------- the pages


def test_every_file_is_a_page():
    files = {each.name for each in FOLDER.iterdir() if each.name.endswith(".md")}
    assert files == {f"{name}.md" for name in PAGES}


@pytest.mark.parametrize("name", PAGES)
def test_links_and_pictures_lead_somewhere(name: str):
    for picture, target in _LINK.findall(text_of(name)):
        path, _, anchor = target.partition("#")
        if picture:
            assert (FOLDER / path).is_file()
            assert (FOLDER / path.replace(".png", "-dark.png")).is_file()
        elif "://" not in target:
            linked = path.removesuffix(".md") or name
            assert linked in PAGES
            assert not anchor or anchor in headings(linked)


def test_pictures_are_small_and_all_are_used():
    pictures = [each for each in (FOLDER / "pictures").iterdir() if each.name.endswith(".png")]
    sizes = [len(each.read_bytes()) for each in pictures]
    assert max(sizes) < 80_000
    assert sum(sizes) < 1_500_000
    used = {target for name in PAGES for _, target in _LINK.findall(text_of(name))}
    assert {f"pictures/{each.name.replace('-dark', '')}" for each in pictures} <= used


@pytest.fixture(scope="module")
def printed() -> list[float]:
    """Every number in the lesson's output, by full and by restricted maximum likelihood."""
    spec = lesson_spec()
    reml = replace(spec.settings, heterogeneous_likelihood=Likelihood.RESTRICTED)
    specs = (spec, replace(spec, settings=reml))
    texts = [typeset(run(hsb(), each, lambda _event: None)).text for each in specs]
    return [float(each) for text in texts for each in _NUMBER.findall(text)]


@pytest.mark.parametrize("name", PAGES)
def test_numbers_are_those_that_the_program_prints(name: str, printed: list[float]):
    for quoted in set(_NUMBER.findall(text_of(name))) - _ELSEWHERE:
        decimals = len(quoted.partition(".")[2])
        assert any(f"{each:.{decimals}f}" == quoted for each in printed), quoted


@pytest.fixture
def main_window(qtbot: QtBot, inline) -> Iterator[MainWindow]:
    window = MainWindow(executor=inline)
    qtbot.addWidget(window)
    yield window
    window.close()


def labels(menu) -> Iterator[str]:
    """Yield the path of every entry of a menu, as the pages write it."""
    for action in menu.actions():
        text = re.sub("&(&?)", r"\1", action.text())
        yield text
        if isinstance(action.menu(), QMenu):
            yield from (f"{text} → {each}" for each in labels(action.menu()))


@pytest.mark.parametrize("name", PAGES)
def test_menus_are_where_the_pages_say(name: str, main_window: MainWindow):
    known = set(labels(main_window.menuBar()))
    for bold in re.findall(r"\*\*([^*]+→[^*]+)\*\*", text_of(name)):
        assert " ".join(bold.split()) in known


def test_every_shortcut_of_the_menus_is_listed(main_window: MainWindow):
    listed = set(re.findall(r"`([^`]+)`", text_of("model-window")))
    for action in main_window.findChildren(type(main_window.menuBar().actions()[0])):
        keys = {each.toString() for each in action.shortcuts()}
        assert not keys or keys & listed, (action.text(), keys)


def test_every_dialog_has_its_page(main_window: MainWindow, qtbot: QtBot):
    main_window.open_example_lesson()
    openers = (
        main_window.open_basic_settings,
        main_window.open_estimation_settings,
        main_window.looks.ask,
        main_window.data_files.show_rows,
        partial(main_window.data_files.make, []),
        main_window.data_files.show_statistics,
    )
    for opener in openers:
        opener()
        dialog = next(each for each in main_window.findChildren(QDialog) if each.isVisible())
        assert dialog.help_page in PAGES
        dialog.reject()


# ------------------------------------------------------------------------------- the window


def test_there_is_one_window_and_it_goes_where_it_is_sent(help_window: HelpWindow):
    show_help("notation", "centring")
    assert shown() is help_window
    assert contents(help_window).currentItem().text() == "Notation"
    assert page(help_window).verticalScrollBar().value() > 0


def test_an_unknown_page_is_the_first(help_window: HelpWindow):
    show_help("notation")
    show_help("nowhere")
    assert help_window.place.page == PAGES[0]


def test_the_contents_lead_to_each_page(help_window: HelpWindow):
    for row, name in enumerate(PAGES):
        contents(help_window).setCurrentRow(row)
        first = page(help_window).document().begin().text()
        assert first == title_of(name) == contents(help_window).item(row).text()


def test_links_lead_to_pages_and_back_to_where_one_was(help_window: HelpWindow, qtbot: QtBot):
    bar = page(help_window).verticalScrollBar()
    bar.setValue(200)
    page(help_window).anchorClicked.emit(QUrl("files.md#what-is-kept"))
    assert help_window.place.page == "files"
    qtbot.keyClick(help_window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert help_window.place.page == PAGES[0]
    assert abs(bar.value() - 200) <= 2
    qtbot.keyClick(help_window, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert help_window.place.page == "files"
    assert bar.value() > 0


def test_other_sites_open_in_the_browser(help_window: HelpWindow, monkeypatch: pytest.MonkeyPatch):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", opened.append)
    page(help_window).anchorClicked.emit(QUrl("https://example.org/x"))
    assert opened == [QUrl("https://example.org/x")]
    assert help_window.place.page == PAGES[0]


def test_words_are_found_round_the_end(help_window: HelpWindow, qtbot: QtBot):
    qtbot.keyClick(help_window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    words = help_window.findChild(QLineEdit)
    assert words.hasFocus()
    qtbot.keyClicks(words, "double-click")
    found = []
    for _ in range(3):
        qtbot.keyClick(words, Qt.Key.Key_Return)
        found.append(page(help_window).textCursor().position())
    assert len(set(found)) == len(re.findall("double-click", text_of(PAGES[0]), re.IGNORECASE))
    words.setText("not in any help")
    qtbot.keyClick(words, Qt.Key.Key_Return)
    assert help_window._said.text() == "Not on this page"


def test_escape_leaves_the_words_then_the_window(help_window: HelpWindow, qtbot: QtBot):
    words = help_window.findChild(QLineEdit)
    words.setFocus()
    qtbot.keyClick(words, Qt.Key.Key_Escape)
    assert help_window.isVisible()
    assert page(help_window).hasFocus()
    with qtbot.waitSignal(help_window.destroyed):
        qtbot.keyClick(page(help_window), Qt.Key.Key_Escape)


def test_a_closed_window_leaves_nothing_and_opens_anew(qtbot: QtBot):
    show_help()
    with qtbot.waitSignal(shown().destroyed):
        close_help()
    close_help()
    show_help("files")
    assert shown().place.page == "files"
    with qtbot.waitSignal(shown().destroyed):
        close_help()


def test_it_does_not_keep_the_program_alive(help_window: HelpWindow):
    assert not help_window.testAttribute(Qt.WidgetAttribute.WA_QuitOnClose)
    assert help_window.parent() is None


def size(window: HelpWindow) -> float:
    return page(window).document().defaultFont().pointSizeF()


def test_keys_and_wheel_make_the_text_larger(help_window: HelpWindow, qtbot: QtBot):
    before = size(help_window)
    qtbot.keyClick(help_window, Qt.Key.Key_Equal, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: size(help_window) > before)
    larger = size(help_window)
    wheel = QWheelEvent(
        QPointF(9, 9),
        QPointF(9, 9),
        QPoint(0, 0),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(page(help_window).viewport(), wheel)
    qtbot.waitUntil(lambda: size(help_window) > larger)
    qtbot.keyClick(help_window, Qt.Key.Key_0, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: size(help_window) == before)


def test_the_text_follows_the_program(help_window: HelpWindow, qtbot: QtBot, qapp: QApplication):
    before, font = size(help_window), qapp.font()
    larger = qapp.font()
    larger.setPointSizeF(font.pointSizeF() * 2)
    qapp.setFont(larger)
    qtbot.waitUntil(lambda: abs(size(help_window) - 2 * before) < 0.1)
    qapp.setFont(font)
    qtbot.waitUntil(lambda: size(help_window) == before)


def pictures(window: HelpWindow) -> list[str]:
    found = []
    block = page(window).document().begin()
    while block.isValid():
        iterator = block.begin()
        while not iterator.atEnd():
            form = iterator.fragment().charFormat()
            if form.isImageFormat():
                found.append(form.toImageFormat().name())
            iterator += 1
        block = block.next()
    return found


def test_pictures_are_those_of_the_colour_scheme(
    help_window: HelpWindow, qtbot: QtBot, qapp: QApplication
):
    dress(qapp, Qt.ColorScheme.Light)
    qtbot.waitUntil(lambda: "pictures/popup.png" in pictures(help_window))
    dress(qapp, Qt.ColorScheme.Dark)
    qtbot.waitUntil(lambda: "pictures/popup-dark.png" in pictures(help_window))
    dress(qapp, Qt.ColorScheme.Light)


def test_pictures_are_no_wider_than_the_page(help_window: HelpWindow, qtbot: QtBot):
    help_window.resize(520, 500)
    QApplication.processEvents()
    document = page(help_window).document()
    assert document.size().width() <= page(help_window).viewport().width() + 1
    kind = QTextDocument.ResourceType.ImageResource.value
    picture = page(help_window).loadResource(kind, QUrl("pictures/popup.png"))
    assert isinstance(picture, QImage)
    assert picture.devicePixelRatio() == page(help_window).devicePixelRatioF()


def test_it_opens_without_a_wait(qtbot: QtBot):
    show_help()
    close_help()
    QApplication.processEvents()
    start = time.perf_counter()
    show_help()
    QApplication.processEvents()
    assert time.perf_counter() - start < 1  # 0.1 is aimed at, and measured by `make bench`
    close_help()
