"""The equations in a command file: level1:MATHACH=INTRCPT1+SES,1+RANDOM and level2: lines."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from estimation.errors import SpecError
from estimation.spec.command_lines import Entry
from estimation.spec.command_names import read_items, read_name, split
from estimation.spec.model import INTRCPT1, INTRCPT2, Centring, Equation, Term

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
        for name in (*(each.name for each in equation.predictors), *equation.candidates):
            where.setdefault((2, name), entry.where)
    return outcome, tuple(equations), where


def uncorrelated(equations: Equations, entry: Entry | None) -> Equations:
    """Take out of the covariances of τ what `uncorrelated:` names."""
    if entry is None:
        return equations
    coefficients = [each.name for each in equations]
    alone = set()
    for name in read_items(entry.value, entry.where, read_name):
        coefficient = find(name, coefficients)
        if coefficient is None:
            raise _not_at_level1(entry, name, coefficients)
        alone.add(coefficient)
    return tuple(replace(each, covaries=each.name not in alone) for each in equations)


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
    candidates = _candidates(entry)
    return target, Equation(Term(target), predictors, random, intercept, candidates=candidates)


def _by_coefficient(
    entries: Sequence[Entry], coefficients: Sequence[str]
) -> Mapping[str, tuple[Entry, Equation]]:
    second: dict[str, tuple[Entry, Equation]] = {}
    for entry in entries:
        target, equation = level2_equation(entry)
        coefficient = find(target, coefficients)
        if coefficient is None:
            raise _not_at_level1(entry, target, coefficients)
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
    _refuse_repeated(entry, [each.name for each in terms])
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


def _not_at_level1(entry: Entry, name: str, coefficients: Sequence[str]) -> SpecError:
    return SpecError(
        f"{entry.where}: {name} is not in the level-1 model ({', '.join(coefficients)}). "
        "Add it there or take it out here."
    )


def _candidates(entry: Entry) -> tuple[str, ...]:
    """Return the names behind the slash, with commas or plus signs between them."""
    _, *rest = split(entry.value, "/", 1)
    text = ",".join(split(rest[0], "+")) if rest else ""
    return read_items(text, entry.where, read_name) if text.strip() else ()


def _refuse_repeated(entry: Entry, names: Sequence[str]) -> None:
    repeated = [each for each, count in Counter(names).items() if count > 1]
    if repeated:
        raise SpecError(f"{entry.where}: {repeated[0]} stands twice. Delete one of the two.")
