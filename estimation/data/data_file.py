"""Reading a data file (.mdmx): what it says at once, its columns when they are first used."""

import json
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from pathlib import Path
from typing import NamedTuple
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo
from zlib import crc32

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from estimation.data.dataset import TwoLevelData
from estimation.data.make import Stamp
from estimation.data.manifest import FORMAT, VERSION, Manifest, Places, from_json
from estimation.data.recipe import Recipe
from estimation.data.report import JoinReport
from estimation.data.table import Column, Columns, Field, Kind, Levels, numbers, texts
from estimation.data.usable import two_level_data
from estimation.errors import DataError
from estimation.files import in_words

LEVELS = ("level1.parquet", "level2.parquet")
BASE = ("base1.parquet", "base2.parquet")
MANIFEST = "manifest.json"
# The part of a zip member before its name.
_HEADER = 30


@dataclass(frozen=True, eq=False)
class DataFile:
    """A data file opened: `recipe` has the paths of the sources as they are on this machine."""

    path: Path
    manifest: Manifest
    data: TwoLevelData
    members: "Members"

    @property
    def recipe(self) -> Recipe:
        """How it was made."""
        return self.manifest.recipe

    @property
    def report(self) -> JoinReport:
        """What was found when it was made."""
        return self.manifest.report

    @property
    def stamps(self) -> tuple[Stamp, ...]:
        """The sources as they were then."""
        return self.manifest.stamps

    def base(self) -> Levels:
        """Return the levels as they were before the steps."""
        names = BASE if self.manifest.base_apart else LEVELS
        return self.members.levels(self.manifest.id_name, names, self.manifest.base)


class _Span(NamedTuple):
    """Where a member of the zip lies, and its CRC-32."""

    start: int
    size: int
    checksum: int


class Members:
    """The Parquet files in a data file; each column is read on its own, and the file closed.

    A member is compared with its checksum when it is first used.
    """

    def __init__(self, path: Path, archive: ZipFile) -> None:
        self.path = path
        self._stamp = _time_and_size(path)
        self._spans = {each.filename: self._span(each) for each in archive.infolist()}
        self._sound: set[str] = set()

    def parquet(self, member: str) -> pq.ParquetFile:
        """Open a member; raises DataError if it is damaged, or the file another one by now."""
        span = self._spans[member]
        try:
            if _time_and_size(self.path) != self._stamp:
                raise DataError(f"{self.path} was changed since it was opened. Open it again.")
            with pa.memory_map(str(self.path)) as file:
                file.seek(span.start)
                content = file.read_buffer(span.size)
        except OSError as error:
            raise in_words("read", self.path, error) from error
        if member not in self._sound and crc32(content) != span.checksum:
            raise damaged(self.path)
        self._sound.add(member)
        return pq.ParquetFile(content)

    def column(self, member: str, position: int) -> pa.ChunkedArray:
        """Read a column."""
        file = self.parquet(member)
        try:
            return file.reader.read_column(position)
        except (pa.ArrowException, OSError) as error:
            raise damaged(self.path) from error

    def levels(self, id_name: str, names: Sequence[str], fields: tuple[Places, Places]) -> Levels:
        """Return two levels of columns that are read when they are used."""
        sizes = numbers(self.column(names[1], 1)).astype(np.intp)
        offsets = np.concatenate([[0], sizes.cumsum()]).astype(np.intp)
        offsets.setflags(write=False)
        ids = tuple(self.column(names[1], 0).cast(pa.string()).to_pylist())
        level1, level2 = (
            self._columns(member, first, of_level)
            for member, first, of_level in zip(names, (1, 2), fields, strict=True)
        )
        return Levels(id_name, ids, offsets, level1, level2)

    def _columns(self, member: str, first: int, fields: Places) -> Columns:
        stored = self.parquet(member).schema_arrow.names[first:]
        places = {field.name: (field, first + stored.index(name)) for field, name in fields}
        load = partial(self._load, member, places)
        return Columns([field for field, _ in fields], load)

    def _load(self, member: str, places: "dict[str, tuple[Field, int]]", name: str) -> Column:
        field, position = places[name]
        chunks = self.column(member, position)
        return Column(field, texts(chunks) if field.kind is Kind.TEXT else numbers(chunks))

    def _span(self, member: ZipInfo) -> _Span:
        if member.compress_type != ZIP_STORED or member.file_size != member.compress_size:
            raise damaged(self.path)
        with self.path.open("rb") as file:
            file.seek(member.header_offset)
            header = file.read(_HEADER)
        name, extra = struct.unpack("<HH", header[26:30])
        start = member.header_offset + _HEADER + int(name) + int(extra)
        if start + member.file_size > self._stamp[1]:
            raise damaged(self.path)
        return _Span(start, member.file_size, member.CRC)


def open_data_file(path: Path) -> DataFile:
    """Open a data file, its columns unread; raises FileError, or DataError if it is none."""
    try:
        with ZipFile(path) as archive:
            members = Members(path, archive)
            manifest = _manifest(path, archive)
        fields = [tuple((each, each.name) for each in level) for level in manifest.fields]
        levels = members.levels(manifest.id_name, LEVELS, (fields[0], fields[1]))
    except (FileNotFoundError, PermissionError, IsADirectoryError) as error:
        raise in_words("read", path, error) from error
    except BadZipFile as error:
        raise _no_zip(path) from error
    except (OSError, EOFError, LookupError, ValueError, TypeError, struct.error) as error:
        raise damaged(path) from error
    except NotImplementedError as error:  # an encryption or a compression that zipfile has not
        raise damaged(path) from error
    _check(path, manifest, levels)
    return DataFile(path, manifest, _data(path, manifest, levels), members)


def _data(path: Path, manifest: Manifest, levels: Levels) -> TwoLevelData:
    structure = manifest.recipe.structure
    data = two_level_data(path.name, levels, manifest.variables, manifest.report, structure)
    return replace(data, digest=manifest.fingerprint)


def _manifest(path: Path, archive: ZipFile) -> Manifest:
    if MANIFEST not in archive.namelist():
        raise DataError(
            f"{path} is a zip file, but no data file of Levelwise. "
            "Make one from your data: File, Make new MDM file."
        )
    values = json.loads(archive.read(MANIFEST))
    if values["format"] != FORMAT:
        raise damaged(path)
    if values["version"] > VERSION:
        raise DataError(
            f"{path} was made by a newer Levelwise ({values['program']}), in a form that this one "
            "does not know. Update Levelwise, or make the file again from its sources."
        )
    return from_json(values, path.absolute().parent)


def _check(path: Path, manifest: Manifest, levels: Levels) -> None:
    """Compare what the file says of itself with what it holds."""
    if (levels.n_rows, levels.n_units) != (manifest.n_rows, manifest.n_units):
        raise damaged(path)


def damaged(path: Path) -> DataError:
    """Say that a data file is not whole."""
    return DataError(
        f"{path} is damaged: a part of it is missing or not as it was written. "
        "Use a copy of it, or make it again from its sources (File, Make new MDM file)."
    )


def _no_zip(path: Path) -> DataError:
    with path.open("rb") as file:
        beginning = file.read(4)
    if beginning == b"PK\3\4":
        return damaged(path)
    if not beginning:
        return DataError(f"{path} is empty. Make it again from its sources.")
    return DataError(
        f"{path} is no data file of Levelwise. If it is HLM's own .mdm file, which other programs "
        "cannot read, make a data file from its sources: File, Make new MDM file, or "
        "Make new MDM from old template (.mdmt)."
    )


def size_column(id_name: str, names: Iterable[str]) -> str:
    """Name the column of level 2 that has the number of rows of each unit."""
    taken = {id_name, *names}
    return next(each for n in count() if (each := "N_ROWS" + "_" * n) not in taken)


def _time_and_size(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size
