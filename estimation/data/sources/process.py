"""Files whose readers may crash, or hold up every thread: read by a process of its own.

The child writes an Arrow file into a temporary folder; we map it, so that nothing is copied.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

import estimation
from estimation.data.sources.answer import SHARE, TABLE, read_answer
from estimation.data.sources.watching import BEAT, reading
from estimation.data.table import Table
from estimation.errors import DataError
from estimation.progress import Reading, Watcher, ignore

if TYPE_CHECKING:
    from estimation.data.recipe import Source
    from estimation.data.sources.kinds import Form

_PROGRAM = """
import json, sys
request = json.load(sys.stdin)
sys.path[:] = request["sys_path"]
from estimation.data.sources.child import main
main(request)
"""
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
            "sys_path": [str(Path(estimation.__file__).parents[1]), *sys.path],
            "path": absolute,
            "form": form.form,
            "sheet": source.sheet,
            "most": most,
            "folder": folder,
        }
        _wait(source.path, Path(folder), json.dumps(request), watch)
        answer = read_answer(Path(folder))
        if answer.error:
            raise DataError(answer.error.replace(absolute, str(source.path)))
        arrow = _mapped(Path(folder) / TABLE)
    return Table(source.path.name, answer.fields, arrow, answer.notes), answer.sheets


def _wait(path: Path, folder: Path, request: str, watch: Watcher) -> None:
    """Run the child; kill it if `watch` raises."""
    words = reading(path)
    watch(Reading(words))
    # -S: without the paths of site, for ours are sent; -P: nor the current folder.
    child = subprocess.Popen(
        [sys.executable, "-S", "-P", "-c", _PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        env={**os.environ, **_ONE_THREAD},
    )
    try:
        errors = _errors(child, request.encode(), folder, words, watch)
    except BaseException:
        child.kill()
        child.communicate()
        raise
    if child.returncode:
        raise DataError(_broken(path, child.returncode, errors))


_ONE_THREAD = {f"{each}_NUM_THREADS": "1" for each in ("OPENBLAS", "OMP", "MKL")}


def _errors(
    child: "subprocess.Popen[bytes]", request: bytes, folder: Path, words: str, watch: Watcher
) -> str:
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
    lines = errors.strip().splitlines()
    reason = lines[-1] if lines and code > 0 else _signal_name(code)
    return (
        f"{path} could not be read: its reader broke down ({reason}). The file is damaged, or "
        "there is not enough memory for it. Close other programs, or save the data as CSV."
    )


def _signal_name(code: int) -> str:
    with suppress(ValueError):
        return signal.Signals(-code).name
    return f"code {code}"


def _mapped(path: Path) -> pa.Table:
    """Return the table of an Arrow file, mapped where a mapped file may be removed."""
    if _WINDOWS:
        with pa.OSFile(str(path)) as file:
            return pa.ipc.open_file(file).read_all()
    return pa.ipc.open_file(pa.memory_map(str(path))).read_all()
