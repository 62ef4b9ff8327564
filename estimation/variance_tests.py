"""Likelihood-ratio tests of the variance components: each random effect against none."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from scipy.special import chdtrc

from estimation.design import Design
from estimation.errors import NumericalError, SpecError
from estimation.fitting import fit_heterogeneous, fit_homogeneous
from estimation.inference import Inference
from estimation.progress import Observer, Progress
from estimation.result import VarianceTest
from estimation.spec.settings import Settings
from estimation.standardise import standardise

STAGE = "variance tests"
# A χ² below this is zero up to the rounding of two −2 log L: the point mass at 0 counts, too.
ZERO = 1e-6
_SINGULAR = (
    "without it tau is at its boundary, where the mixture of chi-squares is only an approximation"
)
_ALONE = "its equation has no fixed effect: without the random effect its coefficient is 0"
Refit = Callable[[Design], Inference]


def variance_tests(
    it: Inference, settings: Settings, observer: Observer
) -> tuple[VarianceTest, ...]:
    """Test each random effect: refit without it, and refer the LR χ² to a χ̄² mixture (E33).

    The refit has the same rows, likelihood and level-1 variance model.  Raises SpecError with
    design weights; `observer` may raise Cancelled.
    """
    if it.weighted:
        raise SpecError(
            "With design weights there are no likelihood-ratio tests of variance components. "
            "Switch these tests off, or the design weights."
        )
    total = len(it.design.random)
    tests = []
    for place in range(total):
        event = Progress(STAGE, place, total=total)
        tests.append(_test(it, place, partial(_refit, it, settings, partial(observer, event))))
    observer(Progress(STAGE, total, total=total))
    return tuple(tests)


def _without(design: Design, place: int) -> Design:
    """Return the design without the random effect at `place` among the random ones."""
    moved = (tuple(a - (a > place) for a in block if a != place) for block in design.blocks)
    return replace(
        design,
        random=(*design.random[:place], *design.random[place + 1 :]),
        blocks=tuple(block for block in moved if block),
    )


def mixture_p(chisq: float, df: int) -> float:
    """P(½ χ²_(df − 1) + ½ χ²_df ≥ χ²) for χ² > 0, where χ²_0 is the point 0 (Self & Liang 1987)."""
    upper = float(chdtrc(df - 1, chisq)) if df > 1 else 0.0
    return (upper + float(chdtrc(df, chisq))) / 2


def _test(it: Inference, place: int, refit: Refit) -> VarianceTest:
    name = it.design.random_names[place]
    block = next(block for block in it.design.blocks if place in block)
    df = len(block)  # its variance, and its covariances within the block
    try:
        less = refit(_without(it.design, place))
    except NumericalError as error:
        return VarianceTest(name, None, df, None, None, f"the model without it: {error}")
    if not (it.fit.converged and less.fit.converged):
        return VarianceTest(name, None, df, None, None, "a fit did not converge")
    chisq = max(less.fit.at.m2ll - it.fit.at.m2ll, 0.0)
    if chisq < ZERO:
        chisq = 0.0
    p = mixture_p(chisq, df) if chisq else 1.0
    return VarianceTest(name, chisq, df, p, float(chdtrc(df, chisq)), _note(it, name, less))


def _refit(
    it: Inference, settings: Settings, beat: Callable[[], None], design: Design
) -> Inference:
    def report(_run: int, _iteration: int, _m2ll: float) -> None:
        beat()

    model, restricted = standardise(design), it.problem.restricted
    first = fit_homogeneous(design, model, settings, report, restricted=restricted)
    return fit_heterogeneous(first, settings, report) if it.heterogeneous else first


def _note(it: Inference, name: str, less: Inference) -> str:
    alone = all(gamma.coef != name for gamma in it.design.gammas)
    return "; ".join([_ALONE] * alone + [_SINGULAR] * less.at_boundary)
