"""What kinds of files are read, and of which kind a file is: by its content, then by its name."""

import stat
from dataclasses import dataclass
from pathlib import Path

from estimation.errors import DataError, FileError
from estimation.files import in_words


@dataclass(frozen=True)
class FileKind:
    """A kind of files as a file dialog shows it."""

    label: str
    suffixes: tuple[str, ...]


TEXT = FileKind("Text", (".csv", ".tsv", ".txt", ".dat"))
SPSS = FileKind("SPSS", (".sav", ".zsav", ".por"))
STATA = FileKind("Stata", (".dta",))
SAS = FileKind("SAS", (".sas7bdat", ".xpt"))
WORKBOOK = FileKind("Workbook", (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods"))
PARQUET = FileKind("Parquet", (".parquet",))
FEATHER = FileKind("Feather", (".feather", ".arrow"))
FILE_KINDS = (SPSS, STATA, SAS, WORKBOOK, TEXT, PARQUET, FEATHER)

# How much of a file tells its kind.
_HEAD = 4096
_SAS7BDAT = bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011")
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_STARTS = {
    b"$FL2": (SPSS, "sav"),
    b"$FL3": (SPSS, "sav"),
    b"<stata_dta>": (STATA, "dta"),
    _SAS7BDAT: (SAS, "sas7bdat"),
    b"HEADER RECORD*******LIB": (SAS, "xport"),
    b"PK\x03\x04": (WORKBOOK, "workbook"),
    _OLE: (WORKBOOK, "workbook"),
    b"PAR1": (PARQUET, "parquet"),
    b"PARE": (PARQUET, "parquet"),
    b"ARROW1": (FEATHER, "arrow"),
    b"FEA1": (FEATHER, "feather"),
    b"\xff\xff\xff\xff": (FEATHER, "stream"),
}
# Formats 102 to 115 of Stata begin with their number, then the order of the bytes, then a 1.
_OLD_STATA = range(102, 116)
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Form:
    """Of which kind a file is, the form of it that its reader needs to know, and a remark."""

    kind: FileKind
    form: str
    note: str = ""


def form_of(path: Path) -> Form:
    """Find out of which kind a file is; raises FileError or DataError, with the remedy."""
    head = _head(path)
    if not head:
        raise DataError(f"{path} is empty. It must hold a line of variable names, then the data.")
    named = next((kind for kind in FILE_KINDS if path.suffix.lower() in kind.suffixes), None)
    found = _by_content(head)
    if found is None:
        raise DataError(_unreadable(path, head, named))
    kind, form = found
    if named is None or named is kind:
        return Form(kind, form)
    note = f"{path.name} holds {_a(kind)}, whatever the end of its name says, and was read as such."
    return Form(kind, form, note)


def _head(path: Path) -> bytes:
    try:
        if path.exists() and not path.is_dir() and not stat.S_ISREG(path.stat().st_mode):
            raise FileError(f"{path} is not a file but a device. Choose a file.")
        with path.open("rb") as file:
            return file.read(_HEAD)
    except OSError as error:
        if path.is_dir():  # Windows says that permission is denied
            raise FileError(
                f"{path} is a folder. Choose a file in it. (levelwise run --data takes folders of "
                "Parquet files.)"
            ) from error
        raise in_words("read", path, error) from error


def _by_content(head: bytes) -> tuple[FileKind, str] | None:
    for start, found in _STARTS.items():
        if head.startswith(start):
            return found
    if head[0] in _OLD_STATA and head[1:2] in {b"\x01", b"\x02"} and head[2:3] == b"\x01":
        return STATA, "dta"
    if b"SPSSPORT" in head.replace(b"\n", b"").replace(b"\r", b"")[:600]:
        return SPSS, "por"
    web_page = head.lstrip().lower().startswith((b"<!doctype", b"<html", b"<?xml"))
    return (TEXT, "text") if _is_text(head) and not web_page else None


def _is_text(head: bytes) -> bool:
    if head.startswith(_UTF16) or b"\0" not in head:
        return not head.startswith((b"\x1f\x8b", b"%PDF"))
    # UTF-16 without a mark: every other byte of most letters is 0.
    one, other = head[::2], head[1::2]
    return (_many_zeros(one) and 0 not in other) or (_many_zeros(other) and 0 not in one)


def _many_zeros(part: bytes) -> bool:
    return part.count(0) * 3 > len(part)


def _unreadable(path: Path, head: bytes, named: FileKind | None) -> str:
    if b"ENCRYPTEDSAV" in head[:64]:
        return (
            f"{path} is protected by a password. Open it in SPSS, save a copy without password, "
            "and choose the copy."
        )
    if head.startswith(b"\x1f\x8b"):
        return f"{path} is compressed. Unpack it, or export the data as a CSV file."
    if named is not None:
        return (
            f"{path} is not {_a(named)}, as the end of its name says, or it is damaged. "
            "Make it anew, or get another copy."
        )
    kinds = "; ".join(f"{kind.label} ({' '.join(kind.suffixes)})" for kind in FILE_KINDS)
    return f"{path} is of a kind that cannot be read. What can be read: {kinds}."


def _a(kind: FileKind) -> str:
    """Name a file of a kind, with its article."""
    label = kind.label if kind in {SPSS, STATA, SAS, PARQUET, FEATHER} else kind.label.lower()
    return f"an {label} file" if kind is SPSS else f"a {label} file"
