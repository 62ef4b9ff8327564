"""Look at every window as a user would: what does not fit, is cut off, or is hard to read.

Run in a process of its own, because the scale is set at its start:

    audit.py SCHEME        light or dark; QT_SCALE_FACTOR is the scale

Prints a line for each finding, and at last how many widgets it has looked at.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QLabel,
    QLineEdit,
    QListWidget,
    QMenu,
    QMenuBar,
    QPlainTextEdit,
    QTabBar,
    QTextEdit,
    QToolBar,
    QToolButton,
    QWidget,
)

SCREEN = QSize(1366, 768)
FRAME = QSize(4, 34)  # what a window manager puts around a window
CONTRAST = 4.5
CONTROLS = (QAbstractButton, QLabel, QComboBox, QLineEdit, QAbstractSpinBox)
NAMED = (
    *(QAbstractButton, QComboBox, QLineEdit, QAbstractSpinBox),
    *(QAbstractItemView, QPlainTextEdit, QTextEdit),
)
looked_at: Counter[str] = Counter()


def findings(window: QWidget, place: str) -> Iterator[str]:
    """Say what is wrong in a window that is shown."""
    room = SCREEN - FRAME
    if window.width() > room.width() or window.height() > room.height():
        yield f"{place}: {window.width()}×{window.height()} does not fit {SCREEN.toTuple()}"
    for widget in [window, *window.findChildren(QWidget)]:
        if widget.window() is window and widget.isVisible() and not inner(widget):
            looked_at[place] += 1
            for words in (*too_small(widget), *cut(widget), *nameless(widget), *faint(widget)):
                yield f"{place}: {called(widget)} {words}"


def inner(widget: QWidget) -> bool:
    """Whether a widget is Qt's own part of another, whose look is that one's matter."""
    whole = QAbstractSpinBox | QComboBox | QMenuBar
    return widget.objectName().startswith("qt_") or isinstance(widget.parent(), whole)


def called(widget: QWidget) -> str:
    text = getattr(widget, "text", lambda: "")()
    words = text if isinstance(text, str) else ""
    return f"{type(widget).__name__}({words[:40]!r}, {widget.accessibleName()[:30]!r})"


def too_small(widget: QWidget) -> Iterator[str]:
    """No control is smaller than its size hint; what wraps or is elided, than its least one."""
    if not isinstance(widget, CONTROLS) or not widget.isVisibleTo(widget.window()):
        return
    if widget.hasHeightForWidth():
        if widget.height() < widget.heightForWidth(widget.width()):
            yield f"needs a height of {widget.heightForWidth(widget.width())}: {widget.height()}"
        return
    hint = widget.minimumSizeHint() if elides(widget) else widget.sizeHint()
    if isinstance(widget, QLineEdit | QComboBox | QAbstractSpinBox):
        hint.setWidth(min(hint.width(), widget.minimumSizeHint().width()))
    if widget.width() < hint.width() or widget.height() < hint.height():
        yield f"is {widget.size().toTuple()}, smaller than its hint {hint.toTuple()}"


def elides(widget: QWidget) -> bool:
    return type(widget).__name__ == "ElidedLabel"


def cut(widget: QWidget) -> Iterator[str]:
    """No text is wider than the control that shows it, unless all of it is in the tip."""
    if isinstance(widget, QMenuBar | QToolBar):
        more = widget.findChild(QToolButton, "qt_toolbar_ext_button") or widget.findChild(
            QToolButton, "qt_menubar_ext_button"
        )
        if more is not None and more.isVisible():
            yield "does not show all its entries"
    if isinstance(widget, QTabBar):
        for tab in range(widget.count()):
            wide = widget.fontMetrics().horizontalAdvance(widget.tabText(tab))
            if wide > widget.tabRect(tab).width() and not widget.tabToolTip(tab):
                yield f"cuts its tab {widget.tabText(tab)!r}"
    if isinstance(widget, QAbstractButton) and widget.text() and not icon_only(widget):
        text = widget.text().replace("&&", "\0").replace("&", "").replace("\0", "&")
        if widget.fontMetrics().size(Qt.TextFlag.TextSingleLine, text).width() > widget.width():
            yield "cuts its text"
    if isinstance(widget, QListWidget):
        yield from cut_items(widget)


def icon_only(button: QAbstractButton) -> bool:
    only = Qt.ToolButtonStyle.ToolButtonIconOnly
    return isinstance(button, QToolButton) and button.toolButtonStyle() is only


def cut_items(view: QListWidget) -> Iterator[str]:
    bar = view.horizontalScrollBar()
    for row in range(view.count()):
        item = view.item(row)
        wide = view.visualItemRect(item).width()
        if view.fontMetrics().horizontalAdvance(item.text()) > wide and not (
            item.toolTip() or bar.maximum()
        ):
            yield f"cuts its item {item.text()!r}"


def nameless(widget: QWidget) -> Iterator[str]:
    """Every control has a name that a screen reader can say."""
    if isinstance(widget, NAMED) or widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
        label = any(each.buddy() is widget for each in widget.window().findChildren(QLabel))
        text = getattr(widget, "text", lambda: "")() if isinstance(widget, QAbstractButton) else ""
        if not (widget.accessibleName() or text or label) and focusable(widget):
            yield "has no accessible name"


def focusable(widget: QWidget) -> bool:
    return widget.focusPolicy() is not Qt.FocusPolicy.NoFocus


def faint(widget: QWidget) -> Iterator[str]:
    """Enabled text contrasts with its ground, measured in what is drawn."""
    texts = isinstance(widget, QLabel | QAbstractButton | QLineEdit | QComboBox)
    shown = getattr(widget, "text", None) or getattr(widget, "currentText", None)
    if not texts or not widget.isEnabled() or not shown or not str(shown()).strip():
        return
    if icon_only(widget) if isinstance(widget, QAbstractButton) else False:
        return
    ratio = drawn_contrast(widget.grab().toImage())
    if ratio < CONTRAST:
        yield f"has a contrast of {ratio:.2f}"


def drawn_contrast(image: QImage) -> float:
    """Contrast of the most frequent colour with the one farthest from it."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    colours = Counter(
        image.pixel(x, y) for x in range(image.width()) for y in range(image.height())
    )
    if not colours:
        return 21.0
    ground = luminance(QColor(colours.most_common(1)[0][0]))
    return max(contrast(ground, luminance(QColor(each))) for each in colours)


def luminance(colour: QColor) -> float:
    """Relative luminance of WCAG 2.1."""

    def linear(share: float) -> float:
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = map(linear, (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: float, other: float) -> float:
    """Contrast ratio of WCAG 2.1 of two luminances."""
    light, dark = max(one, other), min(one, other)
    return (light + 0.05) / (dark + 0.05)


def mnemonics(menu: QMenu | QMenuBar, place: str) -> Iterator[str]:
    """Every entry has a mnemonic of its own."""
    taken: dict[str, str] = {}
    for action in menu.actions():
        if action.isSeparator() or not action.isVisible():
            continue
        text = action.text()
        letter = text.replace("&&", "")[text.replace("&&", "").find("&") + 1 :][:1].lower()
        if "&" not in text.replace("&&", ""):
            yield f"{place}: {text!r} has no mnemonic"
        elif letter in taken:
            yield f"{place}: {text!r} has the mnemonic of {taken[letter]!r}"
        taken[letter] = text
        if inner_menu := action.menu():
            yield from mnemonics(inner_menu, f"{place} → {text.replace('&', '')}")


class Inline(Executor):
    """Runs what it is given at once."""

    def submit(self, work, /, *args, **kwargs):
        future = Future()
        future.set_result(work(*args, **kwargs))
        return future


def settle() -> None:
    for _ in range(4):
        QApplication.processEvents()


@contextmanager
def opened(step) -> Iterator[QDialog]:
    """The dialog that a step opens, closed at the end."""
    before = set(QApplication.topLevelWidgets())
    step()
    settle()
    new = [
        each
        for each in QApplication.topLevelWidgets()
        if each not in before and each.isVisible() and isinstance(each, QDialog)
    ]
    yield new[-1]
    new[-1].close()
    settle()


def everything(window) -> Iterator[str]:
    """Walk through the window's states, its menus, dialogs and help."""
    yield from without_output(window)
    yield from with_output(window)
    yield from dialogs(window)
    yield from mnemonics(window.menuBar(), "menus")
    yield from help_pages(window)


def without_output(window) -> Iterator[str]:
    yield from findings(window, "welcome")
    window.memory.remember(Path("a folder of the course", "model.hlm"))
    settle()
    yield from findings(window, "welcome with a recent file")
    window.open_example_data()
    settle()
    yield from findings(window, "data without a model")
    window.open_example_lesson()
    settle()
    yield from findings(window, "the lesson's model")


def with_output(window) -> Iterator[str]:
    document, size = window.document, window.size()
    window.equations.show_mixed(True)
    run(window)
    yield from findings(window, "the lesson's output")
    window.output.open_find()
    settle()
    yield from findings(window, "find in the output")
    document.edit(replace(document.spec, variance_predictors=()), "homogeneous")
    settle()
    yield from findings(window, "output of another model")
    run(window)
    yield from findings(window, "two outputs")
    window.panes.changed_sources.say("students.sav has changed since schools.mdmx was made.")
    settle()
    yield from findings(window, "sources that have changed")
    window.panes.changed_sources.say("")
    window.resize(QSize(640, 480))
    settle()
    yield from findings(window, "the smallest window")
    window.resize(size)
    document.steps.undo()
    settle()


def dialogs(window) -> Iterator[str]:
    from app.dialogs.heterogeneous import HeterogeneousDialog
    from app.errors import ErrorDialog
    from app.widgets.messages import ask_to_save, tell

    spec, catalogue = window.document.spec, window.document.catalogue
    examples = Path(str(files("resources") / "examples"))
    steps = {
        "Make MDM": lambda: window.data_files.make([examples / f"hsb{n}.csv" for n in (1, 2)]),
        "View data": window.data_files.show_rows,
        "Display MDM stats": window.data_files.show_statistics,
        "Basic Settings": window.open_basic_settings,
        "Estimation Settings": window.open_estimation_settings,
        "Heterogeneous sigma^2": lambda: HeterogeneousDialog(spec, catalogue, window).open(),
        "Preferences": window.looks.ask,
        "About": window.about,
        "message": lambda: tell(window, "A message of some length. " * 8),
        "question": lambda: ask_to_save(window, "a.hlm", lambda: None, lambda: None),
        "error": lambda: ErrorDialog("details\n" * 30, window).show(),
    }
    for name, step in steps.items():
        with opened(step) as dialog:
            yield from findings(dialog, name)


def help_pages(window) -> Iterator[str]:
    from app.help import close_help, show_help

    for name in ("getting-started", "about-the-numbers"):
        show_help(name)
        settle()
        page = next(
            each
            for each in QApplication.topLevelWidgets()
            if each.isVisible() and each.windowTitle() == "Levelwise Help"
        )
        yield from findings(page, f"help on {name}")
    close_help()


def run(window) -> None:
    window.runs.start()
    while window.runs.running:
        settle()
    settle()


def main() -> None:
    """Print what there is to find in one scheme."""
    from app.icons import renew
    from app.main_window import MainWindow
    from app.preferences import Memory, Scheme
    from app.theme import Theme
    from app.widgets.focus_ring import FocusRing

    app = QApplication(sys.argv[:1])
    theme = Theme(app)
    theme.changed.connect(renew)
    FocusRing(app)
    theme.wear(Scheme(sys.argv[1]).colours)
    window = MainWindow(executor=Inline(), memory=Memory(app))
    window.show()
    settle()
    found = list(everything(window))
    window._leaving = True
    window.close()
    print(
        *dict.fromkeys(found), f"{looked_at.total()} widgets in {len(looked_at)} places", sep="\n"
    )


if __name__ == "__main__":
    main()
