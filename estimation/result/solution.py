"""One fitted model: everything that is said about it, in the user's units."""

from dataclasses import dataclass

from estimation.arrays import Array
from estimation.constants import LN_2PI
from estimation.result.certificate import Certificate
from estimation.result.extras import EffectSizes, Exploration, LatentRegression
from estimation.result.tests import (
    HypothesisTest,
    ModelComparison,
    ProfileInterval,
    Test,
    VarianceTest,
)
from estimation.spec.settings import Likelihood


@dataclass(frozen=True)
class Convergence:
    """How the estimation ended.

    `gradient` is the scaled gradient norm √(score' I⁻¹ score), projected on the face at a
    boundary; `smallest_eigenvalue` that of τ as a correlation matrix (None without random
    effects); `boundary` says in words which parameters are at their boundary; `m2ll_path`
    holds -2 log L at the start and after each iteration; `certificate` what proves the optimum.
    """

    converged: bool
    reason: str
    iterations: int
    gradient: float
    smallest_eigenvalue: float | None
    boundary: tuple[str, ...]
    m2ll_path: tuple[float, ...]
    certificate: Certificate


@dataclass(frozen=True)
class FixedEffect:
    """One γ: its equation's level-1 coefficient, its predictor, and HLM's symbol ("G10").

    t-ratio, df and p for the model-based and for the robust standard error; 95 % interval
    from the model-based one.  The robust one is None where the units' residuals are all zero.
    """

    coef: str
    predictor: str
    symbol: str
    est: float
    se: float
    t: float
    df: float | None
    p: float | None
    se_robust: float | None
    t_robust: float | None
    p_robust: float | None
    ci: tuple[float, float] | None


@dataclass(frozen=True)
class VarianceComponent:
    """One diagonal element of τ, with its χ² over the estimable units (None if there are none)."""

    coef: str
    sd: float
    variance: float
    df: int | None
    chisq: float | None
    p: float | None


@dataclass(frozen=True)
class Reliability:
    """Reliability of the least-squares estimate of one random coefficient."""

    coef: str
    value: float | None


@dataclass(frozen=True)
class Alpha:
    """One coefficient of ln σ²_ij, with model-based and sandwich standard error.

    `variance` is exp(α0), the variance of a row with all predictors 0, for INTRCPT1 only;
    the ratios are exp(α) (variance) and exp(α/2) (SD) with 95 % intervals, None for INTRCPT1.
    Each is None where it overflows.
    """

    name: str
    est: float
    se: float | None
    z: float | None
    p: float | None
    se_robust: float | None
    variance: float | None
    variance_ratio: float | None
    variance_ratio_ci: tuple[float, float] | None
    sd_ratio: float | None
    sd_ratio_ci: tuple[float, float] | None


@dataclass(frozen=True)
class VarianceCell:
    """Rows that share their values of the variance predictors (all of them categorical)."""

    values: tuple[float, ...]
    n: int
    sigma2: float


@dataclass(frozen=True)
class EmpiricalBayes:
    """Empirical Bayes û (J, q) and posterior covariances (J, q, q), units in `unit_ids`' order."""

    unit_ids: tuple[str, ...]
    u: Array
    covariance: Array


@dataclass(frozen=True)
class Solution:
    """One fitted model.

    `alpha` is None for a homogeneous model and `sigma2` for a heterogeneous one.
    `variance_parameters` names the rows of `variance_cov` ("tau00", ..., then "sigma2" or
    "alpha0", ...); `tau_se` and `variance_cov` are None where they are not defined (boundary).
    With design weights `aic` and `bic` are None, and standard errors of τ, σ² and α robust.
    `wald` tests α_1 = … = 0 jointly.  What was not asked for is empty or None.
    `units_used` counts the estimable units behind χ² and reliability (None without random
    effects); `units_left_out` are the IDs of the others.
    """

    method: Likelihood
    convergence: Convergence
    m2ll: float
    n_parameters: int
    aic: float | None
    bic: float | None
    fixed: tuple[FixedEffect, ...]
    fixed_cov: Array
    fixed_cov_robust: Array
    random: tuple[str, ...]
    tau: Array
    tau_se: Array | None
    tau_corr: Array
    sigma2: float | None
    sigma2_se: float | None
    alpha: tuple[Alpha, ...] | None
    variance_cells: tuple[VarianceCell, ...] | None
    reliability: tuple[Reliability, ...]
    variance_components: tuple[VarianceComponent, ...]
    units_used: int | None
    units_left_out: tuple[str, ...]
    variance_parameters: tuple[str, ...]
    variance_cov: Array | None
    empirical_bayes: EmpiricalBayes
    wald: Test | None = None
    hypotheses: tuple[HypothesisTest, ...] = ()
    comparison: ModelComparison | None = None
    explorations: tuple[Exploration, ...] = ()
    latent: LatentRegression | None = None
    effect_sizes: EffectSizes | None = None
    variance_tests: tuple[VarianceTest, ...] = ()
    profile_intervals: tuple[ProfileInterval, ...] = ()

    @property
    def log_likelihood(self) -> float:
        """The (restricted) log likelihood with every constant."""
        return -self.m2ll / 2

    @property
    def deviance(self) -> float:
        """HLM's Deviance, -2 log L - ln 2π, with one constant in every model."""
        return self.m2ll - LN_2PI
