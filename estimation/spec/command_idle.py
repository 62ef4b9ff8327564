"""Lines of a command file that have no effect on the model that its other lines make."""

from collections.abc import Iterator, Sequence

from estimation.spec.command_lines import Entry
from estimation.spec.command_model import level2_equation
from estimation.spec.model import Latent, ModelSpec
from estimation.spec.settings import Likelihood

# HLM's defaults of what has no counterpart here.
_USUAL = {"fixtau": "3", "accel": "5"}


def idle(found: Sequence[Entry], spec: ModelSpec) -> Iterator[str]:
    """Warn of lines without effect, and say why.

    `mlf:n` beside design weights is none of them: every file that is written has it.
    """
    reasons = {**dict.fromkeys(_USUAL, "in this program"), **dict(_idle(spec))}
    for entry in found:
        usual = entry.neutral or entry.value == _USUAL.get(entry.keyword)
        if entry.keyword == "level2":
            yield from _candidates(entry)
        elif entry.keyword in reasons and not usual:
            yield (
                f"{entry.where}: {entry.keyword}:{entry.value} has no effect "
                f"{reasons[entry.keyword]}."
            )


def _candidates(entry: Entry) -> Iterator[str]:
    name, equation = level2_equation(entry)
    if equation.candidates and not equation.random:
        yield (
            f"{entry.where}: {', '.join(equation.candidates)} behind the slash has no effect, for "
            f"the coefficient of {name} has no random effect to explore. Add +random there, or "
            "take the slash's part out."
        )


def _idle(spec: ModelSpec) -> Iterator[tuple[str, str]]:
    """Yield the keywords of what would have no effect, and why."""
    yield from _of_tau(spec)
    yield from _of_level1(spec)
    if not spec.settings.bootstrap:
        yield "seed", "without bootstrap samples (bootstrap)"


def _of_tau(spec: ModelSpec) -> Iterator[tuple[str, str]]:
    fixed = [each.name for each in spec.equations if not (each.covaries or each.random)]
    if spec.settings.diagonal_tau:
        yield "uncorrelated", "beside diagonalize:y, which takes every covariance out of Tau"
    elif fixed:
        yield "uncorrelated", f"where there is no random effect ({', '.join(fixed)})"
    elif len(spec.random) < 2:
        yield "uncorrelated", "with a single random effect, which has no covariance"
    if not spec.random:
        yield "variancetests", "without random effects, whose variances are tested"
    if all(each.latent is Latent.IGNORED for each in spec.equations):
        yield "lvr", "where every coefficient is ignored (i)"


def _of_level1(spec: ModelSpec) -> Iterator[tuple[str, str]]:
    settings, weighting = spec.settings, spec.weighting
    if settings.heterogeneous_likelihood is Likelihood.RESTRICTED:
        if not spec.heterogeneous:
            yield "heterol1likelihood", "without predictors of level-1 variance (heterol1var)"
        elif weighting.design:
            yield "heterol1likelihood", "beside design weights, whose pseudo-likelihood is full"
    given = settings.fixed_sigma2 is not None or weighting.known_variance
    if given and not spec.random:
        yield "profileintervals", "where no variance is estimated"
