"""What the tests of data in have in common."""

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pytest

from estimation.data.make import Assembled, Tables, assemble
from estimation.data.recipe import Recipe, Source
from estimation.data.table import Field, Kind, Table


def table(file: str, columns: Mapping[str, object], fields: Mapping[str, Field] | None = None):
    """Make a table as a reader would; `fields` tell what is more than a name and a kind."""
    arrow = pa.table(dict(columns))
    kinds = [Kind.TEXT if pa.types.is_string(each.type) else Kind.NUMBER for each in arrow.schema]
    known = [
        (fields or {}).get(name, Field(name, kind))
        for name, kind in zip(arrow.column_names, kinds, strict=True)
    ]
    return Table(file, tuple(known), arrow)


@pytest.fixture
def put_together():
    """Assemble two tables given by their columns, or one for both levels."""

    def put_together(one, two=None, fields=None, **choices) -> Assembled:
        tables = Tables(
            table("level1.sav", one, fields),
            None if two is None else table("level2.sav", two, fields),
        )
        second = None if two is None else Source(Path("level2.sav"))
        choices = {"id1": "ID"} | choices
        return assemble(Recipe(Source(Path("level1.sav")), second, **choices), tables)

    return put_together
