"""A folder of Parquet files, whole units in each: data that are never all in memory.

The first column, or the one that is named, is the ID of the level-2 units.  Every column of numbers
is a variable of level 1, and one of level 2 for a model that uses it so if it does not vary within
units.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from estimation.data.dataset import TwoLevelData
from estimation.data.ids import in_order, units
from estimation.data.join import sorted_rows, varies
from estimation.data.report import some
from estimation.data.sources.columnar import INDEX, table_of
from estimation.data.sources.normal import normal
from estimation.data.table import Field
from estimation.data.usable import unusable
from estimation.errors import DataError, FileError, SpecError
from estimation.files import in_words, listed
from estimation.parts import Local, Parts, Step
from estimation.spec.catalogue import Catalogue, Variable


class PartFile(NamedTuple):
    """A file, and the digest of its footer by which a change is noticed."""

    path: str
    digest: str


# Of files and steps, the parts that they make.
Engine = Callable[[Sequence[PartFile], tuple[Step, ...]], Parts[TwoLevelData]]

_NUMBERS, _TEXTS, _NOTHING = "numbers", "texts", "nothing"
_SUFFIXES = (".parquet", ".parq", ".pq")


@dataclass(frozen=True, eq=False)
class PartitionedData:
    """The Parquet files of a folder: `n_rows` rows in all, read when a model asks for them."""

    name: str
    id_name: str
    files: tuple[PartFile, ...]
    n_rows: int
    catalogue: Catalogue
    fingerprint: str
    engine: Engine = Local
    report: tuple[str, ...] = ()

    def parts(self, names: Iterable[tuple[int, str]]) -> Parts[TwoLevelData]:
        """Return the rows, in the variables (level, name): a part a file."""
        return self.engine(self.files, (Step(read_part, (self.id_name, tuple(names))),))


class _File(NamedTuple):
    """What a file says of itself: rows, and what each column holds ("numbers", ...)."""

    path: Path
    digest: str
    n_rows: int
    kinds: Mapping[str, str]
    pandas_index: str | None


def _files(folder: Path) -> list[Path]:
    """Parquet files of a folder; like other programs, none that begin with . or _."""
    listed(folder)  # what `rglob` cannot list it passes over, or raises without words
    found = [
        each
        for each in sorted(folder.rglob("*"))
        if each.suffix.lower() in _SUFFIXES and not each.is_dir()
    ]
    shown = [
        each
        for each in found
        if not any(part.startswith((".", "_")) for part in each.relative_to(folder).parts)
    ]
    deeper = [each for each in shown if each.parent != folder]
    if deeper:
        raise FileError(
            f"{deeper[0]} stands in a folder of {folder}, and would not be read. Move all files "
            "into one folder, or take others away."
        )
    return shown


def open_folder(
    folder: Path, id_name: str | None = None, engine: Engine = Local
) -> PartitionedData:
    """Return the data of a folder of Parquet files; raises FileError, DataError, SpecError."""
    files = [each for each in map(_described, _files(folder)) if each.n_rows]
    if not files:
        raise FileError(
            f"{folder} has no Parquet files with rows (*.parquet). Write the data there in files "
            "of whole units, the ID of the unit in the first column."
        )
    first = files[0]
    report: tuple[str, ...] = ()
    if not id_name:
        id_name = first.pandas_index or next(iter(first.kinds))
        which = "index" if first.pandas_index else "first column"
        report = (f"The ID of the level-2 units is {id_name}, the {which} of the files.",)
    _require_id(files, id_name)
    n_rows = sum(each.n_rows for each in files)
    left_out = dict(_left_out(files, id_name))
    variables = tuple(
        Variable(name, "", n_rows, None, None, None, None)
        for name in first.kinds
        if name != id_name and name not in left_out
    )
    is_id = "it is the ID of the level-2 units; --id names another column as such"
    return PartitionedData(
        name=folder.resolve().name,
        id_name=id_name,
        files=tuple(PartFile(str(each.path.resolve()), each.digest) for each in files),
        n_rows=n_rows,
        catalogue=Catalogue(variables, variables, (*left_out.items(), (id_name, is_id))),
        fingerprint=_fingerprint(files, id_name),
        engine=engine,
        report=report,
    )


def _described(path: Path) -> _File:
    try:
        with pa.OSFile(str(path)) as stream:
            digest, file = _digest(stream), pq.ParquetFile(stream)
            n_rows, schema = file.metadata.num_rows, file.schema_arrow
    except (OSError, pa.ArrowException) as error:
        if isinstance(error, OSError) and error.errno:  # else Arrow cannot decode it
            raise in_words("read", path, error) from error
        raise FileError(f"{path} cannot be read: it is no Parquet file, or damaged.") from error
    fields = [each for each in schema if not each.name.startswith(INDEX)]
    names = [each.name.strip() for each in fields]
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        raise DataError(
            f"{path}: more than one column is called {some(repeated)}. Give each a name of its own."
        )
    kinds = dict(zip(names, (_kind(each.type) for each in fields), strict=True))
    return _File(path, digest, n_rows, kinds, _index(schema))


def _digest(stream: pa.NativeFile) -> str:
    """Digest of the footer: sizes, places, least and largest values of the columns."""
    end = stream.size() - 8  # of the footer; its length and Parquet's mark follow
    stream.seek(max(end, 0))
    length = int.from_bytes(stream.read(4), "little")
    stream.seek(max(end - length, 0))
    return sha256(stream.read(length)).hexdigest()


def _index(schema: pa.Schema) -> str | None:
    """Name of the index that pandas wrote, which it puts after the other columns."""
    found = (schema.pandas_metadata or {}).get("index_columns", ())
    named = [each for each in found if isinstance(each, str) and not each.startswith(INDEX)]
    return named[0].strip() if len(named) == 1 else None


def _kind(kind: pa.DataType) -> str:
    if pa.types.is_null(kind):
        return _NOTHING
    if pa.types.is_dictionary(kind):
        return _kind(kind.value_type)
    found = normal(pa.chunked_array([], kind))
    if isinstance(found, str):
        return found
    if pa.types.is_temporal(found.type):
        return "dates" if pa.types.is_date(found.type) else "dates with times"
    return _TEXTS if pa.types.is_string(found.type) else _NUMBERS


def _require_id(files: Sequence[_File], id_name: str) -> None:
    for each in files:
        kind = each.kinds.get(id_name, _NOTHING)
        if kind not in (_NUMBERS, _TEXTS, _NOTHING):
            raise SpecError(
                f"{id_name} holds {kind} in {each.path}, and cannot be the ID of the level-2 "
                "units. Write it as numbers or texts, or name another column after --id."
            )
        if id_name not in each.kinds:
            raise SpecError(
                f"{each.path} has no column {id_name}. Its columns are: {some(list(each.kinds))}. "
                "Name the column of the unit's ID after --id; all files must have it."
            )


def _left_out(files: Sequence[_File], id_name: str) -> Iterable[tuple[str, str]]:
    """Name the columns that cannot be variables, and say why."""
    for name in dict.fromkeys(name for each in files for name in each.kinds):
        lacking = [each.path.name for each in files if name not in each.kinds]
        kinds: dict[str, str] = {}
        for each in files:
            kinds.setdefault(each.kinds.get(name, _NOTHING), each.path.name)
        kinds.pop(_NOTHING, None)
        if name == id_name:
            continue
        if reason := unusable(Field(name)):
            yield name, reason
        elif lacking:
            yield name, f"no such column in {some(lacking)}"
        elif len(kinds) > 1:
            yield name, "it holds " + ", ".join(f"{kind} in {at}" for kind, at in kinds.items())
        elif not kinds.keys() <= {_NUMBERS, "dates", "dates with times"}:
            yield name, f"it holds {next(iter(kinds))}, not numbers"


def _fingerprint(files: Sequence[_File], id_name: str) -> str:
    digest = sha256(id_name.encode())
    for each in files:
        digest.update(f"\0{each.path.name}\0{each.digest}".encode())
    return digest.hexdigest()[:32]


def read_part(file: PartFile, id_name: str, names: Sequence[tuple[int, str]]) -> TwoLevelData:
    """Read a file in the variables (level, name); rows without an ID are left out.

    Raises FileError, also where it is not the file it was, and DataError where a variable of level
    2 varies within units.
    """
    path = Path(file.path)
    table = table_of(path, _columns(file, {id_name, *(name for _, name in names)}))
    found = units(table, id_name)
    unit_ids = in_order(found.ids)
    rows, offsets = sorted_rows(found, unit_ids)
    values = {name: table.column(name) for _, name in names}
    if rows is not None:
        values = {name: column.take(rows) for name, column in values.items()}
    for level, name in names:
        if level == 2 and (unit := varies(values[name], offsets)) is not None:
            raise DataError(
                f"{name} varies within {id_name} {unit_ids[unit]} of {path.name} (a missing value "
                "counts), and cannot be a level-2 variable. Use it at level 1, or make group "
                "means.",
                name,
            )
    return TwoLevelData(
        name=path.name,
        id_name=id_name,
        unit_ids=unit_ids,
        offsets=offsets,
        level1={name: values[name].values for level, name in names if level == 1},
        level2={name: values[name].values[offsets[:-1]] for level, name in names if level == 2},
        catalogue=Catalogue(),
        report=_merged(path, found.merged),
    )


def _merged(path: Path, spellings: Sequence[str]) -> tuple[str, ...]:
    if not spellings:
        return ()
    return (f"IDs of {path.name} written in more than one way: {some(spellings)}.",)


def _columns(file: PartFile, wanted: set[str]) -> pa.Table:
    try:
        with pa.OSFile(file.path) as stream:
            if _digest(stream) != file.digest:
                raise FileError(
                    f"{file.path} has been changed while the model ran. Run the model again."
                )
            parquet = pq.ParquetFile(stream)
            names = [each for each in parquet.schema_arrow.names if each.strip() in wanted]
            return parquet.read(columns=names, use_threads=False)
    except (OSError, pa.ArrowException) as error:
        if isinstance(error, OSError) and error.errno:
            raise FileError(
                f"{file.path} cannot be read. Look whether it is still there; on a cluster, every "
                "worker must reach it by this path."
            ) from error
        raise FileError(f"{file.path} is damaged. Make it anew, or get another copy.") from error
