"""What the tests of the data viewer look at: eight rows in three units, of every kind."""

from concurrent.futures import Executor, Future

import numpy as np
import pyarrow as pa

from estimation.data import TwoLevelData
from estimation.data.describe import describe_values
from estimation.data.table import Column, Columns, Field, Kind, Levels, missing_letter
from estimation.spec import Catalogue

NAN, A = float("nan"), missing_letter("a")
NAMES = ("SES", "FEMALE", "AGREE", "BORN", "TOWN")
_FEMALE = ((0.0, "Male"), (1.0, "Female"))
_AGREE = ((1.0, "no"), (5.0, "yes"), (99.0, "refused"), (A, "absent"))


def _texts(*values):
    return pa.array(values, pa.string()).dictionary_encode()


def level1():
    """Columns of numbers, labels, user-missing values and letters, dates and texts."""
    return [
        Column(Field("SES", label="Status"), np.array([0.5, -1.25, NAN, 2, 0.5, 3, -4, 1.0])),
        Column(Field("FEMALE", value_labels=_FEMALE), np.array([0.0, 1, 1, 0, 1, 0, 0, 1])),
        Column(
            Field("AGREE", value_labels=_AGREE, missing=((98.0, 99.0),)),
            np.array([1.0, 99, A, 5, NAN, 5, 98, 1]),
        ),
        Column(Field("BORN", Kind.DATE), np.array([0.0, 365, NAN, 11473, 1, 2, 3, 4])),
        Column(
            Field("TOWN", Kind.TEXT, label="Home"),
            _texts("Wien", None, "Graz", "graz", "St.\tPölten", "Wien", "Linz\nUrfahr", "Zell"),
        ),
    ]


def viewed(loads=None, fail=()):
    """Data whose columns note in `loads` that they are loaded; those of `fail` raise."""
    columns = {each.field.name: each for each in level1()}

    def load(name):
        if loads is not None:
            loads.append(name)
        if name in fail:
            raise fail[name]
        column = columns[name]
        return Column(column.field, column.stored)

    sector = Column(Field("SECTOR", value_labels=((0.0, "public"),)), np.array([0.0, 1, 0]))
    lazy = Columns([each.field for each in columns.values()], load)
    offsets = np.array([0, 3, 4, 8])
    levels = Levels("SCHOOL", ("7", "12", "b"), offsets, lazy, {"SECTOR": sector})
    described = [describe_values(c.field, c.values) for c in columns.values() if c.field.numeric]
    second = (describe_values(sector.field, sector.values),)
    catalogue = Catalogue(tuple(described), second)
    return TwoLevelData("hsb", "SCHOOL", levels.unit_ids, offsets, {}, {}, catalogue, (), levels)


class ByHand(Executor):
    """Runs what it was given when it is told to."""

    def __init__(self):
        self.waiting = []

    def submit(self, fn, /, *args, **kwargs):
        future = Future()
        self.waiting.append((future, fn, args, kwargs))
        return future

    def run(self):
        """Run all that is waiting."""
        waiting, self.waiting = self.waiting, []
        for future, fn, args, kwargs in waiting:
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(fn(*args, **kwargs))
            except Exception as error:  # noqa: BLE001 - as an executor does
                future.set_exception(error)
