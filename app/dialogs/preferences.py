"""Preferences: colours and sizes of the windows, and how equations are shown."""

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialogButtonBox,
    QFormLayout,
    QGroupBox,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.base import PageDialog
from app.preferences import OUTPUT_SIZES, ZOOM_STEPS, Preferences, Scheme
from app.theme import scaled
from app.widgets.radio_choice import RadioChoice

_SCHEMES = {
    Scheme.SYSTEM: "Follow the &system",
    Scheme.LIGHT: "&Light",
    Scheme.DARK: "&Dark",
}


class PreferencesDialog(PageDialog):
    """Takes preferences and gives them back by `preferences`; only the caller acts on them."""

    help_page = "preferences"

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__("Preferences", parent)
        self._scheme = RadioChoice(_SCHEMES, preferences.scheme)
        self._zoom = QComboBox()
        for step in ZOOM_STEPS:
            self._zoom.addItem(f"{step} %", step)
        self._output_size = QSpinBox(suffix=" points")
        self._output_size.setRange(OUTPUT_SIZES[0], OUTPUT_SIZES[-1])
        self._subscripts = QCheckBox("Su&bscripts in equations")
        self.add_button(QDialogButtonBox.StandardButton.RestoreDefaults)
        restore = self._buttons.button(QDialogButtonBox.StandardButton.RestoreDefaults)
        restore.clicked.connect(lambda: self._show(Preferences()))
        self._show(preferences)
        self._lay_out()

    def preferences(self) -> Preferences:
        """Read the preferences off the widgets."""
        return Preferences(
            scheme=self._scheme.value(),
            zoom=self._zoom.currentData(),
            output_size=self._output_size.value(),
            subscripts=self._subscripts.isChecked(),
        )

    def _show(self, preferences: Preferences) -> None:
        self._scheme.choose(preferences.scheme)
        self._zoom.setCurrentIndex(self._zoom.findData(preferences.zoom))
        self._output_size.setValue(preferences.output_size)
        self._subscripts.setChecked(preferences.subscripts)

    def _lay_out(self) -> None:
        colours, sizes, equations = (
            QGroupBox(title) for title in ("Colour scheme", "Size of text", "Equations")
        )
        QVBoxLayout(colours).addWidget(self._scheme)
        form = QFormLayout(sizes)
        form.addRow("&Windows", self._zoom)
        form.addRow("Output &text", self._output_size)
        QVBoxLayout(equations).addWidget(self._subscripts)
        self._zoom.setToolTip("Ctrl and the mouse wheel, Ctrl++ and Ctrl+− do the same")
        self._zoom.setAccessibleName("Size of the windows' text")
        self._output_size.setAccessibleName("Size of the output's text")
        self.set_content(colours, sizes, equations)
        self.setMinimumWidth(scaled(400))
