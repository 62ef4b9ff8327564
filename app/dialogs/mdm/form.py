"""The form of Make MDM: HLM's fields in HLM's order, and the data steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.dialogs.mdm.head_boxes import NameBox, StructureBox, TemplateBox
from app.dialogs.mdm.level_box import LevelBox
from app.dialogs.mdm.missing_box import MissingBox
from app.model.making import missing_choice, target_path
from app.model.making_words import missing_list, missing_words
from app.theme import scaled
from app.widgets.elided_label import ElidedLabel

if TYPE_CHECKING:
    from app.dialogs.mdm.session import Session

_NO_STEPS = "none: group means, dummy variables, centred copies, recoding, filters …"
# What a window has on both sides of its form, at 100 %.
_AROUND = 60


class MakeForm(QWidget):
    """Shows what is entered; what the user does is told by the signals of its parts."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.template, self.name, self.structure = TemplateBox(), NameBox(), StructureBox()
        self.levels, self.missing = (LevelBox(1), LevelBox(2)), MissingBox()
        self.levels[0].add(self.missing)
        self.steps, self._steps_said = QPushButton("D&ata steps…"), ElidedLabel()
        self._lay_out()

    def show_session(self, session: Session, *, find_type: bool) -> None:
        """Show the draft of a session, and what its files were found to be."""
        draft, found = session.draft, session.found
        self.name.show_name(draft.target, target_path(draft))
        file = session.file(draft.level1)
        if file is not None and find_type:
            self.name.show_type(file.kind)
        self.structure.show_structure(draft.structure)
        for box in self.levels:
            box.show_level(draft, found, session.file(draft.source(box.level)))
        words, tip = missing_words(draft, found), missing_list(draft, found)
        self.missing.show_missing(missing_choice(draft, found), words, tip)
        sentences = [each.sentence() for each in draft.steps]
        self._steps_said.setText("; ".join(sentences) or _NO_STEPS)
        self.steps.setEnabled(found is not None)
        self.setEnabled(not session.writing)

    def _lay_out(self) -> None:
        head, steps, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        # The frame of what has the focus is a little larger than it.
        column.setContentsMargins(*[scaled(2)] * 4)
        column.setSpacing(scaled(8))
        head.addWidget(self.template, 1)
        head.addWidget(self.name, 1)
        steps.addWidget(self.steps)
        steps.addWidget(self._steps_said, 1)
        column.addLayout(head)
        for part in (self.structure, *self.levels):
            column.addWidget(part)
        column.addLayout(steps)
        column.addStretch()
        if self.sizeHint().width() + scaled(_AROUND) > self.screen().availableSize().width():
            head.setDirection(QBoxLayout.Direction.TopToBottom)
            self.missing.stack()
