"""Names of columns."""

from collections.abc import Iterable


def numbered(count: int) -> tuple[str, ...]:
    """Return the names V1 to Vn."""
    return tuple(f"V{number}" for number in range(1, count + 1))


def all_numbers(cells: Iterable[str]) -> bool:
    """Tell whether a first line has numbers where names would be."""
    filled = [each.strip().replace(",", ".") for each in cells if each.strip()]
    return bool(filled) and all(map(_is_number, filled))


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
