"""The settings of a run that are not equations."""

from dataclasses import dataclass
from enum import Enum


class Likelihood(Enum):
    """Which likelihood is maximised; the value is its name in the JSON result."""

    RESTRICTED = "REML"
    FULL = "FML"


@dataclass(frozen=True)
class Settings:
    """Everything of Basic, Iteration, Estimation and Output Settings that exists so far.

    `likelihood` is that of a homogeneous model; `heterogeneous_likelihood` takes its place
    as soon as variance predictors are entered (HLM's rule: full).  `stop_value` is the
    command file's "% change to stop": it may tighten the program's own stop, never loosen it.
    """

    likelihood: Likelihood = Likelihood.RESTRICTED
    heterogeneous_likelihood: Likelihood = Likelihood.FULL
    max_iterations: int = 100
    stop_value: float = 1e-6
    ols_units: int = 10
    title: str = "no title"
    output_name: str = "hlm2.txt"
