"""The data file, .mdmx: an open zip of Parquet files that is written whole or not at all.

`level1.parquet` holds the ID and the variables, rows sorted by unit; `level2.parquet` the ID, the
number of rows of each unit, and the variables; `manifest.json` all that is known of them.  Where
steps drop rows, `base1.parquet` and `base2.parquet` keep the levels as they were before.  Members
are not compressed, so that a column is read straight from its place.
"""

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO
from zipfile import ZIP_STORED, ZipFile

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from estimation.data.data_file import BASE, LEVELS, MANIFEST, DataFile, open_data_file, size_column
from estimation.data.make import Assembled, Stamp, sealed, stamp
from estimation.data.manifest import manifest_of, to_json
from estimation.data.steps.rename import Rename
from estimation.data.table import Column, Field, Kind, Levels, letters
from estimation.errors import FileError
from estimation.files import replacing
from estimation.progress import Reading, Watcher, ignore

__all__ = ["DataFile", "changed_sources", "open_data_file", "write"]

_ROW_GROUP = 1_000_000
_DAY = 86_400_000_000


def write(path: Path, made: Assembled, watch: Watcher = ignore) -> None:
    """Write a data file; an earlier one stands until the new one is complete.

    Raises FileError; a cancelled or failed write leaves nothing behind.
    """
    if path.resolve() in [each.path.resolve() for each in made.recipe.sources]:
        raise FileError(f"{path} is a source of the data. Choose another name, ending in .mdmx.")
    apart = made.base.n_rows != made.levels.n_rows
    stored = None if apart else _stored_names(made)
    with ThreadPoolExecutor(1, "manifest") as pool:  # digests, while the columns are written
        manifest = pool.submit(manifest_of, made, stored)
        with replacing(path) as file, ZipFile(file, "w", ZIP_STORED) as archive:
            parts = [*zip(LEVELS, (1, 2), [made.levels] * 2, strict=True)]
            if apart:
                parts += zip(BASE, (1, 2), [made.base] * 2, strict=True)
            for member, level, levels in parts:
                with archive.open(member, "w", force_zip64=True) as stream:
                    _write_level(_Sink(stream), levels, level, f"Writing {path.name}", watch)
            text = json.dumps(to_json(manifest.result(), path.parent), allow_nan=False, indent=1)
            archive.writestr(MANIFEST, text)


def _stored_names(made: Assembled) -> tuple[dict[str, str], dict[str, str]]:
    """Return, for each column before the steps, what it is called after them."""
    names = [{each.name: each.name for each in made.base.fields(level)} for level in (1, 2)]
    for step in made.recipe.steps:
        if isinstance(step, Rename):
            of_level = names[step.level - 1]
            before = {name: base for base, name in of_level.items()}
            of_level[before.get(step.variable, step.variable)] = step.name
    return names[0], names[1]


def changed_sources(file: DataFile) -> tuple[Path, ...]:
    """Return the sources of a data file that hold something else by now; a missing one does not.

    A file of the same size and time counts as the same; raises nothing.
    """
    return tuple(Path(each.path) for each in file.stamps if _changed(each))


def _changed(old: Stamp) -> bool:
    try:
        now = stamp(Path(old.path))
    except FileError:  # not there, or not to be seen: the data file does without it
        return False
    if (now.size, now.modified) == (old.size, old.modified):
        return False
    return now.size != old.size or sealed(now).checksum != old.checksum


# ------------------------------------------------------------------------------------- parquet


class _Sink:
    """A member of a zip, which does not know how far it is, as Parquet's writer wants it."""

    closed = False

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream, self._written = stream, 0

    def write(self, content: bytes) -> int:
        """Write on."""
        self._written += self._stream.write(content)
        return len(content)

    def tell(self) -> int:
        """Return the number of bytes written."""
        return self._written

    def flush(self) -> None:
        """Leave it to the file."""

    def close(self) -> None:
        """Leave it to the zip."""


def _write_level(sink: _Sink, levels: Levels, level: int, words: str, watch: Watcher) -> None:
    fields, columns = levels.fields(level), levels.level(level)
    found = [_as_read(columns, each) or columns[each.name] for each in fields]
    spread = [each.field.name for each in found if isinstance(each, Column) and _lettered(each)]
    with _writer(sink, levels, level, spread) as writer:
        starts = range(0, levels.n_rows if level == 1 else levels.n_units, _ROW_GROUP)
        for number, start in enumerate(starts):
            watch(Reading(words, number / len(starts)))
            arrays = _ids(levels, level, start, start + _ROW_GROUP)
            arrays += [_rows(each, start, start + _ROW_GROUP) for each in found]
            writer.write_table(pa.Table.from_arrays(arrays, schema=writer.schema))


def _as_read(columns: Mapping[str, Column], field: Field) -> pa.ChunkedArray | None:
    """Return a column of numbers as Arrow holds it already, missing values being null, if it is."""
    arrow = getattr(columns, "arrow", None)
    if arrow is None or field.kind is not Kind.NUMBER:
        return None
    chunks: pa.ChunkedArray = arrow(field.name)
    has_nan = pa.types.is_floating(chunks.type) and pc.any(pc.is_nan(chunks)).as_py()
    return None if has_nan else chunks


def _rows(column: Column | pa.ChunkedArray, start: int, stop: int) -> pa.Array:
    if isinstance(column, Column):
        return _to_arrow(column, start, stop)
    return column.slice(start, stop - start).cast(_TYPES[Kind.NUMBER])


def _writer(sink: _Sink, levels: Levels, level: int, spread: list[str]) -> pq.ParquetWriter:
    """Open a Parquet file; a dictionary takes all NaN for one, so letters need plain columns."""
    fields = [(each.name, _TYPES[each.kind]) for each in levels.fields(level)]
    first = [(levels.id_name, _TYPES[Kind.TEXT])]
    if level == 2:
        first.append((size_column(levels.id_name, levels.level2), pa.int64()))
    schema = pa.schema(first + fields)
    return pq.ParquetWriter(
        sink,
        schema,
        compression="none",
        use_dictionary=[name for name in schema.names if name not in spread],
        write_statistics=False,
    )


def _ids(levels: Levels, level: int, start: int, stop: int) -> list[pa.Array]:
    """Return the ID of each row or unit and, at level 2, how many rows it has."""
    if level == 2:
        texts = pa.array(levels.unit_ids[start:stop], pa.string())
        return [texts.dictionary_encode(), pa.array(levels.sizes[start:stop])]
    stop = min(stop, levels.n_rows)
    offsets = levels.offsets.clip(start, stop)
    first = int(np.searchsorted(levels.offsets, start, side="right")) - 1
    last = int(np.searchsorted(levels.offsets, stop))
    units = np.repeat(np.arange(last - first, dtype=np.int32), np.diff(offsets[first : last + 1]))
    texts = pa.array(levels.unit_ids[first:last], pa.string())
    return [pa.DictionaryArray.from_arrays(units, texts)]


def _to_arrow(column: Column, start: int, stop: int) -> pa.Array:
    """Return rows of a column; missing values are null, but for those with a letter."""
    if not isinstance(column.stored, np.ndarray):
        return column.stored[start:stop]
    values = column.stored[start:stop]
    missing = np.isnan(values)
    if column.field.kind is Kind.NUMBER:
        return pa.array(values, mask=missing & (values.view(np.uint64) & 0xFF == 0))
    unit = 1 if column.field.kind is Kind.DATE else _DAY
    whole = np.rint(np.where(missing, 0, values) * unit).astype(np.int64)
    if unit == 1:
        return pa.array(whole.astype(np.int32), mask=missing).cast(pa.date32())
    return pa.array(whole, mask=missing).cast(pa.timestamp("us"))


def _lettered(column: Column) -> bool:
    return isinstance(column.stored, np.ndarray) and bool(letters(column.stored))


_TYPES = {
    Kind.NUMBER: pa.float64(),
    Kind.DATE: pa.date32(),
    Kind.DATETIME: pa.timestamp("us"),
    Kind.TEXT: pa.dictionary(pa.int32(), pa.string()),
}
