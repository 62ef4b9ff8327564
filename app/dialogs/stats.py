"""Descriptive statistics of both levels, to be looked at, sorted, copied and saved."""

from pathlib import Path

from PySide6.QtCore import QEvent, QItemSelectionModel, QMimeData, QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.stats_table import StatsTable
from app.dialogs.stats_text import Levels, as_csv, as_html, as_tabs, as_text
from app.preferences import Memory
from app.theme import bold, scaled
from app.widgets.beside import Beside
from app.widgets.elided_label import ElidedLabel
from app.widgets.file_name import ask_file_name
from app.widgets.filter_field import FilterField
from app.widgets.messages import tell
from estimation.errors import EstimationError
from estimation.files import write_text
from estimation.spec import Catalogue

_SIZE = QSize(960, 620)
_FORMS = {"Text (*.txt)": "txt", "Comma-separated values (*.csv)": "csv"}
_Role, _Select = QDialogButtonBox.ButtonRole, QItemSelectionModel.SelectionFlag


class StatsDialog(Beside):
    """Shows a catalogue; what is copied and saved is what is shown, in its order."""

    help_page = "data-viewer"
    layout_name = "statistics"

    def __init__(
        self, catalogue: Catalogue, title: str, memory: Memory, parent: QWidget | None = None
    ) -> None:
        super().__init__(f"Descriptive statistics: {title}", memory, parent)
        self._title, self._left_out = title, catalogue.left_out
        self._filter, self._said = FilterField("Filter variables"), ElidedLabel()
        self._tables = tuple(
            StatsTable(variables, f"Level-{level} descriptive statistics")
            for level, variables in enumerate((catalogue.level1, catalogue.level2), 1)
        )
        self._copy = self._button("&Copy")
        self._save = self._button("Save &as…")
        self._lay_out()
        self._connect()
        self._count()
        self.take_place(_SIZE)

    @property
    def shown(self) -> Levels:
        """The variables shown, in their order."""
        first, second = (each.statistics.shown for each in self._tables)
        return first, second

    def write(self, path: Path) -> None:
        """Write what is shown, as CSV if the name says so, else as aligned text."""
        try:
            if path.suffix.casefold() == ".csv":  # marked, so that spreadsheets know it is UTF-8
                write_text(path, as_csv(self.shown), "utf-8-sig")
            else:
                write_text(path, self._text())
        except EstimationError as error:
            tell(self, str(error))
            return
        self.memory.folder = path.absolute().parent
        self._said.setText(f"Saved {path.name}")

    def copy_table(self) -> None:
        """Copy a table, for spreadsheets and word processors."""
        content = QMimeData()
        content.setText(as_tabs(self.shown))
        content.setHtml(as_html(self.shown))
        QGuiApplication.clipboard().setMimeData(content)
        self._said.setText("Copied as a table")

    def copy_text(self) -> None:
        """Copy aligned text."""
        QGuiApplication.clipboard().setText(self._text())
        self._said.setText("Copied as text")

    def changeEvent(self, event: QEvent) -> None:
        """Follow the program's font."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        """Let the columns of both tables stand below each other."""
        widths = [max(each) for each in zip(*(t.widths() for t in self._tables), strict=True)]
        for table in self._tables:
            table.fit(widths)

    def _text(self) -> str:
        return as_text(self._title, self.shown)

    def _ask_name(self) -> None:
        proposed = self.memory.folder / f"{Path(self._title).stem}-statistics.txt"
        ask_file_name(self, "Save descriptive statistics", proposed, _FORMS, self.write)

    def _narrow(self, words: str) -> None:
        for table in self._tables:
            table.statistics.narrow(words)
        self._count()

    def _count(self) -> None:
        """Say how many variables are shown, and how many columns are none."""
        shown = sum(each.statistics.rowCount() for each in self._tables)
        noun = "variable" if shown == 1 else "variables"
        out = len(self._left_out)
        more = f"; {out} more left out" if out else ""
        self._said.setText(f"{shown} {noun}{more}")

    def _enter_table(self) -> None:
        table = next((each for each in self._tables if each.statistics.rowCount()), self._tables[0])
        table.setFocus(Qt.FocusReason.OtherFocusReason)
        if not table.currentIndex().isValid():
            first = table.model().index(0, 0)
            table.selectionModel().setCurrentIndex(first, _Select.NoUpdate)

    def _lay_out(self) -> None:
        self._said.setAccessibleName("What is shown")
        self._fit()
        both = QSplitter(Qt.Orientation.Vertical, childrenCollapsible=False)
        for level, table in enumerate(self._tables, 1):
            both.addWidget(_under(QLabel(f"Level-&{level} variables"), table))
        both.setSizes([table.sizeHint().height() for table in self._tables])
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self._filter)
        head.addStretch()
        self._filter.setMinimumWidth(scaled(240))
        foot.addWidget(self._said, 1)
        foot.addWidget(self.buttons)
        column = QVBoxLayout(self)
        column.addLayout(head)
        column.addWidget(both, 1)
        column.addLayout(foot)

    def _connect(self) -> None:
        menu = QMenu(self)
        menu.addAction("As a &table").triggered.connect(lambda _checked: self.copy_table())
        menu.addAction("As &aligned text").triggered.connect(lambda _checked: self.copy_text())
        self._copy.setMenu(menu)
        self._save.clicked.connect(self._ask_name)
        self._filter.textChanged.connect(self._narrow)
        self._filter.left_down.connect(self._enter_table)
        self.set_keys({"Ctrl+F": self._filter.setFocus, "Ctrl+C": self.copy_table})
        self._enter_table()

    def _button(self, text: str) -> QPushButton:
        button = self.buttons.addButton(text, _Role.ActionRole)
        return self.add_button(button, text)


def _under(label: QLabel, table: StatsTable) -> QWidget:
    """Put a table under its heading."""
    label.setFont(bold())
    label.setBuddy(table)
    part = QWidget()
    column = QVBoxLayout(part)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(label)
    column.addWidget(table, 1)
    return part
