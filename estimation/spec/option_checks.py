"""What is wrong with constraints, hypotheses, plausible values, candidates, and settings."""

from collections.abc import Iterator, Sequence
from math import isfinite

from estimation.spec.model import Equation, GammaName, ModelSpec
from estimation.spec.problem import Problem, about, twice
from estimation.spec.settings import DegreesOfFreedom

# A sum of weights below this share of the largest is rounding noise around zero.
ROUNDING = 1e-12


def fixed_effect_problems(spec: ModelSpec) -> Iterator[Problem]:
    """Say what is wrong with constraints on fixed effects and hypotheses about them."""
    yield from about("constrain", _constraints(spec))
    for number, hypothesis in enumerate(spec.hypotheses, 1):
        if not hypothesis.contrasts:
            yield Problem(
                f"Hypothesis {number} has no contrast. Enter one, or take the hypothesis out."
            )
    contrasts = (
        (f"Hypothesis {number}", contrast)
        for number, hypothesis in enumerate(spec.hypotheses, 1)
        for contrast in hypothesis.contrasts
    )
    for number, (where, contrast) in enumerate(contrasts, 1):
        yield from about(f"contrast {number}", _contrast(spec, where, contrast))


def option_problems(spec: ModelSpec) -> Iterator[Problem]:
    """Say what is wrong with plausible values, exploratory candidates, and numbers."""
    yield from about("plausvals", _plausible_values(spec))
    for equation in spec.equations:
        yield from about(f"level2 {equation.name}", _candidates(equation))
    yield from _numbers(spec)
    weight = "level1weight" if spec.weighting.level1 else "level2weight"
    yield from about(weight, _beyond_a_pseudo_likelihood(spec))


def _constraints(spec: ModelSpec) -> Iterator[Problem]:
    for group in spec.constraints:
        yield from _not_there(spec, "A constraint", group)
        if len(set(group)) < 2:
            found = f"there is only the {_words(group[0])}" if group else "there is none"
            yield Problem(
                f"A constraint makes at least two fixed effects equal; {found}. "
                "Add another, or take the constraint out.",
                group[0].predictor if group else None,
            )
    for gamma in twice(each for group in spec.constraints for each in set(group)):
        yield Problem(
            f"The {_words(gamma)} stands in two constraints. Make them one, or take it out of one.",
            gamma.predictor,
        )


def _contrast(
    spec: ModelSpec, where: str, contrast: Sequence[tuple[GammaName, float]]
) -> Iterator[Problem]:
    yield from _not_there(spec, where, [gamma for gamma, weight in contrast if weight])
    if not all(isfinite(weight) for _, weight in contrast):
        yield Problem(f"{where} has a weight that is no number. Enter one.")
    elif not any(weight for _, weight in contrast):
        yield Problem(
            f"{where} has a contrast of zeros only, which tests nothing. "
            "Enter a weight other than 0, or take the contrast out."
        )
    elif not any(_by_group(spec, contrast).values()):
        yield Problem(
            f"{where} has a contrast between fixed effects that a constraint makes equal, so that "
            "it is true in any case. Take the contrast or the constraint out."
        )


def _by_group(
    spec: ModelSpec, contrast: Sequence[tuple[GammaName, float]]
) -> dict[GammaName, float]:
    """Add the weights of fixed effects that are equal."""
    first = {gamma: group[0] for group in spec.constraints for gamma in group}
    totals: dict[GammaName, float] = {}
    for gamma, weight in contrast:
        key = first.get(gamma, gamma)
        totals[key] = totals.get(key, 0.0) + weight
    size = max((abs(weight) for _, weight in contrast), default=0.0)
    return {key: total if abs(total) > ROUNDING * size else 0.0 for key, total in totals.items()}


def _not_there(spec: ModelSpec, where: str, gammas: Sequence[GammaName]) -> Iterator[Problem]:
    for gamma in dict.fromkeys(gammas):
        if gamma not in spec.gammas:
            yield Problem(
                f"{where} names the {_words(gamma)}, which is not in the model. "
                "Add it to the model, or take it out there.",
                gamma.predictor,
            )


def _words(gamma: GammaName) -> str:
    return f"fixed effect {gamma.predictor} in the equation of {gamma.coef}"


def _plausible_values(spec: ModelSpec) -> Iterator[Problem]:
    names = spec.plausible_values
    if not names:
        return
    if spec.outcome not in names:
        yield Problem(
            f"The outcome {spec.outcome} is not among the plausible values ({', '.join(names)}). "
            "Add it to them, or choose one of them as outcome.",
            spec.outcome,
        )
    if len(set(names)) < 2:
        yield Problem(
            f"Plausible values are at least two variables; there is only {names[0]}. "
            "Add the others, or take it out of the plausible values.",
            names[0],
        )
    for name in twice(names):
        yield Problem(f"{name} stands twice among the plausible values. Take one out.", name)
    predictors = [each.name for each in spec.equations] + [
        each.name for each in spec.variance_predictors if each.level == 1
    ]
    for name in dict.fromkeys(names):
        if name in predictors and name != spec.outcome:
            yield Problem(
                f"{name} is a plausible value of the outcome and a predictor. "
                "Take it out of one of the two.",
                name,
            )


def _candidates(equation: Equation) -> Iterator[Problem]:
    of = f"the exploratory analysis of {equation.name}"
    for name in dict.fromkeys(equation.candidates):
        if name in equation.gamma_predictors:
            yield Problem(
                f"{name} is a predictor in the equation of {equation.name} already. "
                f"Take it out of {of}.",
                name,
            )
    for name in twice(equation.candidates):
        yield Problem(f"{name} stands twice in {of}. Take one of the two out.", name)


def _numbers(spec: ModelSpec) -> Iterator[Problem]:
    settings, other = spec.settings, spec.settings.comparison
    if settings.max_iterations < 1:
        text = "The number of iterations must be at least 1. Change it to, say, 100."
        yield Problem(text, keyword="numit")
    if settings.bootstrap < 0 or settings.bootstrap == 1:
        yield Problem(
            f"A bootstrap of {settings.bootstrap} says nothing. Enter 0 for none, or a number of "
            "samples: 999 are usual, 19 the least that can make p 0.05.",
            keyword="bootstrap",
        )
    if settings.seed < 0:
        text = f"The seed of the bootstrap is {settings.seed}. Enter 0 or more, say 1."
        yield Problem(text, keyword="seed")
    if other is not None and other.n_parameters < 1:
        yield Problem(
            f"The model to be compared with has {other.n_parameters} parameters. Enter the number "
            "of parameters that were estimated in it, at least 1.",
            keyword="df",
        )
    if other is not None and not isfinite(other.deviance):
        text = "The deviance of the model to be compared with is no number. Enter it."
        yield Problem(text, keyword="deviance")


def _beyond_a_pseudo_likelihood(spec: ModelSpec) -> Iterator[Problem]:
    """What rests on a likelihood: design weights make it a pseudo-likelihood (E27)."""
    settings = spec.settings
    asked = {
        "likelihood-ratio tests of variance components": settings.variance_tests,
        "profile-likelihood intervals": settings.profile_intervals,
        "bootstrap samples": settings.bootstrap,
        "tests against another model": settings.comparison,
        "Satterthwaite degrees of freedom": settings.degrees_of_freedom
        is DegreesOfFreedom.SATTERTHWAITE,
    }
    *others, last = [name for name, wanted in asked.items() if wanted] or [""]
    if spec.weighting.design and last:
        words = f"{', '.join(others)} and {last}" if others else last
        yield Problem(
            f"Design weights do not go with {words}: these need a likelihood, and weighted "
            "estimates have a pseudo-likelihood. Switch them off, or take the design weights out."
        )
