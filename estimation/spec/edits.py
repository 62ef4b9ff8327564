"""The gestures of the model window as pure functions ModelSpec -> ModelSpec.

Each returns a new value; one that would change nothing returns an equal one.
"""

from dataclasses import replace

from estimation.spec.model import (
    INTRCPT1,
    INTRCPT2,
    Centring,
    Equation,
    ModelSpec,
    Term,
    VariancePredictor,
)


def choose_outcome(spec: ModelSpec, name: str) -> ModelSpec:
    """Make `name` the outcome; without equations yet, start from the unconditional model.

    A predictor that becomes the outcome leaves the model, that of level-1 variance included.
    """
    equations = tuple(each for each in spec.equations if each.name != name)
    unconditional = (Equation(Term(INTRCPT1), random=True),)
    predictors = tuple(each for each in spec.variance_predictors if each != VariancePredictor(name))
    return replace(
        spec,
        outcome=name,
        equations=equations or unconditional,
        variance_predictors=predictors,
    )


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
    if any(each.name == name for each in equation.predictors):
        predictors = tuple(term if each.name == name else each for each in equation.predictors)
    else:
        predictors = (*equation.predictors, term)
    return _replace_equation(spec, coefficient, replace(equation, predictors=predictors))


def delete_level1(spec: ModelSpec, name: str) -> ModelSpec:
    """Take a level-1 predictor and its equation out; the outcome takes all with it.

    The settings stay.
    """
    if name == spec.outcome:
        return ModelSpec(settings=spec.settings)
    return replace(spec, equations=tuple(each for each in spec.equations if each.name != name))


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
    """Switch u_q of one equation on or off."""
    equation = spec.equation(coefficient)
    if equation is None:
        return spec
    return _replace_equation(spec, coefficient, replace(equation, random=not equation.random))


def set_variance_predictors(
    spec: ModelSpec, predictors: tuple[VariancePredictor, ...]
) -> ModelSpec:
    """Replace the predictors of ln σ²_ij."""
    return replace(spec, variance_predictors=predictors)


def _replace_equation(spec: ModelSpec, name: str, new: Equation) -> ModelSpec:
    return replace(
        spec, equations=tuple(new if each.name == name else each for each in spec.equations)
    )
