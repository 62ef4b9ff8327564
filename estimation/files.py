"""Reading and writing whole files, with errors in words.

Everything the program writes goes through `replacing`: a file is there complete or not at all.
"""

import errno
import os
import secrets
import shutil
from codecs import BOM_UTF8
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

from estimation.errors import FileError

_DENIED = "permission is denied. Choose another folder, or close the program that has it open"
_WORDS = {
    errno.ENOENT: "the folder or file does not exist. Check the path",
    errno.ENOTDIR: "a part of its path is a file, not a folder. Check the path",
    errno.EISDIR: "it is a folder. Name a file",
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
    errno.EROFS: "the disk is read-only. Choose another folder",
    errno.ENOSPC: "the disk is full. Free some space, or choose another folder",
    errno.EDQUOT: "your disk quota is used up. Free some space, or choose another folder",
    errno.ENAMETOOLONG: "the name is too long. Choose a shorter one",
}
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class Text(NamedTuple):
    """What a text file holds, and how it is encoded."""

    text: str
    encoding: str


def read_text(path: Path) -> str:
    """Return the text of a file; see `read_encoded`."""
    return read_encoded(path).text


def read_encoded(path: Path) -> Text:
    """Read a file in UTF-8 (with or without mark), marked UTF-16, Windows-1252 or Latin-1."""
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise in_words("read", path, error) from error
    if raw.startswith(_UTF16_MARKS):
        return Text(raw.decode("utf-16", errors="replace"), "utf-16")
    if b"\0" in raw:
        raise FileError(f"{path} is not a text file. Choose a text file.")
    marked = "utf-8-sig" if raw.startswith(BOM_UTF8) else "utf-8"
    for encoding in (marked, "cp1252"):
        with suppress(UnicodeDecodeError):
            return Text(raw.decode(encoding), encoding)
    return Text(raw.decode("latin-1"), "latin-1")


def write_text(path: Path, text: str, encoding: str = "utf-8") -> None:
    """Write `text`, in UTF-8 if the encoding does not have its letters; see `write_bytes`."""
    try:
        content = text.encode(encoding)
    except UnicodeEncodeError:
        content = text.encode("utf-8", errors="replace")
    write_bytes(path, content)


def write_bytes(path: Path, content: bytes) -> None:
    """Write a file atomically; see `replacing`."""
    with replacing(path) as file:
        file.write(content)


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Open a file to be written: whatever happens, the old file or the whole new one stands.

    An existing file keeps its permissions, and a link keeps pointing.  Raises FileError for
    whatever the system refuses while the file is open.
    """
    try:
        with _draft(path.resolve()) as file:
            yield file
    except OSError as error:
        raise in_words("written", path, error) from error


@contextmanager
def _draft(path: Path) -> Iterator[BinaryIO]:
    if path.exists() and not path.is_file():  # a device or a pipe must not be replaced
        with path.open("wb") as file:
            yield file
        return
    draft = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}.tmp")
    try:
        with draft.open("xb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, draft)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def listed(folder: Path) -> tuple[Path, ...]:
    """Return what is in a folder; raises FileError."""
    try:
        return tuple(folder.iterdir())
    except OSError as error:
        raise in_words("read", folder, error) from error


def need_folder(path: Path) -> None:
    """Raise FileError if a file cannot be written because there is no such folder."""
    if not path.resolve().parent.is_dir():
        raise FileError(f"{path} could not be written: there is no such folder. Make it first.")


def in_words(done: str, path: Path, error: OSError) -> FileError:
    """Say why a file could not be `done` ("read", "written")."""
    reason = _WORDS.get(error.errno or 0) or f"{error.strerror or error}. Choose another file"
    return FileError(f"{path} could not be {done}: {reason}.")
