"""The gestures of the model window as pure functions ModelSpec -> ModelSpec.

Each returns a new value; one that would change nothing returns an equal one.  What a gesture makes
void goes with it: constraints and hypotheses on a fixed effect that is deleted, say.
"""

from collections.abc import Iterator
from dataclasses import replace

from estimation.spec.model import (
    INTRCPT1,
    INTRCPT2,
    Centring,
    Equation,
    GammaName,
    Hypothesis,
    Latent,
    ModelSpec,
    Term,
    VariancePredictor,
    Weighting,
)

Group = tuple[GammaName, ...]
Contrast = tuple[tuple[GammaName, float], ...]


def choose_outcome(spec: ModelSpec, name: str) -> ModelSpec:
    """Make `name` the outcome; without equations yet, start from the unconditional model.

    A variable that becomes the outcome leaves the predictors, those of level-1 variance included,
    and the weighting.  Plausible values stay if it is one of them.
    """
    equations = tuple(each for each in spec.equations if each.name != name)
    unconditional = (Equation(Term(INTRCPT1), random=True),)
    itself = VariancePredictor(name)
    new = replace(
        spec,
        outcome=name,
        equations=equations or unconditional,
        variance_predictors=tuple(each for each in spec.variance_predictors if each != itself),
        variance_candidates=tuple(each for each in spec.variance_candidates if each != itself),
        weighting=_without(spec.weighting, name),
        plausible_values=spec.plausible_values if name in spec.plausible_values else (),
    )
    return _pruned(spec, new)


def add_level1(spec: ModelSpec, name: str, centring: Centring = Centring.NONE) -> ModelSpec:
    """Put a level-1 predictor into the model, its coefficient fixed, or centre it anew."""
    term = Term(name, centring)
    old = spec.equation(name)
    if old is not None:
        return _replace_equation(spec, name, replace(old, coefficient=term))
    if name == INTRCPT1:
        return replace(spec, equations=(Equation(term, random=True), *spec.equations))
    return replace(spec, equations=(*spec.equations, Equation(term)))


def add_level2(
    spec: ModelSpec, coefficient: str, name: str, centring: Centring = Centring.NONE
) -> ModelSpec:
    """Put a level-2 predictor (or INTRCPT2) into one equation, or centre it anew."""
    equation = spec.equation(coefficient)
    if equation is None:
        return spec
    if name == INTRCPT2:
        return _replace_equation(spec, coefficient, replace(equation, intercept=True))
    term = Term(name, centring)
    candidates = tuple(each for each in equation.candidates if each != name)
    if any(each.name == name for each in equation.predictors):
        predictors = tuple(term if each.name == name else each for each in equation.predictors)
    else:
        predictors = (*equation.predictors, term)
    new = replace(equation, predictors=predictors, candidates=candidates)
    return _replace_equation(spec, coefficient, new)


def delete_level1(spec: ModelSpec, name: str) -> ModelSpec:
    """Take a level-1 predictor and its equation out; the outcome takes all with it.

    The settings stay.
    """
    if name == spec.outcome:
        return ModelSpec(settings=spec.settings)
    equations = tuple(each for each in spec.equations if each.name != name)
    return _pruned(spec, replace(spec, equations=equations))


def delete_level2(spec: ModelSpec, coefficient: str, name: str) -> ModelSpec:
    """Take a level-2 predictor (or INTRCPT2) out of one equation."""
    equation = spec.equation(coefficient)
    if equation is None:
        return spec
    if name == INTRCPT2:
        return _replace_equation(spec, coefficient, replace(equation, intercept=False))
    predictors = tuple(each for each in equation.predictors if each.name != name)
    return _replace_equation(spec, coefficient, replace(equation, predictors=predictors))


def toggle_random(spec: ModelSpec, coefficient: str) -> ModelSpec:
    """Switch u_q of one equation on or off; off, it has no part in a latent regression."""
    equation = spec.equation(coefficient)
    if equation is None:
        return spec
    latent = Latent.IGNORED if equation.random else equation.latent
    new = replace(equation, random=not equation.random, latent=latent)
    return _replace_equation(spec, coefficient, new)


def set_variance_predictors(
    spec: ModelSpec, predictors: tuple[VariancePredictor, ...]
) -> ModelSpec:
    """Replace the predictors of ln σ²_ij; they are candidates no longer."""
    candidates = tuple(each for each in spec.variance_candidates if each not in predictors)
    return replace(spec, variance_predictors=predictors, variance_candidates=candidates)


def in_order(spec: ModelSpec) -> ModelSpec:
    """Put what has no order of its own into that of a command file, without weights of 0."""

    def place(gamma: GammaName) -> int:
        return spec.gammas.index(gamma) if gamma in spec.gammas else len(spec.gammas)

    def ordered(contrast: Contrast) -> Contrast:
        return tuple(sorted((each for each in contrast if each[1]), key=lambda it: place(it[0])))

    return replace(
        spec,
        constraints=tuple(tuple(sorted(group, key=place)) for group in spec.constraints),
        hypotheses=tuple(
            Hypothesis(tuple(map(ordered, each.contrasts))) for each in spec.hypotheses
        ),
        deletion=tuple(sorted(spec.deletion, key=lambda variable: variable[0])),
    )


def _replace_equation(spec: ModelSpec, name: str, new: Equation) -> ModelSpec:
    equations = tuple(new if each.name == name else each for each in spec.equations)
    return _pruned(spec, replace(spec, equations=equations))


def _without(weighting: Weighting, name: str) -> Weighting:
    """Weight by no level-1 variable of this name."""
    level1 = weighting.level1
    return replace(
        weighting,
        level1=None if level1 and level1.name == name else level1,
        precision=None if weighting.precision == name else weighting.precision,
        known_variance=None if weighting.known_variance == name else weighting.known_variance,
    )


# ------------------------------------------------------------------- what a gesture makes void


def _pruned(before: ModelSpec, after: ModelSpec) -> ModelSpec:
    """Take out what names a fixed effect that is gone, and half of a latent regression."""
    gone = frozenset(before.gammas) - frozenset(after.gammas)
    if gone:
        after = replace(
            after,
            constraints=tuple(_groups(after.constraints, gone)),
            hypotheses=tuple(_hypotheses(after.hypotheses, gone)),
        )
    if _has_both_sides(before) and not _has_both_sides(after):
        ignored = tuple(replace(each, latent=Latent.IGNORED) for each in after.equations)
        after = replace(after, equations=ignored)
    return after


def _groups(constraints: tuple[Group, ...], gone: frozenset[GammaName]) -> Iterator[Group]:
    for group in constraints:
        left = tuple(each for each in group if each not in gone)
        if left == group or len(left) > 1:
            yield left


def _hypotheses(
    hypotheses: tuple[Hypothesis, ...], gone: frozenset[GammaName]
) -> Iterator[Hypothesis]:
    for hypothesis in hypotheses:
        left = tuple(
            tuple(each for each in contrast if each[0] not in gone)
            for contrast in hypothesis.contrasts
            if not any(gamma in gone and weight for gamma, weight in contrast)
        )
        if left or not hypothesis.contrasts:
            yield Hypothesis(left)


def _has_both_sides(spec: ModelSpec) -> bool:
    return {Latent.PREDICTOR, Latent.OUTCOME} <= {each.latent for each in spec.equations}
