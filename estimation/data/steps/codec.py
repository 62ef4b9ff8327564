"""Steps as JSON: an object with "step", its kind, and a field for each of the step's own."""

import sys
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum
from types import NoneType, UnionType
from typing import TYPE_CHECKING, cast, get_args, get_origin, get_type_hints

from estimation.data.steps.base import Step
from estimation.data.steps.copies import Centred, Standardised
from estimation.data.steps.dummies import Dummies
from estimation.data.steps.functions import Logarithm, Product, SquareRoot
from estimation.data.steps.groups import GroupMean, GroupSD, GroupSize
from estimation.data.steps.lag import Lag
from estimation.data.steps.recode import Recode
from estimation.data.steps.rename import Rename
from estimation.data.steps.rows import Filter
from estimation.errors import DataError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

KINDS: dict[str, type[Step]] = {
    each.kind: each
    for each in (
        *(GroupMean, GroupSD, GroupSize, Centred, Standardised, Dummies, Recode),
        *(Product, Logarithm, SquareRoot, Lag, Filter, Rename),
    )
}
_NAMES: dict[object, str] = {
    str: "a text",
    int: "a whole number",
    float: "a number",
    NoneType: "null",
}


def to_json(step: Step) -> dict[str, object]:
    """Return a step as JSON can hold it."""
    return {"step": step.kind, **_object(step)}


def from_json(content: Mapping[str, object]) -> Step:
    """Return the step that `to_json` wrote; raises DataError in words for anything else."""
    if not isinstance(content, Mapping):
        raise DataError(f"A data step is not an object but {content!r}.")
    kind = content.get("step")
    if not isinstance(kind, str) or kind not in KINDS:
        raise DataError(
            f"There is no data step {kind!r}. A newer version of the program may have written it: "
            "update Levelwise."
        )
    own = {name: value for name, value in content.items() if name != "step"}
    return cast("Step", _made(KINDS[kind], own, f"The data step {kind!r}"))


def _object(value: "DataclassInstance") -> dict[str, object]:
    return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    return _object(value) if is_dataclass(value) and not isinstance(value, type) else value


def _made(
    kind: "type[DataclassInstance]", content: Mapping[str, object], where: str
) -> "DataclassInstance":
    """Make a dataclass of what was read."""
    known = {each.name: each for each in fields(kind)}
    unknown = next((name for name in content if name not in known), None)
    if unknown is not None:
        raise DataError(
            f"{where} has an unknown field {unknown!r}. A newer version of the program may have "
            "written it: update Levelwise."
        )
    needed = [name for name, each in known.items() if each.default is MISSING]
    lacking = next((name for name in needed if name not in content), None)
    if lacking is not None:
        raise DataError(f"{where} lacks its field {lacking!r}. Make the step anew.")
    hints = get_type_hints(kind)
    values = {
        name: _read(hints[name], value, f"{where}, field {name!r},")
        for name, value in content.items()
    }
    return kind(**values)


def _read(hint: object, value: object, where: str) -> object:
    """Return a value of the type that a field has."""
    if isinstance(hint, UnionType):
        return _read_one_of(get_args(hint), value, where)
    if get_origin(hint) is tuple:
        return _read_tuple(get_args(hint), value, where)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _read_member(hint, value, where)
    if isinstance(hint, type) and is_dataclass(hint) and isinstance(value, Mapping):
        return _made(hint, value, where.rstrip(","))
    if not _is_a(value, hint):
        raise DataError(f"{where} is {value!r}, not {_NAMES.get(hint, 'an object')}.")
    return float(value) if hint is float and isinstance(value, int) else value


def _is_a(value: object, hint: object) -> bool:
    if isinstance(value, bool):
        return False
    if hint is float:
        return isinstance(value, int | float) and abs(value) <= sys.float_info.max
    return isinstance(hint, type) and isinstance(value, hint)


def _read_one_of(hints: tuple[object, ...], value: object, where: str) -> object:
    found = next((each for each in hints if _is_a(value, each)), None)
    if found is None:
        allowed = " or ".join(_NAMES[each] for each in hints)
        raise DataError(f"{where} is {value!r}, not {allowed}.")
    return _read(found, value, where)


def _read_tuple(hints: tuple[object, ...], value: object, where: str) -> tuple[object, ...]:
    if not isinstance(value, list | tuple):
        raise DataError(f"{where} is {value!r}, not a list.")
    each_hint = (hints[0],) * len(value) if hints[-1] is Ellipsis else hints
    if len(each_hint) != len(value):
        raise DataError(f"{where} has {len(value)} values, not {len(each_hint)}.")
    return tuple(_read(hint, each, where) for hint, each in zip(each_hint, value, strict=True))


def _read_member(hint: type[Enum], value: object, where: str) -> Enum:
    try:
        return hint(value)
    except ValueError:
        allowed = ", ".join(repr(each.value) for each in hint)
        raise DataError(f"{where} is {value!r}, not one of {allowed}.") from None
