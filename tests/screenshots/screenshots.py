"""Pictures of the lesson: those of the help and README, and larger ones to look at.

    python tests/screenshots/screenshots.py [FOLDER]        FOLDER is build/screenshots at first

Needs no display: Qt's offscreen platform draws the same letters as a screen, without the frames of
windows, so dialogs get a plain one here.  The letters are those of the fonts that are installed.
Each scale and colour scheme has a process of its own, as Qt reads the scale when it starts.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "resources" / "help" / "pictures"
SCHEMES = ("light", "dark")
# The screen, and the window in the pictures of the help: these are drawn at 150 % and shown at 75.
WIDTH, HEIGHT = 1366, 768
HELP_SCALE = 1.5
HELP_SIZES = {"popup": (840, 330), "model": (840, 330), "output": (944, 690)}
CHOICE_HEIGHT = 310
# A picture keeps at most so many colours.
COLOURS = 128


def main() -> None:
    """Draw everything."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "build" / "screenshots"
    for scheme in SCHEMES:
        _draw("pictures", scheme, HELP_SCALE, PICTURES)
        for scale in (1, 2):
            _draw("screens", scheme, scale, folder / f"{scheme}-{scale}")


def _draw(what: str, scheme: str, scale: float, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        screen = {"name": "screen", "x": 0, "y": 0, "logicalDpi": 96, "dpr": 1}
        screen |= {"width": round(WIDTH * scale), "height": round(HEIGHT * scale)}
        config = Path(home) / "screen.json"
        config.write_text(json.dumps({"screens": [screen]}), encoding="utf-8")
        environment = os.environ | {
            "QT_QPA_PLATFORM": f"offscreen:configfile={config}",
            "QT_SCALE_FACTOR": str(scale),
            "XDG_CONFIG_HOME": home,
            "HOME": home,
            "PYTHONPATH": str(ROOT),
        }
        command = [sys.executable, __file__, "--child", what, scheme, home, str(folder)]
        subprocess.run(command, env=environment, check=True)


def child(what: str, scheme: str, home: str, folder: Path) -> None:
    """Draw in one scheme and scale."""
    from PySide6.QtCore import QSettings, Qt, qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    from app.icons import app_icon
    from app.theme import Theme
    from app.widgets.focus_ring import FocusRing

    form, scope = QSettings.Format.IniFormat, QSettings.Scope.UserScope
    QSettings.setPath(form, scope, home)
    qInstallMessageHandler(_say)
    app = QApplication([])
    app.setWindowIcon(app_icon())
    schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
    Theme(app).wear(schemes[scheme])
    FocusRing(app)
    lesson = Lesson(app)
    if what == "screens":
        screens(lesson, folder)
    else:
        pictures(lesson, folder, "-dark" if scheme == "dark" else "")
    lesson.close()


def screens(lesson: "Lesson", folder: Path) -> None:
    """Draw whole screens, each as a user sees it."""
    lesson.window.memory.remember(Path("/courses/multilevel/growth.hlm"))
    lesson.window.memory.remember(Path("/courses/multilevel/week 3/schools.hlm"))
    lesson.window.resize(WIDTH, HEIGHT)
    for name, shot in lesson.steps():
        _save(shot(), folder / f"{name}.png")


def pictures(lesson: "Lesson", folder: Path, suffix: str) -> None:
    """Draw the pictures of the help: the window smaller, dialogs by themselves."""
    lesson.alone = True
    lesson.window.setMinimumSize(1, 1)
    for name, shot in lesson.steps():
        if name in HELP_SIZES:
            lesson.window.resize(*HELP_SIZES[name])
        if name not in {"welcome", "help"}:
            _save(_few_colours(_edged(shot())), folder / f"{name}{suffix}.png")


@dataclass
class Lesson:
    """The window with the lesson at one step after the other."""

    app: "QApplication"  # noqa: F821 - imported by the child alone
    alone: bool = False

    def __post_init__(self) -> None:
        from app.main_window import MainWindow

        self.window = MainWindow(executor=_Inline())
        self.window.show()

    def steps(self) -> Iterator[tuple[str, Callable[[], "QPixmap"]]]:  # noqa: F821 - as above
        """Yield name and picture of each step; the picture is drawn when it is asked for."""
        yield "welcome", self._shot
        make = self._make()
        yield "make-mdm", lambda: self._with_dialogs(make)
        make._open_choice(2)
        choice = self._dialog(but=make)
        choice.resize(choice.width(), CHOICE_HEIGHT)
        yield "choose-variables", lambda: self._with_dialogs(make, choice)
        choice.reject()
        make.done(0)
        self._begin()
        yield "popup", self._with_menu
        self._build()
        yield "model", self._shot
        self.window.open_estimation_settings()
        estimation = self._dialog()
        yield "estimation", lambda: self._with_dialogs(estimation)
        estimation._open_heterogeneous()
        inner = self._dialog(but=estimation)
        inner._lists._move(_item(inner, "FEMALE"))
        yield "heterogeneous", lambda: self._with_dialogs(estimation, inner)
        inner.accept()
        estimation.accept()
        self._run()
        yield "output", self._shot_of_result
        yield "help", self._shot_of_help

    def close(self) -> None:
        """Leave without a question."""
        self.window._leaving = True
        self.window.close()

    def settle(self) -> None:
        """Let the window draw itself."""
        for _ in range(5):
            self.app.processEvents()

    # ------------------------------------------------------------------ the model

    def _make(self) -> "QDialog":  # noqa: F821
        folder = ROOT / "resources" / "examples"
        self.window.data_files.make([folder / "hsb1.csv", folder / "hsb2.csv"])
        return self._dialog()

    def _begin(self) -> None:
        self.window.open_example_data()
        self._choose("MATHACH", "Outcome variable")

    def _build(self) -> None:
        self._choose("FEMALE", "add variable uncentered")
        self.window._switch_random("FEMALE")

    def _choose(self, name: str, label: str) -> None:
        from app.model.gestures import gestures

        spec = self.window.document.spec
        offered = gestures(spec, 1, name, self.window.equations.coefficient)
        self.window._apply(name, next(each for each in offered if each.label == label))

    def _run(self) -> None:
        self.window.runs.start()
        while self.window.runs.running:
            self.app.processEvents()
        report = self.window.document.shown.report
        title = "RESULTS FOR HETEROGENEOUS SIGMA-SQUARED"
        line = next(each.line for each in report.outline if each.text == title)
        self.settle()
        self.window.output.page.jump(line - 1)

    # ------------------------------------------------------------------ the pictures

    def _shot(self) -> "QPixmap":  # noqa: F821
        self.window.activateWindow()
        self.settle()
        return self.window.grab()

    def _shot_of_result(self) -> "QPixmap":  # noqa: F821
        self.settle()
        panes = self.window.panes
        if self.alone:
            panes._whole.setSizes([120, panes.width() - 120])
        variance = self.window.equations._variance
        model = variance.mapTo(self.window.equations, variance.rect().bottomLeft()).y() + 12
        panes._right.setSizes([model, panes.height() - model])
        return self._shot()

    def _with_menu(self) -> "QPixmap":  # noqa: F821
        from PySide6.QtWidgets import QListWidget, QMenu

        variables = self.window.variables
        column = variables.findChild(QListWidget)
        item = _named(column, "FEMALE")
        column.setCurrentItem(item)
        self.settle()
        self.window._offer("FEMALE")
        menu = variables.findChild(QMenu)
        self.settle()
        shot = self.window.grab()
        _put(shot, menu.grab(), self.window.mapFromGlobal(menu.pos()))
        menu.close()
        self.settle()
        return shot

    def _with_dialogs(self, *dialogs: "QDialog") -> "QPixmap":  # noqa: F821
        """Draw dialogs over the window, or the last one by itself."""
        dialogs[-1].activateWindow()
        self.settle()
        if self.alone:
            return _framed(dialogs[-1])
        shot = self.window.grab()
        for number, dialog in enumerate(dialogs):
            framed = _framed(dialog)
            size = framed.deviceIndependentSize()
            space = self.window.size().toSizeF() - size
            place = space.width() / 2 + 40 * number, space.height() / 2 + 30 * number
            _put(shot, framed, _point(*place))
        return shot

    def _shot_of_help(self) -> "QPixmap":  # noqa: F821
        from app.help import show_help
        from app.help.window import _windows

        show_help("getting-started", "what-the-result-says")
        self.settle()
        return _framed(_windows[0])

    def _dialog(self, but: "QDialog | None" = None) -> "QDialog":  # noqa: F821
        from PySide6.QtWidgets import QDialog

        self.settle()
        shown = [each for each in self.app.topLevelWidgets() if isinstance(each, QDialog)]
        return next(each for each in shown if each is not but and each.isVisible())


class _Inline(Executor):
    """Runs what it is given at once."""

    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        future.set_result(fn(*args, **kwargs))
        return future


def _say(_kind, _context, words: str) -> None:
    """Say what Qt says, but what its offscreen platform says of every pop-up."""
    if not words.startswith("This plugin does not support"):
        sys.stderr.write(f"{words}\n")


def _item(dialog, name):
    from app.widgets.pick_list import PickList

    return _named(dialog.findChild(PickList), name)


def _named(items, name):
    return next(items.item(row) for row in range(items.count()) if items.item(row).text() == name)


def _framed(window):
    """Draw a window with a plain frame and its title."""
    from PySide6.QtCore import QRectF, QSizeF, Qt
    from PySide6.QtGui import QPainter, QPalette, QPen, QPixmap

    inner = window.grab()
    ratio, size = inner.devicePixelRatio(), inner.deviceIndependentSize()
    title = 30
    whole = QSizeF(size.width() + 2, size.height() + title + 2)
    result = QPixmap((whole * ratio).toSize())
    result.setDevicePixelRatio(ratio)
    palette = window.palette()
    result.fill(palette.color(QPalette.ColorRole.Midlight))
    painter = QPainter(result)
    painter.setPen(palette.color(QPalette.ColorRole.WindowText))
    painter.setFont(window.font())
    bar = QRectF(0, 0, whole.width(), title)
    painter.drawText(bar, Qt.AlignmentFlag.AlignCenter, window.windowTitle())
    painter.drawPixmap(1, title, inner)
    painter.setPen(QPen(palette.color(QPalette.ColorRole.Dark), 1))
    painter.drawRect(QRectF(0.5, 0.5, whole.width() - 1, whole.height() - 1))
    painter.end()
    return result


def _edged(shot):
    """Draw an edge, which sets the picture off from the page."""
    from PySide6.QtCore import QRectF
    from PySide6.QtGui import QPainter, QPalette, QPen
    from PySide6.QtWidgets import QApplication

    painter = QPainter(shot)
    painter.setPen(QPen(QApplication.palette().color(QPalette.ColorRole.Dark), 1))
    size = shot.deviceIndependentSize()
    painter.drawRect(QRectF(0.5, 0.5, size.width() - 1, size.height() - 1))
    painter.end()
    return shot


def _put(shot, part, place) -> None:
    from PySide6.QtGui import QPainter

    painter = QPainter(shot)
    painter.drawPixmap(place, part)
    painter.end()


def _point(x: float, y: float):
    from PySide6.QtCore import QPoint

    return QPoint(round(x), round(y))


def _few_colours(shot):
    """Keep the colours that are most frequent, which makes a small file; no eye sees it."""
    import numpy as np
    from PySide6.QtGui import QImage

    image = shot.toImage().convertToFormat(QImage.Format.Format_RGB32)
    packed = np.frombuffer(image.constBits(), np.uint32).reshape(image.height(), -1)
    found, of_pixel, counts = np.unique(packed, return_inverse=True, return_counts=True)
    colours = found[np.argsort(-counts, kind="stable")[:COLOURS]]
    apart = sum((_channel(found, at)[:, None] - _channel(colours, at)) ** 2 for at in (0, 8, 16))
    indices = apart.argmin(axis=1).astype(np.uint8)[of_pixel].reshape(packed.shape)
    width, height = packed.shape[1], packed.shape[0]
    result = QImage(indices.tobytes(), width, height, width, QImage.Format.Format_Indexed8).copy()
    result.setColorTable([0xFF000000 | int(each) for each in colours])
    return result


def _channel(colours, at: int):
    return (colours >> at & 255).astype(int)


def _save(picture, path: Path) -> None:
    smallest = 0  # PNG is exact at any quality; the least one packs most
    if not picture.save(str(path), "PNG", smallest):
        raise OSError(path)
    shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
    sys.stdout.write(f"{shown}  {path.stat().st_size / 1000:.0f} kB\n")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], sys.argv[3], sys.argv[4], Path(sys.argv[5]))
    else:
        main()
