"""Basic Settings: how the model and the file of its output are called."""

from dataclasses import replace
from unicodedata import category

from PySide6.QtWidgets import QFormLayout, QLineEdit, QWidget

from app.dialogs.base import SpecDialog
from app.theme import scaled
from estimation.spec import Catalogue, ModelSpec

# Control characters, halves of characters, and what parts lines and paragraphs.
_UNFIT = {"Cc", "Cs", "Zl", "Zp"}


class BasicDialog(SpecDialog):
    """Title and output file name; what is not edited stays as it was given."""

    help_page = "basic-settings"

    def __init__(
        self, spec: ModelSpec, catalogue: Catalogue, parent: QWidget | None = None
    ) -> None:
        super().__init__(spec, catalogue, "Basic Model Specifications - HLM2", parent)
        settings = spec.settings
        self._title = _Field(settings.title, "Title")
        self._output_name = _Field(settings.output_name, "Output file name")
        self._title.setToolTip("Stands at the head of the output and names its tab")
        self._output_name.setToolTip("The name that is proposed when the output is saved")
        content = QWidget()
        form = QFormLayout(content)
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow("&Title", self._title)
        form.addRow("Output &file name", self._output_name)
        for field in (self._title, self._output_name):
            field.textChanged.connect(self.check)
        self.set_content(content)
        self.setMinimumWidth(scaled(460))

    def spec(self) -> ModelSpec:
        """Give the specification with title and file name."""
        settings = replace(
            self._given.settings, title=self._title.value(), output_name=self._output_name.value()
        )
        return replace(self._given, settings=settings)

    def fault(self) -> str:
        """Say what is wrong with a text that was edited, or with the model."""
        if self._title.edited and _unfit(self._title.value()):
            return "The title has a line break or a control character. Take it out."
        fault = file_name_fault(self._output_name.value()) if self._output_name.edited else ""
        return fault or super().fault()


class _Field(QLineEdit):
    """A line of text; while it is as it was, so is its value, whatever a line can hold."""

    def __init__(self, given: str, name: str) -> None:
        super().__init__()
        self.setText(given)
        self.selectAll()
        self.setAccessibleName(name)
        self._given, self._shown = given, self.text()

    @property
    def edited(self) -> bool:
        """Whether the text differs from the given one."""
        return self.text() != self._shown

    def value(self) -> str:
        """Return the text without blanks around it, or what was given."""
        return self.text().strip() if self.edited else self._given


def file_name_fault(name: str) -> str:
    """Say why a text is no name of a file; empty if it is one."""
    if not name:
        return "The output file has no name. Enter one, say hlm2.txt."
    if _unfit(name):
        return "The output file name has a line break or a control character. Take it out."
    if found := next((each for each in "/\\" if each in name), None):
        return f"The output file name has a {found} in it. Enter the name alone, without a folder."
    if name in {".", ".."}:
        return f"{name} is the name of a folder. Enter another output file name, say hlm2.txt."
    return ""


def _unfit(text: str) -> bool:
    return any(category(each) in _UNFIT for each in text)
