"""`read`: a file as a table, whatever its kind."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from estimation.data.sources.kinds import form_of
from estimation.data.sources.words import no_memory
from estimation.errors import DataError, EstimationError
from estimation.files import in_words
from estimation.progress import Watcher, ignore

if TYPE_CHECKING:
    from estimation.data.recipe import Source
    from estimation.data.sources.kinds import Form
    from estimation.data.table import Table


def read(source: "Source", watch: Watcher = ignore) -> "Table":
    """Read a file whole; may be called from several threads at once.

    Raises FileError or DataError, with the file, the line or cell, and the remedy.
    """
    with careful(source.path):
        form = form_of(source.path)
        table = _read(source, form, watch)
    return replace(table, notes=(form.note, *table.notes)) if form.note else table


def _read(source: "Source", form: "Form", watch: Watcher) -> "Table":
    # Each kind of file loads its own reader only.
    if form.form == "text":
        from estimation.data.sources.text import read_text  # noqa: PLC0415 - as said above

        return read_text(source, watch)
    if form.form in {"parquet", "arrow", "stream", "feather"}:
        from estimation.data.sources.columnar import read_columnar  # noqa: PLC0415 - as said above

        return read_columnar(source.path, form.form, watch)
    from estimation.data.sources.process import in_child  # noqa: PLC0415 - as said above

    return in_child(source, form, watch)


@contextmanager
def careful(path: Path) -> Iterator[None]:
    """Put into words what the system refuses, too little memory, and a file that changes."""
    before = _status(path)
    try:
        yield
    except (OSError, MemoryError) as error:
        if isinstance(error, OSError) and error.errno != errno.ENOMEM:
            raise in_words("read", path, error) from error
        raise DataError(no_memory(path)) from error
    except EstimationError as error:
        if before and _status(path) != before:
            raise _changed(path) from error
        raise
    if _status(path) != before:
        raise _changed(path)


def _status(path: Path) -> tuple[int, ...] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns, status.st_ino, status.st_dev


def _changed(path: Path) -> DataError:
    what = "changed" if os.path.lexists(path) else "removed"
    return DataError(
        f"{path} was {what} by another program while it was being read. Wait until that program "
        "is done with it, and read the file again."
    )
