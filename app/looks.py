"""Changing how the window looks: sizes, colours, subscripts."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from app.dialogs.preferences import PreferencesDialog
from app.help import show_help
from app.preferences import OUTPUT_SIZES, Memory, zoomed_by


class Looks(QObject):
    """Turns gestures into preferences, which are remembered; who shows them follows `memory`."""

    def __init__(self, memory: Memory, window: QWidget) -> None:
        super().__init__(window)
        self._memory, self._window = memory, window

    def ask(self) -> None:
        """Open the dialog; what its OK brings is remembered."""
        dialog = PreferencesDialog(self._memory.preferences, self._window)
        dialog.help_asked.connect(show_help)
        dialog.accepted.connect(lambda: self._memory.prefer(dialog.preferences()))
        dialog.open()

    def zoom(self, steps: int) -> None:
        """Make everything larger, or smaller, by so many steps."""
        self.change(zoom=zoomed_by(self._memory.preferences.zoom, steps))

    def resize_output(self, points: int) -> None:
        """Make the text of outputs larger, or smaller, by so many points."""
        size = self._memory.preferences.output_size + points
        if size in OUTPUT_SIZES:
            self.change(output_size=size)

    def change(self, **preferences: Any) -> None:  # noqa: ANN401 - fields of Preferences
        """Prefer something else, by the name of its field."""
        self._memory.prefer(replace(self._memory.preferences, **preferences))
