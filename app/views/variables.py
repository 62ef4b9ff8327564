"""The variables column: which level, and its variables."""

from collections.abc import Iterable

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QListWidgetItem,
    QMenu,
    QPushButton,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from app.model.gestures import Gesture
from app.theme import scaled
from app.widgets.filter_field import FilterField
from app.widgets.pick_list import MenuList
from app.widgets.variable_tip import plain_tip, variable_tip
from estimation.spec import INTRCPT1, INTRCPT2, Catalogue, Variable

_DESCRIPTION = Qt.ItemDataRole.AccessibleDescriptionRole
_INTERCEPTS = {1: INTRCPT1, 2: INTRCPT2}


class VariablesView(QWidget):
    """Level buttons, a filter and a list; `picked` names the variable that was clicked.

    `gesture_chosen` brings what was chosen from the menu that `offer` opened.
    """

    picked = Signal(str)
    gesture_chosen = Signal(str, Gesture)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._catalogue = Catalogue()
        self._in_model: frozenset[tuple[int, str]] = frozenset()
        self._levels = QButtonGroup(self, exclusive=True)
        self._filter = FilterField("Filter variables")
        self._list = _VariableList()
        self._list.setAccessibleName("Variables")
        self._lay_out()
        self._levels.idToggled.connect(self._show_level)
        self._levels.buttonClicked.connect(self._enter_list)
        self._filter.textChanged.connect(self._narrow)
        self._filter.left_down.connect(self._enter_list)
        self._list.itemClicked.connect(self._pick)
        self._list.picked.connect(self._pick)
        self.show_level(1)

    @property
    def level(self) -> int:
        """The level shown, the only one that the list edits."""
        return self._levels.checkedId()

    def show_level(self, level: int) -> None:
        """Show the variables of a level."""
        self._levels.button(level).setChecked(True)

    def take_focus(self) -> None:
        """Let the keyboard begin at the list."""
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_catalogue(self, catalogue: Catalogue) -> None:
        """Show the variables of other data."""
        if catalogue != self._catalogue:
            self._catalogue = catalogue
            self._filter.clear()
            self._show_level()

    def show_model_variables(self, variables: Iterable[tuple[int, str]]) -> None:
        """Mark the variables, each with its level, that are in the model."""
        in_model = frozenset(variables)
        if in_model != self._in_model:
            self._in_model = in_model
            self._mark()

    def offer(
        self,
        name: str,
        gestures: Iterable[Gesture],
        *,
        title: str = "",
        begin_at: Gesture | None = None,
    ) -> None:
        """Open the menu of a variable beside it, under a title if there is one."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if title:
            menu.addAction(title).setEnabled(False)
            menu.addSeparator()
        for gesture in gestures:
            action = menu.addAction(gesture.label)
            action.setEnabled(gesture.enabled)
            action.triggered.connect(
                lambda _checked=False, it=gesture: self.gesture_chosen.emit(name, it)
            )
            if gesture is begin_at:
                menu.setActiveAction(action)
        menu.popup(self._beside_current())

    def sizeHint(self) -> QSize:
        """Narrow: the model needs the room."""
        return QSize(scaled(180), scaled(300))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for level in (1, 2):
            button = QPushButton()
            button.setCheckable(True)
            button.setAccessibleName(f"Level-{level} variables")
            self._levels.addButton(button, level)
            column.addWidget(button)
        column.addWidget(self._filter)
        column.addWidget(self._list)

    def _show_level(self) -> None:
        for level in (1, 2):
            text = f"Level-&{level}"
            marked = f">> {text} <<" if level == self.level else text
            self._levels.button(level).setText(marked)
        self._list.clear()
        self._list.variables = {each.name: each for each in self._variables}
        if self._variables:
            self._list.addItem(_INTERCEPTS[self.level])
        for variable in self._variables:
            item = QListWidgetItem(variable.name, self._list)
            item.setData(_DESCRIPTION, plain_tip(variable))
        self._narrow()
        self._mark()

    def _narrow(self) -> None:
        """Show the variables whose name or label has the filter's words in it."""
        words = self._filter.text().casefold().split()
        labels = {each.name: each.label for each in self._variables}
        for item in self._items():
            text = f"{item.text()} {labels.get(item.text(), '')}".casefold()
            item.setHidden(not all(word in text for word in words))

    def _mark(self) -> None:
        for item in self._items():
            in_model = (self.level, item.text()) in self._in_model
            self._list.mark(item, "in the model" if in_model else "")

    def _items(self) -> list[QListWidgetItem]:
        return [self._list.item(row) for row in range(self._list.count())]

    def _enter_list(self) -> None:
        self._list.begin()
        self._list.setFocus(Qt.FocusReason.ShortcutFocusReason)

    @property
    def _variables(self) -> tuple[Variable, ...]:
        return self._catalogue.level1 if self.level == 1 else self._catalogue.level2

    def _pick(self, item: QListWidgetItem) -> None:
        self.picked.emit(item.text())

    def _beside_current(self) -> QPoint:
        corner = self._list.visualItemRect(self._list.currentItem()).bottomLeft()
        return self._list.viewport().mapToGlobal(corner + QPoint(24, 0))


class _VariableList(MenuList):
    """Shows a variable's tip, which is made when it is wanted."""

    def __init__(self) -> None:
        super().__init__()
        self.variables: dict[str, Variable] = {}

    def viewportEvent(self, event: QEvent) -> bool:
        """Show the tip of the variable under the mouse."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            item = self.itemAt(event.pos())
            variable = self.variables.get(item.text()) if item is not None else None
            tip = variable_tip(variable, self) if variable else ""
            QToolTip.showText(event.globalPos(), tip, self)
            return True
        return super().viewportEvent(event)
