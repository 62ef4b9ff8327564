"""Words about files and cells that several readers say."""

from pathlib import Path

_REMEDY = "correct it, or leave it blank if it is missing"
_SHOWN = 40


def not_a_number(place: str, file: str, name: str, text: str) -> str:
    """Say why a column that looks numeric is text."""
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return f"{place} of {file} has {shown!r} in column {name}, which is not a number; {_REMEDY}"


def not_finite(place: str, file: str, name: str) -> str:
    """Say why a column of numbers cannot be a variable."""
    return f"{place} of {file} has an infinite number in column {name}; {_REMEDY}"


def no_rows(path: Path, below: str) -> str:
    """Say that a file has names, and nothing below them."""
    return f"{path} has no row with values{below}. Choose a file that has some."


def no_memory(path: Path | str) -> str:
    """Say that a file is too large."""
    return (
        f"There is not enough memory to read {path}. Close other programs, or make a file with "
        "fewer columns or rows."
    )
