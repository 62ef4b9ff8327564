"""The names of a command file, looked up in the data."""

from collections.abc import Callable
from dataclasses import replace

from estimation.errors import SpecError
from estimation.spec.catalogue import Catalogue
from estimation.spec.command_file import CommandFile
from estimation.spec.command_model import find
from estimation.spec.model import (
    INTRCPT1,
    INTRCPT2,
    Equation,
    GammaName,
    Hypothesis,
    ModelSpec,
    VariancePredictor,
    Weighting,
)

_Named = Callable[[int, str], str]


def resolve(file: CommandFile, catalogue: Catalogue) -> ModelSpec:
    """Look the names up in the data: exactly, else in either case if that is unambiguous.

    A predictor of level-1 variance that exists at both levels is the level-1 one, unless it is
    marked (NAME@2).  Raises SpecError with the line of a variable that the data do not have.
    """
    for (level, name), where in file.where.items():
        levels = (level,) if level else (1, 2)
        if (level, name) != (1, INTRCPT1) and not any(
            find(name, catalogue.names(each)) for each in levels
        ):
            raise SpecError(_unknown(where, level, name, catalogue))
    return meant(file.spec, catalogue)


def meant(spec: ModelSpec, catalogue: Catalogue) -> ModelSpec:
    """Return the model as `resolve` does, but leave names that the data do not have."""

    def name(level: int, written: str) -> str:
        intercept = (level, written) == (1, INTRCPT1)
        return written if intercept else find(written, catalogue.names(level)) or written

    def gamma(written: GammaName) -> GammaName:
        intercept = written.predictor == INTRCPT2
        predictor = INTRCPT2 if intercept else name(2, written.predictor)
        return GammaName(name(1, written.coef), predictor)

    return replace(
        spec,
        outcome=None if spec.outcome is None else name(1, spec.outcome),
        equations=tuple(_equation(each, name) for each in spec.equations),
        variance_predictors=_predictors(spec.variance_predictors, catalogue),
        weighting=_weighting(spec.weighting, name),
        constraints=tuple(tuple(map(gamma, group)) for group in spec.constraints),
        hypotheses=tuple(_hypothesis(each, gamma) for each in spec.hypotheses),
        plausible_values=tuple(name(1, each) for each in spec.plausible_values),
        deletion=tuple((level, name(level, each)) for level, each in spec.deletion),
        variance_candidates=_predictors(spec.variance_candidates, catalogue),
    )


def _equation(equation: Equation, name: _Named) -> Equation:
    return replace(
        equation,
        coefficient=replace(equation.coefficient, name=name(1, equation.name)),
        predictors=tuple(replace(each, name=name(2, each.name)) for each in equation.predictors),
        candidates=tuple(name(2, each) for each in equation.candidates),
    )


def _weighting(weighting: Weighting, name: _Named) -> Weighting:
    level1, level2 = weighting.level1, weighting.level2
    precision, known = weighting.precision, weighting.known_variance
    return Weighting(
        level1=level1 and replace(level1, name=name(1, level1.name)),
        level2=level2 and replace(level2, name=name(2, level2.name)),
        precision=precision and name(1, precision),
        known_variance=known and name(1, known),
    )


def _hypothesis(written: Hypothesis, gamma: Callable[[GammaName], GammaName]) -> Hypothesis:
    return Hypothesis(
        tuple(tuple((gamma(g), weight) for g, weight in each) for each in written.contrasts)
    )


def _predictors(
    written: tuple[VariancePredictor, ...], catalogue: Catalogue
) -> tuple[VariancePredictor, ...]:
    return tuple(meant_predictor(each, catalogue) for each in written)


def meant_predictor(written: VariancePredictor, catalogue: Catalogue) -> VariancePredictor:
    """Look up a predictor of level-1 variance; level 1 stands for either, level 2 for itself."""
    levels = (1, 2) if written.level == 1 else (2,)
    for level in levels:
        if written.name in catalogue.names(level):
            return VariancePredictor(written.name, level)
    for level in levels:
        found = find(written.name, catalogue.names(level))
        if found is not None:
            return VariancePredictor(found, level)
    return written


def _unknown(where: str, level: int, name: str, catalogue: Catalogue) -> str:
    """Say that a name is none of the level's (0: either's), and why that may be."""
    kind = f"level-{level} variable" if level else "variable"
    levels = (level,) if level else (1, 2)
    left_out = find(name, [each for each, _ in catalogue.left_out])
    if left_out:
        hint = f"It was left out: {dict(catalogue.left_out)[left_out]}."
    elif level and find(name, catalogue.names(3 - level)):
        hint = f"{name} is a level-{3 - level} variable."
    else:
        names = dict.fromkeys(each for one in levels for each in catalogue.names(one))
        hint = f"There are: {', '.join(names) or 'none'}."
    return f"{where}: the data have no {kind} {name}. {hint} Correct the name or take it out."
