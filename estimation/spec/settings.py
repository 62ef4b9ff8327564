"""The settings of a run that are not equations."""

from dataclasses import dataclass
from enum import Enum


class Likelihood(Enum):
    """Which likelihood is maximised; the value is its name in the JSON result."""

    RESTRICTED = "REML"
    FULL = "FML"


class DegreesOfFreedom(Enum):
    """Where the degrees of freedom of a t-ratio come from; the value is the command file's word.

    They differ for coefficients without a random effect: HLM 7 has N − qJ − (number of such γ's),
    HLM 5 and 6 N − f.  Satterthwaite's are estimated for every coefficient.
    """

    HLM7 = "hlm7"
    HLM6 = "hlm6"
    SATTERTHWAITE = "satterthwaite"


class Scale(Enum):
    """What a deviance typed in from elsewhere is; the value is the command file's word."""

    DEVIANCE = "deviance"
    M2LL = "m2ll"


@dataclass(frozen=True)
class Comparison:
    """Another model to test against: its deviance, on which scale, its number of parameters."""

    deviance: float
    n_parameters: int
    scale: Scale = Scale.DEVIANCE


@dataclass(frozen=True)
class Settings:
    """Everything of Basic, Iteration, Estimation and Output Settings that exists so far.

    `likelihood` is that of a homogeneous model; `heterogeneous_likelihood` takes its place
    as soon as variance predictors are entered (HLM's rule: full).  `stop_value` is the
    command file's "% change to stop": it may tighten the program's own stop, never loosen it.
    `fixed_sigma2` is the value of σ² that is not estimated; `diagonal_tau` takes every covariance
    of τ as 0.  On request: `homogeneity` tests that of the level-1 variance, `effect_sizes` adds
    the comparison with the null model and standardised coefficients, `variance_tests` the
    likelihood-ratio tests of the variance components, `profile_intervals` profile-likelihood
    intervals of α and of the variances in τ; `bootstrap` is the number of parametric bootstrap
    samples, drawn from `seed`.
    """

    likelihood: Likelihood = Likelihood.RESTRICTED
    heterogeneous_likelihood: Likelihood = Likelihood.FULL
    max_iterations: int = 100
    stop_value: float = 1e-6
    ols_units: int = 10
    title: str = "no title"
    output_name: str = "hlm2.txt"
    degrees_of_freedom: DegreesOfFreedom = DegreesOfFreedom.HLM7
    fixed_sigma2: float | None = None
    diagonal_tau: bool = False
    comparison: Comparison | None = None
    homogeneity: bool = False
    effect_sizes: bool = False
    variance_tests: bool = False
    profile_intervals: bool = False
    bootstrap: int = 0
    seed: int = 1
