"""What the pop-up menu of a variable offers: names and pure edits."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from estimation.spec import INTRCPT1, INTRCPT2, Centring, ModelSpec, Structure
from estimation.spec.edits import (
    add_level1,
    add_level2,
    choose_outcome,
    delete_level1,
    delete_level2,
)
from estimation.spec.equations import coefficient_index
from estimation.spec.letters import letters_of

_ADD = {
    Centring.NONE: "add variable uncentered",
    Centring.GROUP: "add variable group centered",
    Centring.GRAND: "add variable grand centered",
}
_OUTCOME, _DELETE = "Outcome variable", "Delete variable from model"
_SUBSCRIPTS = str.maketrans("0123456789ij", "₀₁₂₃₄₅₆₇₈₉ᵢⱼ")


class _Add(Protocol):
    def __call__(self, *, centring: Centring) -> ModelSpec: ...


@dataclass(frozen=True)
class Gesture:
    """An entry of the menu, the model it leads to, and whether it can be chosen."""

    label: str
    spec: ModelSpec
    enabled: bool = True


def gestures(spec: ModelSpec, level: int, name: str, coefficient: str) -> tuple[Gesture, ...]:
    """List what can be done with a variable; level 2 concerns the equation of `coefficient`."""
    return tuple(_level1(spec, name) if level == 1 else _level2(spec, name, coefficient))


def suggested(offered: Iterable[Gesture], spec: ModelSpec) -> Gesture | None:
    """Return what the menu begins at: the first way to add or, without a model, the outcome."""
    labels = {_OUTCOME} if spec.outcome is None else set(_ADD.values())
    return next((each for each in offered if each.enabled and each.label in labels), None)


def target(
    spec: ModelSpec,
    level: int,
    coefficient: str,
    structure: Structure = Structure.PERSONS_IN_GROUPS,
) -> str:
    """Name the equation that a menu acts on, where there are several: "Equation of β₁ⱼ (X)"."""
    if level == 1 or spec.equation(coefficient) is None:
        return ""
    letters = letters_of(structure)
    subscript = letters.subscript(f"{coefficient_index(spec, coefficient)}j")
    symbol = f"{letters.symbol('β')}{subscript.translate(_SUBSCRIPTS)}"
    return f"Equation of {symbol} ({coefficient})"


def _level1(spec: ModelSpec, name: str) -> Iterator[Gesture]:
    intercept, outcome = name == INTRCPT1, name == spec.outcome
    if not intercept:
        yield Gesture(_OUTCOME, choose_outcome(spec, name), not outcome)
    centrings = (Centring.NONE,) if intercept else tuple(Centring)
    can_add = spec.outcome is not None and not outcome
    yield from _adds(spec, partial(add_level1, spec, name), centrings, possible=can_add)
    if outcome or spec.equation(name):
        yield Gesture(_DELETE, delete_level1(spec, name))


def _level2(spec: ModelSpec, name: str, coefficient: str) -> Iterator[Gesture]:
    intercept = name == INTRCPT2
    centrings = (Centring.NONE,) if intercept else (Centring.NONE, Centring.GRAND)
    can_add = spec.equation(coefficient) is not None
    add = partial(add_level2, spec, coefficient, name)
    yield from _adds(spec, add, centrings, possible=can_add)
    without = delete_level2(spec, coefficient, name)
    if without != spec:
        yield Gesture(_DELETE, without)


def _adds(
    spec: ModelSpec, add: _Add, centrings: tuple[Centring, ...], *, possible: bool
) -> Iterator[Gesture]:
    for centring in centrings:
        added = add(centring=centring)
        yield Gesture(_ADD[centring], added, possible and added != spec)
