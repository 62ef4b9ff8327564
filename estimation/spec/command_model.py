"""The equations in a command file: level1:MATHACH=INTRCPT1+SES,1+RANDOM and level2: lines."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from estimation.errors import SpecError
from estimation.spec.command_lines import Entry
from estimation.spec.command_names import LEVEL2, read_name, split
from estimation.spec.model import (
    INTRCPT1,
    INTRCPT2,
    Centring,
    Equation,
    Term,
    VariancePredictor,
)

_CENTRING = {"": Centring.NONE, "1": Centring.GROUP, "2": Centring.GRAND}
Equations = tuple[Equation, ...]
Where = dict[tuple[int, str], str]


def find(name: str, names: Sequence[str]) -> str | None:
    """Find a name as it stands, else in either case if only one fits."""
    if name in names:
        return name
    found = [each for each in names if each.casefold() == name.casefold()]
    return found[0] if len(found) == 1 else None


def model(level1: Entry, level2: Sequence[Entry]) -> tuple[str | None, Equations, Where]:
    """Return the outcome, the equations in level-1 order, and where each variable is named.

    An empty line `level1:` is a model not yet begun, without an outcome.
    """
    if not level1.value:
        _by_coefficient(level2, ())
        return None, (), {}
    outcome, terms, random = _split(level1)
    if not random:
        raise SpecError(f"{level1.where}: the level-1 model has no error term. Add +RANDOM.")
    second = _by_coefficient(level2, [each.name for each in terms])
    where = dict.fromkeys(((1, name) for name in (outcome, *(t.name for t in terms))), level1.where)
    equations = []
    for term in terms:
        if term.name not in second:
            raise SpecError(
                f"{level1.where}: {term.name} has no level-2 equation. "
                f"Add a line level2:{term.name}=INTRCPT2/"
            )
        entry, equation = second[term.name]
        equations.append(replace(equation, coefficient=term))
        for predictor in equation.predictors:
            where.setdefault((2, predictor.name), entry.where)
    return outcome, tuple(equations), where


def variance_predictors(entry: Entry | None) -> tuple[VariancePredictor, ...]:
    """Return the predictors in `heterol1var:`; level 1 stands for either, where NAME@2 is not."""
    if entry is None or entry.neutral:
        return ()
    predictors = tuple(_variance_predictor(entry, each.strip()) for each in split(entry.value, ","))
    _refuse_repeated(entry, predictors)
    return predictors


def level2_equation(entry: Entry) -> tuple[str, Equation]:
    """Return the coefficient that a level-2 line names, and its equation."""
    target, terms, random = _split(entry)
    for each in terms:
        if each.centring is Centring.GROUP:
            raise SpecError(
                f"{entry.where}: the level-2 variable {each.name} cannot be group-mean centred. "
                "Write ,2 for grand-mean centring, or neither."
            )
    intercept = any(each.name == INTRCPT2 for each in terms)
    predictors = tuple(each for each in terms if each.name != INTRCPT2)
    return target, Equation(Term(target), predictors, random, intercept)


def _by_coefficient(
    entries: Sequence[Entry], coefficients: Sequence[str]
) -> Mapping[str, tuple[Entry, Equation]]:
    second: dict[str, tuple[Entry, Equation]] = {}
    for entry in entries:
        target, equation = level2_equation(entry)
        coefficient = find(target, coefficients)
        if coefficient is None:
            raise SpecError(
                f"{entry.where}: {target} is not in the level-1 model "
                f"({', '.join(coefficients)}). Add it there or take this line out."
            )
        if coefficient in second:
            raise SpecError(
                f"{entry.where}: {coefficient} has its level-2 equation already "
                f"({second[coefficient][0].where}). Delete one of the two."
            )
        second[coefficient] = entry, equation
    return second


def _split(entry: Entry) -> tuple[str, tuple[Term, ...], bool]:
    """Split NAME=TERM+TERM,1+RANDOM/... into its name, its terms, and whether RANDOM is in."""
    target, *right = (each.strip() for each in split(entry.value, "=", 1))
    if not right or not target:
        raise SpecError(f"{entry.where}: {entry.value!r} is not of the form NAME=NAME+NAME+RANDOM.")
    parts = [each.strip() for each in split(split(right[0], "/", 1)[0], "+")]
    random = parts[-1].lower() == "random"
    if random or parts == [""]:
        parts.pop()
    terms = tuple(_term(entry, each) for each in parts)
    _refuse_repeated(entry, [Term(each.name) for each in terms])
    return read_name(target, entry.where), terms, random


def _term(entry: Entry, text: str) -> Term:
    name, *suffixes = (each.strip() for each in split(text, ",", 1))
    suffix = suffixes[0] if suffixes else ""
    if not name or suffix not in _CENTRING:
        raise SpecError(
            f"{entry.where}: {text!r} is not a term. Write a variable's name, "
            "followed by ,1 for group-mean or ,2 for grand-mean centring."
        )
    name = read_name(name, entry.where)
    if suffix and name in {INTRCPT1, INTRCPT2}:
        raise SpecError(f"{entry.where}: {name} cannot be centred. Write {name} without ,{suffix}.")
    return Term(name, _CENTRING[suffix])


def _variance_predictor(entry: Entry, text: str) -> VariancePredictor:
    at_level2 = text.endswith(LEVEL2)  # which no name in quotes does
    name = text.removesuffix(LEVEL2).rstrip()
    if not name:
        raise SpecError(f"{entry.where}: a name is missing. Separate the names by single commas.")
    return VariancePredictor(read_name(name, entry.where), 2 if at_level2 else 1)


def _refuse_repeated(entry: Entry, found: Sequence[Term | VariancePredictor]) -> None:
    repeated = [each.name for each, count in Counter(found).items() if count > 1]
    if repeated:
        raise SpecError(f"{entry.where}: {repeated[0]} stands twice. Delete one of the two.")
