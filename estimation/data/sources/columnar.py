"""Parquet and Feather files, by Arrow."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

import pyarrow as pa

from estimation.data.report import some
from estimation.data.sources.finishing import Cell, Draft, finished
from estimation.data.sources.narrow import Narrowed
from estimation.data.sources.normal import normal
from estimation.data.sources.watching import Halt, Stream, reading, watched
from estimation.data.sources.words import no_rows
from estimation.data.table import Table
from estimation.errors import DataError
from estimation.progress import Watcher

# What pandas calls an index that has no name.
INDEX = "__index_level_"


def read_columnar(path: Path, form: str, watch: Watcher) -> Table:
    """Read a Parquet or Feather file; form "parquet", "arrow", "stream" or "feather"."""

    def work(halt: Halt) -> Table:
        with _in_words(path, halt), Stream(path, halt) as stream:
            return table_of(path, _read(stream, form, halt))

    return watched(work, reading(path), watch)


def first_rows(path: Path, form: str, most: int) -> Table:
    """Read the first rows of a file."""
    halt = Halt()
    with _in_words(path, halt), Stream(path, halt) as stream:
        return table_of(path, _first(stream, form, most), refuse=False)


def table_of(path: Path, arrow: pa.Table, *, refuse: bool = True) -> Table:
    """Return what an Arrow table holds; columns that are neither numbers nor texts stay out."""
    names = [name.strip() for name in arrow.column_names]
    repeated = [name for name, count in Counter(names).items() if count > 1 and name]
    if repeated and refuse:
        raise DataError(
            f"{path}: more than one column is called {some(repeated)}. Give each a name of its own."
        )
    kept, columns, notes = [], [], []
    for name, column in zip(names, arrow.columns, strict=True):
        found = normal(column)
        if name.startswith(INDEX):
            continue
        if isinstance(found, str):
            notes.append(f"{name} is left out: it holds {found}, not numbers or texts.")
        else:
            kept.append(name)
            columns.append(Narrowed(found))
    if refuse and not any(len(each.column) for each in columns):
        raise DataError(no_rows(path, ""))
    table = finished(Draft(path.name, tuple(kept), tuple(columns), blank_rows=True), _rows)
    return Table(table.file, table.fields, table.arrow, (*notes, *table.notes))


def _rows(cells: Sequence[Cell]) -> dict[Cell, str]:
    return {cell: f"row {cell[0] + 1}" for cell in cells}


def _read(stream: Stream, form: str, halt: Halt) -> pa.Table:
    if form == "feather":
        import pyarrow.feather  # noqa: PLC0415 - version 1, of 2016, is seldom met

        return pyarrow.feather.read_table(stream)
    halt.check()
    if form == "parquet":
        import pyarrow.parquet  # noqa: PLC0415 - slow to load

        return pyarrow.parquet.ParquetFile(stream).read()
    reader = pa.ipc.open_file if form == "arrow" else pa.ipc.open_stream
    return reader(stream).read_all()


def _first(stream: Stream, form: str, most: int) -> pa.Table:
    if form == "parquet":
        import pyarrow.parquet  # noqa: PLC0415 - slow to load

        file = pyarrow.parquet.ParquetFile(stream)
        batches = list(islice(file.iter_batches(batch_size=most), 1))
        return pa.Table.from_batches(batches, file.schema_arrow)
    if form == "arrow":
        batches_file = pa.ipc.open_file(stream)
        batches = [batches_file.get_batch(0)] if batches_file.num_record_batches else []
        return pa.Table.from_batches(batches, batches_file.schema).slice(0, most)
    return _read(stream, form, Halt()).slice(0, most)


@contextmanager
def _in_words(path: Path, halt: Halt) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowKeyError, EOFError) as error:
        halt.check()
        raise DataError(_damaged(path, error)) from error
    except OSError as error:
        halt.check()
        if error.errno:
            raise
        raise DataError(_damaged(path, error)) from error  # as Arrow calls what it cannot decode


def _damaged(path: Path, error: Exception) -> str:
    reason = str(error).split("\n", 1)[0].rstrip(".")
    return (
        f"{path} is damaged, cut off, or protected ({reason}). Make it anew, or get another copy."
    )
