"""The names of a command file, looked up in the data."""

from dataclasses import replace

from estimation.errors import SpecError
from estimation.spec.catalogue import Catalogue
from estimation.spec.command_file import CommandFile
from estimation.spec.command_model import find
from estimation.spec.model import INTRCPT1, ModelSpec, Term, VariancePredictor


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

    equations = tuple(
        replace(
            equation,
            coefficient=replace(equation.coefficient, name=name(1, equation.name)),
            predictors=tuple(
                Term(name(2, each.name), each.centring) for each in equation.predictors
            ),
        )
        for equation in spec.equations
    )
    return replace(
        spec,
        outcome=None if spec.outcome is None else name(1, spec.outcome),
        equations=equations,
        variance_predictors=tuple(
            meant_predictor(each, catalogue) for each in spec.variance_predictors
        ),
    )


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
