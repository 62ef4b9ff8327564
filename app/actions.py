"""Every action of the menus: name, mnemonic, shortcut, and its place on a Mac."""

from PySide6.QtGui import QAction, QKeySequence, QUndoStack
from PySide6.QtWidgets import QMainWindow, QMenu

_Role = QAction.MenuRole
_Key = QKeySequence.StandardKey


class Actions:
    """The actions of a window and its menu bar; the window gives them their meaning."""

    def __init__(self, window: QMainWindow, steps: QUndoStack) -> None:
        self._window = window
        self.example_data = self._action("High School && Beyond (&data only)")
        self.example_lesson = self._action("High School && Beyond: &heterogeneous variance lesson")
        self.save_output = self._action("Save &output as text…")
        self.leave = self._action("E&xit", _Key.Quit, _Role.QuitRole)
        self.estimation = self._action("&Estimation Settings")
        self.run = self._action("&Run the model shown", "Ctrl+R")
        self.cancel = self._action("&Cancel the run", "Esc")
        self.about = self._action("&About Levelwise", role=_Role.AboutRole)
        self._fill_file_menu()
        self._fill_edit_menu(steps)
        self._menu("Other &Settings").addAction(self.estimation)
        self._menu("&Run Analysis").addActions([self.run, self.cancel])
        self._menu("&Help").addAction(self.about)

    def enable(self, *, obstacle: str, running: bool, has_model: bool, has_output: bool) -> None:
        """Grey what can do nothing now; the tip of Run says what its obstacle is."""
        self.run.setEnabled(not obstacle)
        self.run.setToolTip(obstacle)
        self.cancel.setEnabled(running)
        self.estimation.setEnabled(has_model)
        self.save_output.setEnabled(has_output)

    def _fill_file_menu(self) -> None:
        menu = self._menu("&File")
        menu.addMenu("Open &example").addActions([self.example_data, self.example_lesson])
        menu.addAction(self.save_output)
        menu.addSeparator()
        menu.addAction(self.leave)

    def _fill_edit_menu(self, steps: QUndoStack) -> None:
        undo = steps.createUndoAction(self._window, "&Undo")
        redo = steps.createRedoAction(self._window, "&Redo")
        self._menu("&Edit").addActions([_adopt(undo, _Key.Undo), _adopt(redo, _Key.Redo)])

    def _menu(self, title: str) -> QMenu:
        menu = self._window.menuBar().addMenu(title)
        menu.setToolTipsVisible(True)
        return menu

    def _action(
        self,
        text: str,
        shortcut: QKeySequence.StandardKey | str | None = None,
        role: QAction.MenuRole = _Role.NoRole,
    ) -> QAction:
        return _adopt(QAction(text, self._window), shortcut, role)


def _adopt(
    action: QAction,
    shortcut: QKeySequence.StandardKey | str | None,
    role: QAction.MenuRole = _Role.NoRole,
) -> QAction:
    action.setMenuRole(role)
    if shortcut is not None:
        action.setShortcut(QKeySequence(shortcut))
    return action
