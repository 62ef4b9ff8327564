"""What a model specifies beyond its equations: constraints, structure of Tau, weights, rules."""

from collections.abc import Iterator, Sequence

import numpy as np

from estimation.arrays import Mask
from estimation.report.layout import paragraph
from estimation.report.numbers import general
from estimation.spec import DegreesOfFreedom, GammaName, ModelSpec, Weight

_DEGREES = {
    DegreesOfFreedom.HLM7: "the rule of HLM 7 and later",
    DegreesOfFreedom.HLM6: "the rule of HLM 5 and 6",
    DegreesOfFreedom.SATTERTHWAITE: "Satterthwaite's approximation",
}
_TOTAL = {1: "its number of rows in each unit", 2: "the number of units"}


def specified(spec: ModelSpec) -> Iterator[tuple[str, str]]:
    """Yield what stands in the specifications of the run."""
    for group in spec.constraints:
        yield "Constraint", f"these fixed effects are equal: {'; '.join(map(gamma_words, group))}"
    if spec.settings.fixed_sigma2 is not None:
        yield "Fixed sigma^2", f"{general(spec.settings.fixed_sigma2)} (not estimated)"
    if not_covarying(spec):
        yield "Tau", not_covarying(spec)
    yield from _weights(spec)
    if spec.deletion:
        named = ", ".join(f"{name} (level {level})" for level, name in spec.deletion)
        yield "Deletion variables", f"{named}: rows that lack one are left out"
    yield "Degrees of freedom", _DEGREES[spec.settings.degrees_of_freedom]


def notes(spec: ModelSpec) -> list[str]:
    """Say what design weights and known variances mean for the numbers below."""
    lines: list[str] = []
    if spec.weighting.design:
        lines += paragraph(
            "With design weights the estimates maximise a pseudo-likelihood. Only the robust "
            "standard errors are valid then; those of variances, covariances and alphas below are "
            "robust. Model-based standard errors of fixed effects are not valid, and there are no "
            "likelihood-ratio tests, no AIC and no BIC. The test of homogeneity of level-1 "
            "variance does not use the weights."
        )
    if spec.weighting.precision:
        lines += paragraph(
            f"The level-1 variance of a row is Sigma_squared / {spec.weighting.precision}: what is "
            f"said of Sigma_squared holds for a row with {spec.weighting.precision} = 1."
        )
    return ["", *lines] if lines else []


def not_covarying(spec: ModelSpec) -> str:
    """Say which random effects do not covary; nothing where all do."""
    random = spec.random
    alone = [block[0] for block in spec.blocks if len(block) == 1]
    if len(random) < 2 or not alone:
        return ""
    if len(alone) == len(random):
        return "diagonal: every covariance is fixed at zero"
    listed = ", ".join(alone)
    return f"covariances of {listed} with the other random effects are fixed at zero"


def fixed_at_zero(spec: ModelSpec, random: Sequence[str]) -> Mask:
    """Which elements of τ (q, q) are no parameters: those between blocks."""
    block = {name: number for number, names in enumerate(spec.blocks) for name in names}
    numbers = np.array([block[name] for name in random])
    found: Mask = numbers[:, None] != numbers
    return found


def gamma_words(name: GammaName) -> str:
    """Name a fixed effect in words."""
    return f"{name.predictor} in the equation of {name.coef}"


def _weights(spec: ModelSpec) -> Iterator[tuple[str, str]]:
    weighting = spec.weighting
    for level, weight in ((1, weighting.level1), (2, weighting.level2)):
        if weight:
            yield f"Level-{level} design weight", _design_weight(level, weight)
    if weighting.precision:
        yield "Precision weight", f"{weighting.precision} (level-1 variance divided by it)"
    if weighting.known_variance:
        yield (
            "Known level-1 variances",
            f"{weighting.known_variance}; no Sigma_squared is estimated",
        )


def _design_weight(level: int, weight: Weight) -> str:
    if weight.normalised:
        return f"{weight.name}, normalised: the weights add up to {_TOTAL[level]}"
    return f"{weight.name}, as it is (not normalised)"
