"""What keeps the variances of a model from being estimated: those of level 1, and τ."""

from collections.abc import Iterator

from estimation.spec.model import Latent, ModelSpec, Weighting
from estimation.spec.problem import Problem, about, twice


def variance_problems(spec: ModelSpec) -> Iterator[Problem]:
    """Say what is wrong with predictors of level-1 variance, σ², weights and latent regression."""
    known = spec.weighting.known_variance
    yield from about("heterol1var", _predictors(spec))
    yield from about("heterol1candidates", _candidates(spec))
    yield from about("varianceknown" if known else "fixsigma2", _sigma2(spec))
    yield from _weights(spec)
    yield from about("lvr", _latent(spec))


def _predictors(spec: ModelSpec) -> Iterator[Problem]:
    for predictor in twice(spec.variance_predictors):
        yield Problem(
            f"{predictor.name} stands twice among the predictors of level-1 variance. "
            "Take one of the two out.",
            predictor.name,
        )
    if any((each.level, each.name) == (1, spec.outcome) for each in spec.variance_predictors):
        yield Problem(
            f"{spec.outcome} is the outcome and a predictor of its own level-1 variance. "
            "Take it out of the predictors of level-1 variance.",
            spec.outcome,
        )


def _candidates(spec: ModelSpec) -> Iterator[Problem]:
    for each in dict.fromkeys(spec.variance_candidates):
        if each in spec.variance_predictors:
            fault = f"{each.name} is a predictor of level-1 variance and a candidate for one."
        elif each.level == 1 and each.name in _outcomes(spec):
            fault = f"{each.name} is an outcome and a candidate for its own level-1 variance."
        elif spec.variance_candidates.count(each) > 1:
            fault = f"{each.name} stands twice among the candidates for level-1 variance."
        else:
            continue
        yield Problem(f"{fault} Take it out of the candidates.", each.name)


def _sigma2(spec: ModelSpec) -> Iterator[Problem]:
    fixed, weighting = spec.settings.fixed_sigma2, spec.weighting
    known = weighting.known_variance
    if fixed is not None and not 0 < fixed < float("inf"):
        yield Problem(
            f"sigma^2 is fixed at {fixed:g}, but a variance is more than 0. "
            "Enter a positive number, or let it be computed."
        )
    if known and fixed is not None:
        yield Problem(
            f"The level-1 variances are known ({known}), so that no sigma^2 is left to be fixed. "
            "Give up one of the two.",
            known,
        )
    if known and weighting.precision:
        yield Problem(
            f"The level-1 variances are known ({known}), so that they cannot have precision "
            f"weights ({weighting.precision}). Give up one of the two.",
            known,
        )
    if known or fixed is not None:
        yield from _heterogeneity(spec, f"known ({known})" if known else f"fixed at {fixed:g}")


def _heterogeneity(spec: ModelSpec, given: str) -> Iterator[Problem]:
    """Refuse what would model a level-1 variance that is not estimated."""
    for predictors, what in (
        (spec.variance_predictors, "predictors of level-1 variance"),
        (spec.variance_candidates, "candidates for level-1 variance"),
    ):
        if predictors:
            names = ", ".join(each.name for each in predictors)
            yield Problem(
                f"The level-1 variance is {given}, so that nothing can predict it. "
                f"Take the {what} out ({names}), or let sigma^2 be computed.",
                predictors[0].name,
            )


def _weights(spec: ModelSpec) -> Iterator[Problem]:
    for keyword, name in _level1_weights(spec.weighting):
        if name in _outcomes(spec):
            yield Problem(
                f"{name} is an outcome and in the weighting. Choose another variable for one.",
                name,
                keyword,
            )


def _outcomes(spec: ModelSpec) -> set[str]:
    return {each for each in (spec.outcome, *spec.plausible_values) if each is not None}


def _level1_weights(weighting: Weighting) -> Iterator[tuple[str, str | None]]:
    yield "level1weight", weighting.level1.name if weighting.level1 else None
    yield "precisionweight", weighting.precision
    yield "varianceknown", weighting.known_variance


def _latent(spec: ModelSpec) -> Iterator[Problem]:
    """Check a latent variable regression: it needs covariances between its two sides."""
    used = [each for each in spec.equations if each.latent is not Latent.IGNORED]
    for each in used:
        if not each.random:
            yield Problem(
                f"{each.name} is the {each.latent.name.lower()} of a latent variable regression, "
                "but its coefficient has no random effect. Switch that on, or ignore it there.",
                each.name,
            )
    sides = [
        [each.name for each in used if each.latent is side]
        for side in (Latent.OUTCOME, Latent.PREDICTOR)
    ]
    if used and not all(sides):
        yield Problem(
            "The latent variable regression needs at least one outcome and one predictor among "
            "the level-1 coefficients. Choose both, or ignore all of them.",
            used[0].name,
        )
        return
    for outcome in sides[0]:
        for predictor in sides[1]:
            yield from _separate(spec, outcome, predictor)


def _separate(spec: ModelSpec, outcome: str, predictor: str) -> Iterator[Problem]:
    random = {outcome, predictor} <= set(spec.random)
    if random and not any({outcome, predictor} <= set(block) for block in spec.blocks):
        yield Problem(
            f"{outcome} cannot be regressed on {predictor}: their covariance in Tau is set to 0. "
            "Let their random effects covary, or ignore one in the latent variable regression.",
            outcome,
        )
