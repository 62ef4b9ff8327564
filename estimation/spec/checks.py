"""What keeps a model from being run, in words that name the variable and the remedy."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from estimation.errors import SpecError
from estimation.spec.catalogue import Catalogue
from estimation.spec.model import INTRCPT1, Centring, Equation, ModelSpec

_T = TypeVar("_T")


@dataclass(frozen=True)
class Problem:
    """A reason why the model cannot be run; `variable` is the name at fault, if one is."""

    message: str
    variable: str | None = None


def problems(spec: ModelSpec, catalogue: Catalogue) -> tuple[Problem, ...]:
    """Say everything that is missing or wrong; empty when the model can be run."""
    return tuple(_problems(spec, catalogue))


def require_runnable(spec: ModelSpec, catalogue: Catalogue) -> None:
    """Raise SpecError with every problem of the model, one a line."""
    found = problems(spec, catalogue)
    if found:
        raise SpecError("\n".join(each.message for each in found))


def _problems(spec: ModelSpec, catalogue: Catalogue) -> Iterator[Problem]:
    if spec.outcome is None:
        yield Problem("No outcome is chosen. Click a level-1 variable and choose it as outcome.")
        return
    yield from _unknown(spec, catalogue)
    if not spec.equations:
        yield Problem("The level-1 model is empty. Add INTRCPT1 or a level-1 predictor.")
    elif not any(equation.n_gamma for equation in spec.equations):
        yield Problem("The model has no fixed effect. Add INTRCPT2 to a level-2 equation.")
    for equation in spec.equations:
        yield from _equation_problems(spec, equation)
    yield from _repeated(spec)
    if any((each.level, each.name) == (1, spec.outcome) for each in spec.variance_predictors):
        yield Problem(
            f"{spec.outcome} is the outcome and a predictor of its own level-1 variance. "
            "Take it out of the predictors of level-1 variance.",
            spec.outcome,
        )
    if spec.settings.max_iterations < 1:
        yield Problem("The number of iterations must be at least 1. Change it to, say, 100.")


def _unknown(spec: ModelSpec, catalogue: Catalogue) -> Iterator[Problem]:
    for level, name in dict.fromkeys(spec.variables()):
        if name not in catalogue.names(level):
            yield Problem(
                f"The data have no level-{level} variable {name}. "
                "Delete it from the model or open the data that hold it.",
                name,
            )


def _equation_problems(spec: ModelSpec, equation: Equation) -> Iterator[Problem]:
    name = equation.name
    if name == spec.outcome:
        yield Problem(f"{name} is the outcome and a predictor. Delete one of the two.", name)
    if not equation.n_gamma and not equation.random:
        yield Problem(
            f"The level-2 equation of {name} is empty. "
            "Add INTRCPT2, a predictor or its random effect, or delete the variable.",
            name,
        )
    if name == INTRCPT1 and equation.coefficient.centring is not Centring.NONE:
        yield Problem("INTRCPT1 cannot be centred. Enter it uncentred.", name)
    for term in equation.predictors:
        if term.centring is Centring.GROUP:
            yield Problem(
                f"The level-2 variable {term.name} cannot be group-mean centred. "
                "Enter it uncentred or grand-mean centred.",
                term.name,
            )


def _repeated(spec: ModelSpec) -> Iterator[Problem]:
    for name in _twice(equation.name for equation in spec.equations):
        yield Problem(f"{name} stands twice in the level-1 model. Delete one of the two.", name)
    for equation in spec.equations:
        for name in _twice(term.name for term in equation.predictors):
            yield Problem(
                f"{name} stands twice in the equation of {equation.name}. Delete one of the two.",
                name,
            )
    for predictor in _twice(spec.variance_predictors):
        yield Problem(
            f"{predictor.name} stands twice among the predictors of level-1 variance. "
            "Take one of the two out.",
            predictor.name,
        )


def _twice(items: Iterable[_T]) -> Iterator[_T]:
    return (item for item, count in Counter(items).items() if count > 1)
