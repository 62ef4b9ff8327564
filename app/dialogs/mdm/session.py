"""The making of a data file as it goes on: files are read, joined and written beside the window."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.jobs import Work, Worker
from app.model import making_work as work
from app.model.making import Draft, exchanged, obstacle, recipe_of
from estimation.spec.catalogue import Structure

if TYPE_CHECKING:
    from collections.abc import Callable
    from concurrent.futures import Executor
    from pathlib import Path

    from app.model.making import FileRead, Found
    from estimation.data.make import Assembled
    from estimation.data.recipe import Recipe, Source
    from estimation.data.table import Levels

    # A recipe whose structure does not matter, and the files as they were read.
    _Key = tuple[Recipe, FileRead, FileRead | None]


class Session(QObject):
    """Follows a draft: whatever is entered, the files are read and joined anew as far as needed.

    `changed` follows everything that can be seen, `progressed` only what is under way; `made`
    brings the data file written.  What went wrong stands in `fault`, and `stopped` tells that the
    user has cancelled what was under way.
    """

    changed = Signal()
    progressed = Signal()
    made = Signal(object)

    def __init__(self, executor: Executor, draft: Draft, parent: QObject) -> None:
        super().__init__(parent)
        self.draft = draft
        self.found: Found | None = None
        self.assembled: Assembled | None = None
        self.fault, self.stopped, self.working, self.writing = "", False, False, False
        self._reading = False
        self._joining: _Key | None = None
        self.worker = Worker(executor, self)
        self.worker.changed.connect(self.progressed)
        self._known: work.Known = {}
        self._joined: _Key | None = None
        self._then: Callable[[], None] | None = None

    def file(self, source: Source | None) -> FileRead | None:
        """Return a file if it was read."""
        return self._known.get(source) if source is not None else None

    def edit(self, draft: Draft) -> None:
        """Enter something else."""
        before, self.draft = self.draft, draft
        self._then = None
        if draft.sources != before.sources:
            self.found = self.assembled = None
        if _files(draft) != _files(before):
            self._read()
        elif not self._reading:
            self._go_on()
        self.changed.emit()

    def begin(self, then: Callable[[], None] | None = None) -> None:
        """Read the files if they are not known as they are now, join them, `then` go on."""
        self._then = then
        if not self.working:
            self._read()

    def cancel(self) -> None:
        """End what is under way."""
        if self.working:
            self._rest()
            self._then, self.stopped = None, True
            self.worker.cancel()
            self.changed.emit()

    def close(self) -> None:
        """Leave nothing under way."""
        self._then = None
        self.worker.cancel()

    def say(self, fault: str) -> None:
        """Say what is wrong with what was entered."""
        self.fault = fault
        self.changed.emit()

    def base(self, then: Callable[[Levels], None]) -> None:
        """Find the levels as they are before the data steps."""
        if self.assembled is not None:
            then(self.assembled.base)
        elif self.found is not None and not obstacle(self.found):
            self._rest()
            recipe = recipe_of(self.draft, self.found).with_steps(())
            act = partial(work.assembled, recipe, self.found)
            self._do("Joining the levels", act, partial(self._take_base, then))

    def write(self, path: Path) -> None:
        """Make the data file."""
        if self.assembled is not None:
            self.writing = True
            act = partial(work.written, path, self.assembled)
            self._do(f"Making {path.name}", act, self.made.emit)

    # ------------------------------------------------------------------ one thing after another

    def _do(self, title: str, act: Work, done: Callable[..., None]) -> None:
        self.fault, self.stopped, self.working = "", False, True
        self.worker.do(title, act, partial(self._end, done), self._fail)

    def _end(self, done: Callable[..., None], result: object) -> None:
        self._rest()
        done(result)
        self.changed.emit()

    def _fail(self, words: str) -> None:
        if self._reading:
            self.found = self.assembled = None
        self._rest()
        self.fault, self._then = words, None
        self.changed.emit()

    def _rest(self) -> None:
        self.working = self.writing = self._reading = False
        self._joining = None

    def _read(self) -> None:
        self._rest()
        if self.draft.sources:
            self._reading = True
            self._do("Reading", partial(work.read_files, self.draft, self._known), self._take)
        else:
            self.worker.cancel()
            self.found = self.assembled = None
            self.fault, self.stopped = "", False

    def _take(self, found: Found | None) -> None:
        self.found = found
        if found is None:
            self.assembled = None
            return
        if self.draft.loose and found.level1.source != self.draft.level1:
            self.draft = exchanged(self.draft)
        self.draft = replace(self.draft, loose=False)
        self._go_on()

    def _go_on(self) -> None:
        """Join the levels, if they are not joined, or being joined, as they are to be."""
        found = self.found
        if found is None:
            return
        recipe = recipe_of(self.draft, found)
        key = (replace(recipe, structure=Structure.PERSONS_IN_GROUPS), found.level1, found.level2)
        if self.assembled is not None and key == self._joined:
            made = replace(self.assembled.recipe, structure=recipe.structure)
            self._ready(key, replace(self.assembled, recipe=made))
        elif key != self._joining:
            self._join(key, recipe, found)

    def _join(self, key: _Key, recipe: Recipe, found: Found) -> None:
        self.worker.cancel()
        self._rest()
        self.assembled = None
        self.fault = obstacle(found)
        if self.fault:
            self._then = None
            return
        self._joining = key
        done = partial(self._take_joined, key)
        self._do("Joining the levels", partial(work.assembled, recipe, found), done)

    def _take_joined(self, key: _Key, made: Assembled) -> None:
        """Take what was joined, under the structure chosen meanwhile."""
        recipe = replace(made.recipe, structure=self.draft.structure)
        self._ready(key, replace(made, recipe=recipe))

    def _take_base(self, then: Callable[[Levels], None], made: Assembled) -> None:
        then(made.base)
        self._go_on()

    def _ready(self, key: _Key, made: Assembled) -> None:
        self._joined, self.assembled = key, made
        self.fault, self.stopped = "", False
        then, self._then = self._then, None
        if then is not None:
            then()


def _files(draft: Draft) -> tuple[object, ...]:
    """What decides which files are read, and how they are linked."""
    return draft.level1, draft.level2, draft.id1, draft.id2
