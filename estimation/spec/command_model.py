"""The equations in a command file: level1:MATHACH=INTRCPT1+SES,1+RANDOM and level2: lines."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from estimation.errors import SpecError
from estimation.spec.command_lines import Entry
from estimation.spec.model import INTRCPT1, INTRCPT2, Centring, Equation, Term

_CENTRING = {"": Centring.NONE, "1": Centring.GROUP, "2": Centring.GRAND}
Where = dict[tuple[int, str], str]


def find(name: str, names: Sequence[str]) -> str | None:
    """Find a name as it stands, else in either case if only one fits."""
    if name in names:
        return name
    found = [each for each in names if each.casefold() == name.casefold()]
    return found[0] if len(found) == 1 else None


def model(level1: Entry, level2: Sequence[Entry]) -> tuple[str, tuple[Equation, ...], Where]:
    """Return the outcome, the equations in level-1 order, and where each variable is named."""
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


def variance_names(entry: Entry | None) -> tuple[str, ...]:
    """Return the predictors of level-1 variance in `heterol1var:`."""
    if entry is None or entry.neutral:
        return ()
    names = tuple(each.strip() for each in entry.value.split(","))
    if not all(names):
        raise SpecError(f"{entry.where}: a name is missing. Separate the names by single commas.")
    _refuse_repeated(entry, names)
    return names


def _by_coefficient(
    entries: Sequence[Entry], coefficients: Sequence[str]
) -> Mapping[str, tuple[Entry, Equation]]:
    second: dict[str, tuple[Entry, Equation]] = {}
    for entry in entries:
        target, equation = _level2(entry)
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


def _level2(entry: Entry) -> tuple[str, Equation]:
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


def _split(entry: Entry) -> tuple[str, tuple[Term, ...], bool]:
    """Split NAME=TERM+TERM,1+RANDOM/... into its name, its terms, and whether RANDOM is in."""
    target, equals, right = entry.value.partition("=")
    target = _upper_intercept(target.strip())
    if not equals or not target:
        raise SpecError(f"{entry.where}: {entry.value!r} is not of the form NAME=NAME+NAME+RANDOM.")
    parts = [each.strip() for each in right.partition("/")[0].split("+")]
    random = parts[-1].lower() == "random"
    if random or parts == [""]:
        parts.pop()
    terms = tuple(_term(entry, each) for each in parts)
    _refuse_repeated(entry, [each.name for each in terms])
    return target, terms, random


def _term(entry: Entry, text: str) -> Term:
    name, _, suffix = (each.strip() for each in text.partition(","))
    if not name or suffix not in _CENTRING:
        raise SpecError(
            f"{entry.where}: {text!r} is not a term. Write a variable's name, "
            "followed by ,1 for group-mean or ,2 for grand-mean centring."
        )
    name = _upper_intercept(name)
    if suffix and name in {INTRCPT1, INTRCPT2}:
        raise SpecError(f"{entry.where}: {name} cannot be centred. Write {name} without ,{suffix}.")
    return Term(name, _CENTRING[suffix])


def _refuse_repeated(entry: Entry, names: Sequence[str]) -> None:
    repeated = [name for name, count in Counter(names).items() if count > 1]
    if repeated:
        raise SpecError(f"{entry.where}: {repeated[0]} stands twice. Delete one of the two.")


def _upper_intercept(name: str) -> str:
    return name.upper() if name.upper() in {INTRCPT1, INTRCPT2} else name
