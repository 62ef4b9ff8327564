"""A folder of Parquet files, whole units in each: data that are never all in memory.

The first column, or the one that is named, is the ID of the level-2 units.  Every column of numbers
is a variable of level 1, and one of level 2 for a model that uses it so if it does not vary within
units.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from estimation.data.dataset import TwoLevelData
from estimation.data.ids import in_order, units
from estimation.data.join import sorted_rows, varies
from estimation.data.sources.columnar import table_of
from estimation.data.table import Field
from estimation.data.usable import unusable
from estimation.errors import DataError, FileError, SpecError
from estimation.parts import Local, Parts, Step
from estimation.spec.catalogue import Catalogue, Variable

# Of files and steps, the parts that they make.
Engine = Callable[[Sequence[str], tuple[Step, ...]], Parts[TwoLevelData]]


@dataclass(frozen=True, eq=False)
class PartitionedData:
    """The Parquet files of a folder: `n_rows` rows in all, read when a model asks for them."""

    name: str
    id_name: str
    files: tuple[str, ...]
    n_rows: int
    catalogue: Catalogue
    engine: Engine = Local
    report: tuple[str, ...] = ()

    @cached_property
    def fingerprint(self) -> str:
        """Digest of the files' names, sizes and times."""
        digest = sha256(self.id_name.encode())
        for file in map(Path, self.files):
            now = file.stat()
            digest.update(f"\0{file.name}\0{now.st_size}\0{now.st_mtime_ns}".encode())
        return digest.hexdigest()[:32]

    def parts(self, names: Iterable[tuple[int, str]]) -> Parts[TwoLevelData]:
        """Return the rows, in the variables (level, name): a part a file."""
        return self.engine(self.files, (Step(read_part, (self.id_name, tuple(names))),))


def open_folder(
    folder: Path, id_name: str | None = None, engine: Engine = Local
) -> PartitionedData:
    """Return the data of a folder of Parquet files; raises FileError, DataError, SpecError."""
    found = {file: _footer(file) for file in sorted(folder.glob("*.parquet"))}
    files = {file: footer for file, footer in found.items() if footer.num_rows}
    if not files:
        raise FileError(
            f"{folder} has no Parquet files with rows (*.parquet). Write the data there in files "
            "of whole units, the ID of the unit in the first column."
        )
    schema = pq.read_schema(next(iter(files)))
    id_name = id_name or schema.names[0]
    if id_name not in schema.names:
        raise SpecError(
            f"{next(iter(files))} has no column {id_name}. Name the column of the unit's ID "
            "after --id."
        )
    n_rows = sum(footer.num_rows for footer in files.values())
    return PartitionedData(
        name=folder.name,
        id_name=id_name,
        files=tuple(str(file.resolve()) for file in files),
        n_rows=n_rows,
        catalogue=_catalogue(schema, id_name, n_rows),
        engine=engine,
    )


def _footer(file: Path) -> pq.FileMetaData:
    try:
        return pq.read_metadata(file)
    except (OSError, pa.ArrowException) as error:
        raise FileError(f"{file} cannot be read: it is no Parquet file, or damaged.") from error


def _catalogue(schema: pa.Schema, id_name: str, n_rows: int) -> Catalogue:
    """Every column of numbers is a variable of either level."""
    fields = [Field(field.name) for field in schema if _numeric(field.type)]
    variables = tuple(
        Variable(field.name, "", n_rows, None, None, None, None)
        for field in fields
        if field.name != id_name and not unusable(field)
    )
    return Catalogue(variables, variables)


def _numeric(kind: pa.DataType) -> bool:
    return any(of(kind) for of in (pa.types.is_floating, pa.types.is_integer, pa.types.is_boolean))


def read_part(file: str, id_name: str, names: Sequence[tuple[int, str]]) -> TwoLevelData:
    """Read a file in the variables (level, name); rows without an ID are left out.

    Raises FileError, and DataError where a variable of level 2 varies within units.
    """
    path = Path(file)
    columns = list(dict.fromkeys([id_name, *(name for _, name in names)]))
    try:
        table = table_of(path, pq.read_table(path, columns=columns))
    except (OSError, pa.ArrowException) as error:
        raise FileError(
            f"{path} cannot be read, or lacks one of {', '.join(columns)}. All files of the folder "
            "must have the same columns."
        ) from error
    found = units(table, id_name)
    unit_ids = in_order(found.ids)
    rows, offsets = sorted_rows(found, unit_ids)
    values = {name: table.column(name) for _, name in names}
    if rows is not None:
        values = {name: column.take(rows) for name, column in values.items()}
    for level, name in names:
        if level == 2 and varies(values[name], offsets):
            raise DataError(
                f"{name} varies within units of {path.name}, and cannot be a level-2 variable. "
                "Use it at level 1, or make group means.",
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
    )
