"""Lines of a command file that have a value for each coefficient, in the order of the model.

gamma1:0,1,-1,0 is a contrast of hypothesis 1, and the line again another one of it;
constrain:0,1,1,0 makes the second and the third fixed effect equal; lvr:i,p,o has a letter for each
level-1 coefficient.  None is left out: a line from before a change of the model would else pass for
one of the changed model, and mean other effects.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import inf

from estimation.errors import SpecError
from estimation.spec.command_edits import Lines, delete, insert, rewrite
from estimation.spec.command_fields import in_order, read_number, read_whole
from estimation.spec.command_lines import Entry, entries
from estimation.spec.command_names import decimal
from estimation.spec.model import Equation, GammaName, Hypothesis, Latent, ModelSpec

_LETTERS = {each.value: each for each in Latent}
Gammas = Sequence[GammaName]


# --------------------------------------------------------------------------------- reading


def with_latent(equations: tuple[Equation, ...], entry: Entry | None) -> tuple[Equation, ...]:
    """Give each equation its part in the latent variable regression."""
    if entry is None:
        return equations
    letters = in_order(entry, [each.name for each in equations], "level-1 coefficient")
    unknown = next((each for each in letters if each.lower() not in _LETTERS), None)
    if unknown is not None:
        raise SpecError(
            f"{entry.where}: lvr takes n; or for each level-1 coefficient p (predictor), o "
            f"(outcome) or i (ignored), with commas between them; not {unknown!r}."
        )
    parts = zip(equations, letters, strict=True)
    return tuple(replace(each, latent=_LETTERS[letter.lower()]) for each, letter in parts)


def constraints(entry: Entry | None, gammas: Gammas) -> tuple[tuple[GammaName, ...], ...]:
    """Return the fixed effects that have the same number other than 0, by their numbers."""
    if entry is None:
        return ()
    numbers = [read_whole(entry, each) for each in _for_each(entry, gammas)]
    groups = sorted(set(numbers) - {0})
    return tuple(
        tuple(gamma for gamma, of in zip(gammas, numbers, strict=True) if of == number)
        for number in groups
    )


def hypotheses(found: Sequence[Entry], gammas: Gammas) -> tuple[Hypothesis, ...]:
    """Return the hypotheses in order of their numbers, a contrast for each line."""
    by_number: dict[int, list[Entry]] = {}
    for entry in found:
        if entry.hypothesis is not None:
            by_number.setdefault(entry.hypothesis, []).append(entry)
    return tuple(
        Hypothesis(tuple(_contrast(each, gammas) for each in by_number[number]))
        for number in sorted(by_number)
    )


def _contrast(entry: Entry, gammas: Gammas) -> tuple[tuple[GammaName, float], ...]:
    weights = [read_number(entry, each, -inf) for each in _for_each(entry, gammas)]
    return tuple(pair for pair in zip(gammas, weights, strict=True) if pair[1])


def _for_each(entry: Entry, gammas: Gammas) -> tuple[str, ...]:
    names = [f"{each.predictor} of {each.coef}" for each in gammas]
    return in_order(entry, names, "fixed effect")


# --------------------------------------------------------------------------------- writing


def latent_text(equations: Sequence[Equation]) -> str:
    """Write what stands in `lvr:`."""
    if all(each.latent is Latent.IGNORED for each in equations):
        return "n"
    return ",".join(each.latent.value for each in equations)


def constraints_text(spec: ModelSpec) -> str:
    """Write what stands in `constrain:`."""
    number = {gamma: n for n, group in enumerate(spec.constraints, 1) for gamma in group}
    return ",".join(str(number.get(each, 0)) for each in spec.gammas) if number else "N"


def with_hypotheses(lines: Lines, was: ModelSpec, spec: ModelSpec) -> Lines:
    """Bring the contrasts up to date, which stand by the order of the fixed effects."""
    if (was.hypotheses, was.gammas) == (spec.hypotheses, spec.gammas):
        return lines
    wanted = {
        f"gamma{number}": [_contrast_text(dict(each), spec.gammas) for each in it.contrasts]
        for number, it in enumerate(spec.hypotheses, 1)
    }
    there = (each.keyword for each in entries(lines, "") if each.hypothesis is not None)
    for keyword in dict.fromkeys((*there, *wanted)):
        lines = _with_contrasts(lines, keyword, wanted.get(keyword, []), was.gammas)
    return lines


def _with_contrasts(lines: Lines, keyword: str, texts: Sequence[str], was: Gammas) -> Lines:
    """Write the contrasts of a hypothesis into its lines; those that say the same stay."""
    found = [each for each in entries(lines, "") if each.keyword == keyword]
    for text in texts[len(found) :]:
        lines = insert(lines, keyword, text)
    for entry in reversed(found[len(texts) :]):
        lines = delete(lines, entry)
    for entry, text in zip(found, texts, strict=False):
        if _contrast_text(dict(_contrast(entry, was)), was) != text:
            lines = rewrite(lines, entry, text)
    return lines


def _contrast_text(weights: Mapping[GammaName, float], gammas: Gammas) -> str:
    return ",".join(decimal(weights.get(each, 0.0)) for each in gammas)
