"""Lines of a command file that have no effect on the model that its other lines make."""

from collections.abc import Iterator

from estimation.spec.command_fields import Options, asked
from estimation.spec.model import ModelSpec
from estimation.spec.settings import Likelihood


def idle(options: Options, spec: ModelSpec) -> Iterator[str]:
    """Warn of lines without effect, and say why.

    `mlf:n` beside design weights is none of them: every file that is written has it.
    """
    for keyword, why in _idle(spec):
        entry = asked(options, keyword)
        if entry is not None:
            yield f"{entry.where}: {keyword}:{entry.value} has no effect {why}."


def _idle(spec: ModelSpec) -> Iterator[tuple[str, str]]:
    settings = spec.settings
    fixed = [each.name for each in spec.equations if not (each.covaries or each.random)]
    if settings.diagonal_tau:
        yield "uncorrelated", "beside diagonalize:y, which takes every covariance out of Tau"
    elif fixed:
        yield "uncorrelated", f"where there is no random effect ({', '.join(fixed)})"
    if settings.heterogeneous_likelihood is Likelihood.RESTRICTED and not spec.heterogeneous:
        yield "heterol1likelihood", "without predictors of level-1 variance (heterol1var)"
    if not settings.bootstrap:
        yield "seed", "without bootstrap samples (bootstrap)"
