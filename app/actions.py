"""Every action of the menus and the tool bar: name, mnemonic, shortcut, and its place on a Mac."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeySequence, QUndoStack
from PySide6.QtWidgets import QApplication, QMainWindow, QMenu, QToolBar, QWidget
from shiboken6 import isValid

from app.icons import icon
from app.preferences import Preferences, Scheme
from app.theme import scaled

_Role = QAction.MenuRole
_Key = QKeySequence.StandardKey
# Side of an icon in the tool bar at 100 %.
_ICON = 22
_NO_DATA_FILE = (
    "These data do not come from a data file (.mdmx), which would keep this. Make one of them: "
    "File → Make new MDM file."
)
Shortcut = QKeySequence.StandardKey | str | None


@dataclass(frozen=True)
class State:
    """What the actions depend on: `obstacle` is why no run can begin, empty if one can.

    `work` is what is being done with data ("Opening hsb.mdmx"), empty if nothing is.
    """

    obstacle: str
    running: bool
    work: str
    has_data: bool
    has_data_file: bool
    has_model: bool
    has_outputs: bool
    saved: bool


class Actions(QObject):
    """The actions of a window, its menu bar and its tool bar; the window gives them their meaning.

    `recent_chosen` brings a file from the list of recent ones.
    """

    recent_chosen = Signal(Path)

    def __init__(self, window: QMainWindow, steps: QUndoStack) -> None:
        super().__init__(window)
        self._window = window
        self._focus: QWidget | None = None
        self._make_file_actions()
        self._make_edit_actions(steps)
        self._make_model_actions()
        self._make_view_actions()
        self._make_help_actions()
        self._fill_menu_bar()
        self.tool_bar = self._fill_tool_bar()

    def enable(self, state: State) -> None:
        """Grey what can do nothing now; the tip of Run says what its obstacle is."""
        for run in (self.run, self.save_and_run):
            _hinder(run, state.obstacle)
        self.save_and_run.setEnabled(not state.obstacle and not state.saved)
        self._enable_cancel(state)
        no_data = "" if state.has_data else "No data are open."
        for each in (self.show_statistics, self.show_rows):
            _hinder(each, no_data)
        for each in (self.edit_data, self.steps):
            _hinder(each, no_data or ("" if state.has_data_file else _NO_DATA_FILE))
        for each in (self.new, self.save, self.save_as):
            each.setEnabled(state.has_data)
        for each in (self.basic, self.estimation):
            each.setEnabled(state.has_model)
        for each in (
            *(self.save_output, self.print_output, self.preview, self.copy, self.find),
            *(self.find_next, self.find_previous, self.next_output, self.previous_output),
            self.output,
        ):
            each.setEnabled(state.has_outputs)

    def _enable_cancel(self, state: State) -> None:
        what = f"{state.work[:1].lower()}{state.work[1:]}".replace("&", "&&")
        self.cancel.setText(f"&Cancel {what or 'the run'}")
        self.cancel.setIconText("Cancel")
        self.cancel.setEnabled(state.running or bool(state.work))

    def show_preferences(self, preferences: Preferences) -> None:
        """Tick what is chosen; the icons of the tool bar grow with its words."""
        side = scaled(_ICON)
        self.tool_bar.setIconSize(QSize(side, side))
        self.subscripts.setChecked(preferences.subscripts)
        self.schemes[preferences.scheme].setChecked(True)

    def show_recent(self, paths: Iterable[Path]) -> None:
        """List the recent files in their menu."""
        self._recent.clear()
        for number, path in enumerate(paths, 1):
            name = path.name.replace("&", "&&")
            action = self._recent.addAction(f"&{number}  {name}")
            action.setToolTip(str(path))
            action.triggered.connect(partial(self.recent_chosen.emit, path))
        self._recent.setEnabled(not self._recent.isEmpty())
        self._recent.addSeparator()
        self._recent.addAction(self.forget_recent)

    def _make_file_actions(self) -> None:
        self._make_data_actions()
        self.new = self._action("&New model", _Key.New, picture="new")
        self.open = self._action("&Open…", _Key.Open, picture="open")
        self.example_data = self._action("High School && Beyond (&data only)", picture="example")
        self.example_lesson = self._action(
            "High School && Beyond: &heterogeneous variance lesson", picture="example"
        )
        self.forget_recent = self._action("&Clear this list")
        self.save = self._action("&Save", _Key.Save, picture="save")
        self.save_as = self._action("Save &As", "Ctrl+Shift+S", picture="save-as")
        self.save_output = self._action("Save out&put as text…")
        self.print_output = self._action("Prin&t output…", _Key.Print, picture="print")
        self.preview = self._action("Print pre&view…")
        self.preferences = self._action(
            "Pre&ferences", "Ctrl+,", _Role.PreferencesRole, picture="settings"
        )
        self.leave = self._action("E&xit", "Ctrl+Q", _Role.QuitRole)

    def _make_data_actions(self) -> None:
        self.make_of_text = self._action("&ASCII input")
        self.make_of_statistics = self._action("&Stat package input")
        self.paste = self._action("From the &clipboard…")
        self.make_of_template = self._action("Make new MDM from old temp&late (.mdmt)")
        self.edit_data = self._action("Edit t&he data file…")
        self.steps = self._action("&Data steps…")
        self.show_statistics = self._action("Displa&y MDM stats")
        self.show_rows = self._action("V&iew data", picture="data")
        self.new_on_data = self._action("&Create a new model using an existing MDM file")
        self.open_model = self._action("Edit/R&un old command (.hlm) file")

    def _make_edit_actions(self, steps: QUndoStack) -> None:
        self.undo = _adopt(steps.createUndoAction(self._window, "&Undo"), _Key.Undo)
        self.redo = _adopt(steps.createRedoAction(self._window, "&Redo"), _Key.Redo)
        for action, name in ((self.undo, "undo"), (self.redo, "redo")):
            action.setIcon(icon(name))
            action.setIconText(name.capitalize())
        self.copy = self._action("&Copy output", _Key.Copy, picture="copy")
        self.find = self._action("&Find in output…", _Key.Find, picture="find")
        self.find_next = self._action("Find &next", _Key.FindNext)
        self.find_previous = self._action("Find &previous", _Key.FindPrevious)

    def _make_model_actions(self) -> None:
        self.basic = self._action("&Basic Settings")
        self.estimation = self._action("&Estimation Settings")
        self.run = self._action("&Run the model shown", "Ctrl+R", picture="run")
        self.run.setIconText("Run Analysis")
        self.save_and_run = self._action("&Save and run", "Ctrl+Shift+R")
        self.cancel = self._action("&Cancel the run", "Esc", picture="cancel")
        self.cancel.setIconText("Cancel")

    def _make_view_actions(self) -> None:
        self.variables = self._switch("&Variables", on=True)
        self.output = self._switch("&Output", on=True)
        self.mixed = self._switch("&Mixed model")
        self.subscripts = self._switch("&Subscripts", on=True)
        self.larger = self._action("&Larger", _Key.ZoomIn, picture="zoom-in")
        self.larger.setShortcuts([QKeySequence(_Key.ZoomIn), QKeySequence("Ctrl+=")])
        self.smaller = self._action("Small&er", _Key.ZoomOut, picture="zoom-out")
        self.normal = self._action("&Normal size", "Ctrl+0")
        self.next_pane = self._action("Next &pane", "F6")
        self.next_output = self._action("Ne&xt output", "Ctrl+PgDown")
        self.previous_output = self._action("P&revious output", "Ctrl+PgUp")
        group = QActionGroup(self)
        self.schemes = {
            Scheme.SYSTEM: self._switch("&Follow the system"),
            Scheme.LIGHT: self._switch("&Light"),
            Scheme.DARK: self._switch("&Dark"),
        }
        for action in self.schemes.values():
            group.addAction(action)

    def _make_help_actions(self) -> None:
        self.help = self._action("&Help on this window", "F1", picture="help")
        self.help_start = self._action("&Getting started")
        self.help_notation = self._action("&Notation")
        self.help_numbers = self._action("About the n&umbers")
        self.about = self._action("&About Levelwise", role=_Role.AboutRole)

    def _fill_menu_bar(self) -> None:
        self._fill_file_menu(self._menu("&File"))
        edit = (self.undo, self.redo, None, self.copy, None)
        _fill(self._menu("&Edit"), *edit, self.find, self.find_next, self.find_previous)
        self._add_basic_settings()
        _fill(self._menu("Other &Settings"), self.estimation)
        _fill(self._menu("&Run Analysis"), self.run, self.save_and_run, None, self.cancel)
        self._fill_view_menu(self._menu("&View"))
        pages = (self.help_start, self.help_notation, self.help_numbers)
        _fill(self._menu("&Help"), self.help, None, *pages, None, self.about)

    def _add_basic_settings(self) -> None:
        """Put the action into the menu bar itself; that of a Mac shows menus only."""
        if sys.platform == "darwin":
            self._menu("&Basic Settings").addAction(self.basic)
        else:
            self._window.menuBar().addAction(self.basic)

    def _fill_file_menu(self, menu: QMenu) -> None:
        make = menu.addMenu("&Make new MDM file")
        _fill(make, self.make_of_text, self.make_of_statistics, None, self.paste)
        _fill(menu, self.make_of_template, self.edit_data, self.steps)
        _fill(menu, None, self.show_statistics, self.show_rows)
        _fill(menu, None, self.new_on_data, self.open_model, self.new, self.open)
        self._recent = menu.addMenu("Open &recent")
        self._recent.setToolTipsVisible(True)
        _fill(menu.addMenu("Open &example"), self.example_data, self.example_lesson)
        _fill(menu, None, self.save, self.save_as)
        _fill(menu, None, self.save_output, self.print_output, self.preview)
        _fill(menu, None, self.preferences, None, self.leave)

    def _fill_view_menu(self, menu: QMenu) -> None:
        _fill(menu, self.variables, self.output, self.mixed, self.subscripts)
        _fill(menu, None, self.larger, self.smaller, self.normal)
        _fill(menu.addMenu("&Colour scheme"), *self.schemes.values())
        _fill(menu, None, self.next_pane, self.next_output, self.previous_output)

    def _fill_tool_bar(self) -> QToolBar:
        bar = QToolBar("Tool bar", self._window, movable=False)
        bar.setObjectName("tools")
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        _fill(bar, self.open, self.save, None, self.undo, self.redo, None, self.run, self.cancel)
        self._window.addToolBar(bar)
        return bar

    def _menu(self, title: str) -> QMenu:
        menu = self._window.menuBar().addMenu(title)
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self._note_focus)
        menu.aboutToHide.connect(lambda: QTimer.singleShot(0, self, self._leave_menus))
        return menu

    def _note_focus(self) -> None:
        focus = self._window.focusWidget()
        if focus is not self._window.menuBar():
            self._focus = focus

    def _leave_menus(self) -> None:
        """Give the keyboard back after Esc: Qt leaves it in a menu bar that does not show it."""
        focus, bar = self._focus, self._window.menuBar()
        if bar.hasFocus() and QApplication.activePopupWidget() is None:
            bar.clearFocus()
            if focus is not None and isValid(focus) and focus.isVisible():
                focus.setFocus(Qt.FocusReason.MenuBarFocusReason)

    def _action(
        self, text: str, shortcut: Shortcut = None, role: _Role = _Role.NoRole, *, picture: str = ""
    ) -> QAction:
        action = _adopt(QAction(text, self._window), shortcut, role)
        if picture:
            action.setIcon(icon(picture))
        return action

    def _switch(self, text: str, *, on: bool = False) -> QAction:
        action = self._action(text)
        action.setCheckable(True)
        action.setChecked(on)
        return action


def _fill(bar: QMenu | QToolBar, *actions: QAction | None) -> None:
    """Add actions in their order, None for a line between them."""
    for action in actions:
        if action is None:
            bar.addSeparator()
        else:
            bar.addAction(action)


def _hinder(action: QAction, obstacle: str) -> None:
    """Enable an action unless there is an obstacle, which its tip then says."""
    action.setEnabled(not obstacle)
    action.setToolTip(obstacle or _plain(action))


def _plain(action: QAction) -> str:
    return action.text().replace("&", "")


def _adopt(action: QAction, shortcut: Shortcut, role: _Role = _Role.NoRole) -> QAction:
    action.setMenuRole(role)
    if shortcut is not None:
        action.setShortcut(QKeySequence(shortcut))
    return action
