"""Several analyses of one model averaged: over plausible values, or over imputed data files."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeVar

from estimation.arrays import Array
from estimation.result.analysis import Analysis
from estimation.result.extras import LatentRegression
from estimation.result.solution import Reliability
from estimation.spec.catalogue import Structure
from estimation.spec.model import ModelSpec
from estimation.spec.settings import Likelihood

_T = TypeVar("_T")


class Pooling(Enum):
    """What the analyses differ in; the value is its name in the JSON result."""

    OUTCOMES = "plausible values"
    FILES = "multiple imputation"
    BOTH = "plausible values and multiple imputation"


@dataclass(frozen=True)
class PooledEstimate:
    """One quantity averaged over m analyses by Rubin's rules (E40).

    `within` is the mean of its squared standard errors, `between` the variance of its estimates,
    `total` = within + (1 + 1/m) between the square of `se`.  `t` = est/se is judged on `df`.
    `riv` is the relative increase in variance, (1 + 1/m) between / within, `share` (lambda) the
    part of the total variance that is due to missing values, `fmi` the fraction of missing
    information.  Only `est` and `between` are there where an analysis has no standard error; df,
    p and interval are not where an analysis has no degrees of freedom.
    """

    est: float
    between: float
    within: float | None = None
    total: float | None = None
    se: float | None = None
    t: float | None = None
    df: float | None = None
    p: float | None = None
    ci: tuple[float, float] | None = None
    riv: float | None = None
    share: float | None = None
    fmi: float | None = None


@dataclass(frozen=True)
class PooledEffect:
    """One γ, pooled with the model-based and with the robust standard errors."""

    coef: str
    predictor: str
    symbol: str
    model: PooledEstimate
    robust: PooledEstimate


@dataclass(frozen=True)
class PooledElement:
    """An element of τ that is not fixed at zero: its row and column, and their coefficients."""

    row: int
    column: int
    coefs: tuple[str, str]
    estimate: PooledEstimate


@dataclass(frozen=True)
class PooledAlpha:
    """One coefficient of ln σ²_ij; ratios, as in `Alpha`, are those of the pooled estimate."""

    name: str
    model: PooledEstimate
    robust: PooledEstimate
    variance: float | None
    variance_ratio: float | None
    variance_ratio_ci: tuple[float, float] | None
    sd_ratio: float | None
    sd_ratio_ci: tuple[float, float] | None


@dataclass(frozen=True)
class PooledTest:
    """The F test D1 of Li, Raghunathan and Rubin on (df, df2) degrees of freedom (E40)."""

    f: float
    df: int
    df2: float
    p: float
    riv: float


@dataclass(frozen=True)
class PooledHypothesis:
    """A general linear hypothesis C'γ = 0: each contrast, and their joint test."""

    contrasts: tuple[tuple[float, ...], ...]
    estimates: tuple[PooledEstimate, ...]
    model: PooledTest
    robust: PooledTest | None


@dataclass(frozen=True)
class PooledSolution:
    """One fitted model averaged; names and shapes are those of `Solution`.

    `tau_se` and `latent`, whose effects are averaged by the same rules, are None where an analysis
    has none.  No likelihood is pooled: there is no model that
    the average would be the maximum of.
    """

    method: Likelihood
    fixed: tuple[PooledEffect, ...]
    fixed_cov: Array
    fixed_cov_robust: Array
    random: tuple[str, ...]
    tau: Array
    tau_se: Array | None
    tau_corr: Array
    tau_elements: tuple[PooledElement, ...]
    sigma2: PooledEstimate | None
    alpha: tuple[PooledAlpha, ...] | None
    reliability: tuple[Reliability, ...]
    hypotheses: tuple[PooledHypothesis, ...] = ()
    latent: LatentRegression | None = None


@dataclass(frozen=True)
class PooledAnalysis:
    """A run over plausible values or imputed data files: each analysis, and their average.

    `names` tell the analyses apart: outcomes, data files, or both; `labels` are these names in
    words ("Plausible value 2 of 5 (MATH2)").
    """

    spec: ModelSpec
    kind: Pooling
    names: tuple[str, ...]
    labels: tuple[str, ...]
    analyses: tuple[Analysis, ...]
    homogeneous: PooledSolution
    heterogeneous: PooledSolution | None = None
    warnings: tuple[str, ...] = field(default=())

    @property
    def solution(self) -> PooledSolution:
        """The solution of the model asked for."""
        return self.heterogeneous or self.homogeneous

    @property
    def converged(self) -> bool:
        """Whether every fit of every analysis converged."""
        return all(each.converged for each in self.analyses)

    @property
    def structure(self) -> Structure:
        """The structure of the data, which decides the letters."""
        return self.analyses[0].structure

    def common(self, value: Callable[[Analysis], _T]) -> _T | None:
        """Return what all analyses have in common; None where they differ."""
        first, *others = map(value, self.analyses)
        return first if all(each == first for each in others) else None
