"""Tests and intervals beside the tables of the solution."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Test:
    """A χ² test."""

    chisq: float
    df: int
    p: float


@dataclass(frozen=True)
class HypothesisTest:
    """A general linear hypothesis C'γ = 0 with its Wald χ² (E30).

    `contrasts` hold a weight for every γ, `estimates` and `ses` (robust: `ses_robust`) are those of
    each contrast.  The robust test is None where the units' residuals are too few or all zero.
    """

    contrasts: tuple[tuple[float, ...], ...]
    estimates: tuple[float, ...]
    ses: tuple[float, ...]
    chisq: float
    df: int
    p: float
    ses_robust: tuple[float, ...] | None
    chisq_robust: float | None
    p_robust: float | None


@dataclass(frozen=True)
class ModelComparison:
    """Likelihood-ratio test against a model whose deviance was typed in.

    `m2ll` and `n_parameters` are the other model's.  `chisq` is −2 log L of the model with fewer
    parameters less that of the other; the test is None, and `note` says why, where the numbers of
    parameters are equal or the larger model fits worse.
    """

    m2ll: float
    n_parameters: int
    test: Test | None
    note: str = ""


@dataclass(frozen=True)
class HomogeneityTest:
    """HLM's H for equal level-1 variances of the units, over `n_units` of them (E29).

    `left_out` counts the units with too few rows, `no_variation` those whose residuals are all 0.
    """

    chisq: float
    df: int
    p: float
    n_units: int
    left_out: int
    no_variation: int = 0


@dataclass(frozen=True)
class VarianceTest:
    """Likelihood-ratio test of one random effect: its variance and covariances are 0 (E33).

    `p` is from the χ̄² mixture ½ χ²_(df − 1) + ½ χ²_df, `p_naive` from χ²_df.  `note` says where
    the mixture is not exact (a τ singular without the effect, too), or why there is no test.
    """

    coef: str
    chisq: float | None
    df: int
    p: float | None
    p_naive: float | None
    note: str = ""


@dataclass(frozen=True)
class ScoreTest:
    """Score test of α_1 = … = 0 for some predictors of level-1 variance (E32).

    Where there is no test, `note` says why.
    """

    names: tuple[str, ...]
    chisq: float | None
    df: int
    p: float | None
    note: str = ""


@dataclass(frozen=True)
class ProfileInterval:
    """Profile-likelihood interval of 95 % (E31).

    `parameter` is "alpha1", "tau00" or "sigma2", `name` the variable or coefficient.  A limit
    that does not exist is None (the likelihood falls by too little on that side), but 0 for a
    variance that may be zero.
    """

    parameter: str
    name: str
    est: float
    lower: float | None
    upper: float | None
    note: str = ""


@dataclass(frozen=True)
class BootstrapInterval:
    """Percentile interval of 95 % from parametric bootstrap samples, with their SD."""

    parameter: str
    name: str
    est: float
    se: float
    lower: float
    upper: float


@dataclass(frozen=True)
class Bootstrap:
    """A parametric bootstrap from the seed (E34).

    `samples` were drawn from the model asked for, of which `failed` had no estimate.  `lr_p` is
    the share of samples drawn from the homogeneous model whose LR χ² is at least that of the data,
    (1 + their number)/(1 + samples), None without variance predictors; `lr_failed` had none.
    """

    samples: int
    seed: int
    failed: int
    intervals: tuple[BootstrapInterval, ...]
    lr_p: float | None = None
    lr_failed: int = 0
