"""The process that reads one file for us; see `process`."""

import errno
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow as pa

from estimation.data.sources.answer import SHARE, TABLE, Answer, write_answer
from estimation.data.sources.words import no_memory
from estimation.data.table import Table
from estimation.errors import EstimationError

# The share of the machine's memory that the child may take.
_MEMORY = 0.8


def main(request: Mapping[str, Any]) -> None:
    """Read the file, write the table, then the answer."""
    _limit_memory()
    sys.meta_path.insert(0, _WithoutPandas())
    folder = Path(request["folder"])
    try:
        table, sheets = _read(request, folder)
        _write(table.arrow, folder / TABLE)
        answer = Answer(table.fields, table.notes, tuple(sheets))
    except EstimationError as error:
        answer = Answer(error=str(error))
    except MemoryError:
        answer = Answer(error=no_memory(request["path"]))
    except OSError as error:
        answer = Answer(error=_refused(request["path"], error))
    write_answer(folder, answer)


class _WithoutPandas:
    """Arrow loads pandas where there is one, which takes half a second, and has no use for it."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        """Refuse pandas, and nothing else."""
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


def _refused(path: str, error: OSError) -> str:
    if error.errno == errno.ENOSPC:
        return f"{path} cannot be read: the disk for temporary files is full. Free some space."
    if error.errno == errno.ENOMEM:
        return no_memory(path)
    return f"{path} could not be read: {error.strerror or error}. Get another copy of it."


def _read(request: Mapping[str, Any], folder: Path) -> tuple[Table, Sequence[str]]:
    path, most = Path(request["path"]), request["most"]
    if request["form"] == "workbook":
        from estimation.data.sources.workbook import read_workbook  # noqa: PLC0415 - one of two

        return read_workbook(path, request["sheet"], most)
    from estimation.data.sources.statistical import read_statistical  # noqa: PLC0415 - one of two

    def tell(share: float) -> None:
        (folder / SHARE).write_text(str(share), encoding="ascii")

    return read_statistical(path, request["form"], most, tell), ()


def _write(table: pa.Table, path: Path) -> None:
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)


def _limit_memory() -> None:
    """End in an error of ours, not in a machine that swaps."""
    with suppress(ImportError, OSError, ValueError, AttributeError):
        import resource  # noqa: PLC0415 - Windows has none

        physical = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        limit = int(physical * _MEMORY)
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
