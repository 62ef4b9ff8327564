"""What keeps a model from being run, in words that name the variable and the remedy."""

from collections.abc import Iterator
from dataclasses import replace

from estimation.errors import SpecError
from estimation.spec.catalogue import Catalogue
from estimation.spec.model import INTRCPT1, Centring, Equation, ModelSpec, Weighting
from estimation.spec.option_checks import fixed_effect_problems, option_problems
from estimation.spec.problem import Problem, twice
from estimation.spec.variance_checks import variance_problems


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
    yield from variance_problems(spec)
    yield from fixed_effect_problems(spec)
    yield from option_problems(spec)


def _unknown(spec: ModelSpec, catalogue: Catalogue) -> Iterator[Problem]:
    """Name each variable that the data lack once, with the way to do without it."""
    remedies: dict[tuple[int, str], str] = {}
    for level, name, remedy in _named(spec):
        remedies.setdefault((level, name), remedy)
    for (level, name), remedy in remedies.items():
        if name not in catalogue.names(level):
            why = dict(catalogue.left_out).get(name)
            yield Problem(
                f"The data have no level-{level} variable {name}{(why and f': {why}') or ''}. "
                f"{remedy} or open the data that hold it.",
                name,
            )


def _named(spec: ModelSpec) -> Iterator[tuple[int, str, str]]:
    """Yield (level, name) of every variable that is named, and how it is taken out."""
    model = replace(spec, weighting=Weighting(), deletion=())
    yield from ((*each, "Delete it from the model") for each in model.variables())
    for each in spec.weighting.variables():
        yield *each, "Choose another variable for the weighting"
    for each in spec.deletion:
        yield *each, "Take it out of the deletion variables"
    for name in spec.plausible_values:
        yield 1, name, "Take it out of the plausible values"
    for equation in spec.equations:
        remedy = f"Take it out of the exploratory analysis of {equation.name}"
        yield from ((2, name, remedy) for name in equation.candidates)
    for candidate in spec.variance_candidates:
        yield candidate.level, candidate.name, "Take it out of the candidates for level-1 variance"


def _equation_problems(spec: ModelSpec, equation: Equation) -> Iterator[Problem]:
    name = equation.name
    if name == spec.outcome:
        yield Problem(f"{name} is the outcome and a predictor. Delete one of the two.", name)
    if not equation.n_gamma and not equation.random:
        yield Problem(
            f"The level-2 equation of {name} is empty. "
            "Add INTRCPT2, a predictor or its random effect, or delete the variable.",
            name,
            f"level2 {name}",
        )
    if name == INTRCPT1 and equation.coefficient.centring is not Centring.NONE:
        yield Problem("INTRCPT1 cannot be centred. Enter it uncentred.", name)
    for term in equation.predictors:
        if term.centring is Centring.GROUP:
            yield Problem(
                f"The level-2 variable {term.name} cannot be group-mean centred. "
                "Enter it uncentred or grand-mean centred.",
                term.name,
                f"level2 {name}",
            )


def _repeated(spec: ModelSpec) -> Iterator[Problem]:
    for name in twice(equation.name for equation in spec.equations):
        yield Problem(f"{name} stands twice in the level-1 model. Delete one of the two.", name)
    for equation in spec.equations:
        for name in twice(term.name for term in equation.predictors):
            yield Problem(
                f"{name} stands twice in the equation of {equation.name}. Delete one of the two.",
                name,
            )
