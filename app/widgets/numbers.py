"""How numbers are written where they are looked at."""

from math import isnan
from struct import pack, unpack

# From here on six digits would not reach the point; and from here on an exponent is shorter.
_LARGE, _HUGE = 1e6, 1e15
_LETTER = 0xFF


def short(value: float) -> str:
    """Write a number with six significant digits, a large one with all before its point."""
    text = f"{value:.0f}" if _LARGE <= abs(value) < _HUGE else f"{value:.6g}"
    return text.replace("-", "−")


def letter(value: float) -> str:
    """Write a missing value: ".a" if it has a letter, as those of Stata and SAS, else "."."""
    (bits,) = unpack("<Q", pack("<d", value))
    found = chr(bits & _LETTER)
    return f".{found}" if found.islower() or found == "_" else "."


def labelled(value: float, label: str) -> str:
    """Write a value and what it means."""
    return f"{letter(value) if isnan(value) else short(value)} = {label}"
