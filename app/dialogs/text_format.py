"""Text format: how a text file is to be read, with its first rows as they come out."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Generic, TypeVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.base import PageDialog
from app.jobs import Worker
from app.model.making_work import look_at
from app.theme import scaled
from app.widgets.room import Scrolled, fit_screen
from estimation.data.recipe import TextFormat
from estimation.data.report import count

if TYPE_CHECKING:
    from collections.abc import Mapping
    from concurrent.futures import Executor

    from estimation.data.recipe import Source
    from estimation.data.sources import Look

_FIXED = "fixed"
_SEPARATORS = {
    ",": "comma",
    ";": "semicolon",
    "\t": "tab",
    "|": "vertical bar |",
    " ": "blanks",
    _FIXED: "none: columns of fixed width",
}
_DECIMALS = {".": "point", ",": "comma"}
_HEADERS = {True: "yes", False: "no"}
_ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with mark",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252 (Western Europe)",
    "latin-1": "Latin-1 (Western Europe)",
    "cp1250": "Windows-1250 (Central Europe)",
    "cp1251": "Windows-1251 (Cyrillic)",
    "cp1253": "Windows-1253 (Greek)",
    "cp1254": "Windows-1254 (Turkish)",
    "shift_jis": "Shift JIS (Japanese)",
    "gb18030": "GB 18030 (Chinese)",
    "euc_kr": "EUC-KR (Korean)",
}
# After the last key of a format or of names.
_SETTLED_MS = 200
_MOST_COLUMNS = 200
# Of a choice that are seen at least.
_LETTERS = 20
_T = TypeVar("_T")


class TextFormatDialog(PageDialog):
    """Gives back by `text` how a file is to be read; what is found out is left to the reader."""

    help_page = "make-mdm"

    def __init__(self, source: Source, executor: Executor, parent: QWidget | None = None) -> None:
        super().__init__(f"Text format: {source.path.name}", parent)
        self._source, self._fault, self._accepting = source, "", False
        self._worker = Worker(executor, self)
        self._worker.changed.connect(self._show_busy)
        self._settled = QTimer(self, interval=_SETTLED_MS, singleShot=True)
        self._settled.timeout.connect(self._look)
        text = source.text
        separator = _FIXED if text.columns else text.separator
        self._separator = _Choice(_SEPARATORS, separator, "Separator")
        self._decimal = _Choice(_DECIMALS, text.decimal, "Decimal sign")
        self._encoding = _Choice(_ENCODINGS, text.encoding, "Encoding")
        self._header = _Choice(_HEADERS, text.header, "First line has names")
        self._columns, self._names = QLineEdit(text.columns), QLineEdit(" ".join(text.names))
        self._preview, self._said = _table(), QLabel()
        self._lay_out()
        self._connect()
        self._show_fixed()
        self._look()

    def text(self) -> TextFormat:
        """Return how the file is to be read."""
        fixed = self._separator.value() == _FIXED
        names = tuple(self._names.text().replace(",", " ").split())
        return TextFormat(
            separator=None if fixed else self._separator.value(),
            decimal=self._decimal.value(),
            encoding=self._encoding.value(),
            header=self._header.value(),
            columns=self._columns.text().strip() if fixed else "",
            names=names if fixed else (),
        )

    def fault(self) -> str:
        """Say why the file cannot be read so."""
        return self._fault

    def accept(self) -> None:
        """Accept as soon as it is known that the file can be read so."""
        self._accepting = True
        self._settled.stop()
        self._look()

    def done(self, result: int) -> None:
        """Leave nothing under way."""
        self._settled.stop()
        self._worker.cancel()
        super().done(result)

    # ------------------------------------------------------------------ the widgets

    def _lay_out(self) -> None:
        left, right, content = QWidget(), QVBoxLayout(), QWidget()
        self._form = form = QFormLayout(left)
        form.setContentsMargins(*[scaled(2)] * 4)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.addRow("&Separator", self._separator)
        form.addRow("&Decimal sign", self._decimal)
        form.addRow("&Encoding", self._encoding)
        form.addRow("&First line has names", self._header)
        form.addRow("Fort&ran format", self._columns)
        form.addRow("Na&mes", self._names)
        self._columns.setPlaceholderText("(A4,4F12.3)")
        self._columns.setAccessibleName("Fortran format")
        self._columns.setToolTip("As in HLM: an ID of 4 characters, then 4 numbers of 12")
        self._names.setPlaceholderText("ID SES MATHACH")
        self._names.setAccessibleName("Names")
        self._names.setToolTip("The names of the columns, with blanks or commas between them")
        label = QLabel("&Preview")
        label.setBuddy(self._preview)
        for part in (label, self._preview, self._said):
            right.addWidget(part)
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(scaled(18))
        row.addWidget(Scrolled(left), 2)
        row.addLayout(right, 3)
        self.set_content(content)
        fit_screen(self, scaled(900), scaled(440))

    def _connect(self) -> None:
        for choice in (self._separator, self._decimal, self._encoding, self._header):
            choice.activated.connect(self._follow)
        for field in (self._columns, self._names):
            field.textEdited.connect(self._settled.start)

    def _follow(self) -> None:
        self._show_fixed()
        self._look()

    def _show_fixed(self) -> None:
        """Show what a file of fixed width needs, only for such a one."""
        fixed = self._separator.value() == _FIXED
        for field in (self._columns, self._names):
            self._form.setRowVisible(field, fixed)

    # ------------------------------------------------------------------ the preview

    def _look(self) -> None:
        text = self.text()
        if self._separator.value() == _FIXED and not text.columns:
            self._worker.cancel()
            self._end("Enter the Fortran format, as (A4,4F12.3): 4 characters, 4 numbers of 12.")
            return
        source = replace(self._source, text=text)
        self._worker.do("Looking", partial(look_at, source), self._show, self._end)

    def _show(self, look: Look) -> None:
        found = look.text or TextFormat()
        self._fault = ""
        if not found.columns:
            self._separator.tell(found.separator)
        self._decimal.tell(found.decimal)
        self._encoding.tell(found.encoding)
        self._header.tell(found.header)
        self._fill(look)
        self._finish()

    def _end(self, why: str) -> None:
        self._fault = why
        self._preview.setRowCount(0)
        self._said.setText("")
        self._finish()

    def _finish(self) -> None:
        self.check()
        accepting, self._accepting = self._accepting, False
        if accepting and not self._fault:
            super().accept()

    def _fill(self, look: Look) -> None:
        rows = look.rows
        surplus = max(map(len, rows), default=0) - len(look.names)  # shown, under no name
        names = [*look.names, *[""] * surplus][:_MOST_COLUMNS]
        self._preview.setColumnCount(len(names))
        self._preview.setHorizontalHeaderLabels(names)
        self._preview.setRowCount(len(rows))
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells[: len(names)]):
                self._preview.setItem(row, column, QTableWidgetItem(cell))
        self._preview.resizeColumnsToContents()
        more = f", the first {len(names)} of them shown" if len(names) < len(look.names) else ""
        columns = count(len(look.names), "column")
        self._said.setText(f"{columns}{more}; the first {count(len(rows), 'row')}")

    def _show_busy(self) -> None:
        if self._worker.busy:
            self._said.setText("Reading…")


class _Choice(QComboBox, Generic[_T]):
    """Values by their words; the first entry leaves it to the reader, and says what that found."""

    def __init__(self, words: Mapping[_T, str], value: _T | None, name: str) -> None:
        super().__init__()
        self._words, self._values = words, [None, *words]
        if value not in self._values:  # as a template may have it
            self._values.append(value)
        adjust = QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        self.setSizeAdjustPolicy(adjust)
        self.setMinimumContentsLength(_LETTERS)
        self.addItem("automatic")
        for each in self._values:
            if each is not None:
                self.addItem(words.get(each, str(each)))
        self.setCurrentIndex(self._values.index(value))
        self.setAccessibleName(name)

    def value(self) -> _T | None:
        """Return the value chosen, None if it is to be found out."""
        return self._values[self.currentIndex()]

    def tell(self, found: _T | None) -> None:
        """Say what was found out."""
        if self.value() is None and found is not None:
            self.setItemText(0, f"automatic ({self._words.get(found, str(found))})")


def _table() -> QTableWidget:
    table = QTableWidget()
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setAccessibleName("Preview")
    table.setTabKeyNavigation(False)
    table.setWordWrap(False)
    table.setAlternatingRowColors(True)
    table.verticalHeader().setDefaultSectionSize(table.fontMetrics().height() + scaled(6))
    return table
