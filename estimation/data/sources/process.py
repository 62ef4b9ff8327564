"""Files whose readers may crash, or hold up every thread: read by a process of its own.

The child writes an Arrow file into a temporary folder; we map it, so that nothing is copied.
"""

import os
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from estimation import children
from estimation.data.sources.answer import SHARE, TABLE, read_answer
from estimation.data.sources.watching import BEAT, reading
from estimation.data.table import Table
from estimation.errors import DataError
from estimation.progress import Reading, Watcher, ignore

if TYPE_CHECKING:
    from estimation.data.recipe import Source
    from estimation.data.sources.kinds import Form

_PROGRAM = children.program("estimation.data.sources.child")
_WINDOWS = os.name == "nt"


def in_child(source: "Source", form: "Form", watch: Watcher) -> Table:
    """Read a file of a statistical package, or a sheet of a workbook."""
    return _run(source, form, 0, watch)[0]


def first_rows(source: "Source", form: "Form", most: int) -> tuple[Table, tuple[str, ...]]:
    """Read the first rows; return also the names of the sheets of a workbook."""
    return _run(source, form, most, ignore)


def _run(
    source: "Source", form: "Form", most: int, watch: Watcher
) -> tuple[Table, tuple[str, ...]]:
    with tempfile.TemporaryDirectory(prefix="levelwise-", ignore_cleanup_errors=True) as folder:
        absolute = os.fspath(source.path.absolute())
        request = {
            "path": absolute,
            "form": form.form,
            "sheet": source.sheet,
            "most": most,
            "folder": folder,
        }
        _wait(source.path, Path(folder), children.packed(request), watch)
        answer = read_answer(Path(folder))
        if answer.error:
            raise DataError(answer.error.replace(absolute, str(source.path)))
        arrow = _mapped(Path(folder) / TABLE)
    return Table(source.path.name, answer.fields, arrow, answer.notes), answer.sheets


def _wait(path: Path, folder: Path, request: bytes, watch: Watcher) -> None:
    """Run the child; kill it if `watch` raises."""
    words = reading(path)
    watch(Reading(words))
    child = children.start(_PROGRAM, subprocess.PIPE)
    try:
        errors = _errors(child, request, folder, words, watch)
    except BaseException:
        child.kill()
        child.communicate()
        raise
    if child.returncode:
        raise DataError(_broken(path, child.returncode, errors))


def _errors(child: children.Child, request: bytes, folder: Path, words: str, watch: Watcher) -> str:
    """Return what the child said on standard error when it has ended."""
    content: bytes | None = request
    while True:
        try:
            return child.communicate(content, timeout=BEAT)[1].decode(errors="replace")
        except subprocess.TimeoutExpired:
            content = None
            watch(Reading(words, _share(folder)))


def _share(folder: Path) -> float | None:
    with suppress(OSError, ValueError):
        return float((folder / SHARE).read_text(encoding="ascii"))
    return None


def _broken(path: Path, code: int, errors: str) -> str:
    """Say that the reader crashed, or was ended by the system."""
    why = children.reason(code, errors)
    return (
        f"{path} could not be read: its reader broke down ({why}). The file is damaged, or "
        "there is not enough memory for it. Close other programs, or save the data as CSV."
    )


def _mapped(path: Path) -> pa.Table:
    """Return the table of an Arrow file, mapped where a mapped file may be removed."""
    if _WINDOWS:
        with pa.OSFile(str(path)) as file:
            return pa.ipc.open_file(file).read_all()
    return pa.ipc.open_file(pa.memory_map(str(path))).read_all()
