"""`ModelSpec`: one frozen value that says which model is meant.

Half-made models are legal values; `checks.problems` says what is missing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum

from estimation.spec.settings import Likelihood, Settings

INTRCPT1 = "INTRCPT1"
INTRCPT2 = "INTRCPT2"


class Centring(Enum):
    """How a predictor enters: as it is, around its unit's mean, or around the grand mean."""

    NONE = 0
    GROUP = 1
    GRAND = 2


@dataclass(frozen=True)
class Term:
    """A predictor as it enters an equation."""

    name: str
    centring: Centring = Centring.NONE


@dataclass(frozen=True)
class Equation:
    """The level-2 equation of one level-1 coefficient: β_qj = γ_q0 + Σ_s γ_qs W_sj + u_qj.

    `coefficient` is the level-1 predictor whose coefficient β_q it explains (`INTRCPT1` for
    the intercept), `intercept` whether γ_q0 (INTRCPT2) is in it, `random` whether u_q is.
    """

    coefficient: Term
    predictors: tuple[Term, ...] = ()
    random: bool = False
    intercept: bool = True

    @property
    def name(self) -> str:
        """Name of the level-1 predictor whose coefficient this equation explains."""
        return self.coefficient.name

    @property
    def n_gamma(self) -> int:
        """Number of fixed effects of this equation."""
        return int(self.intercept) + len(self.predictors)


@dataclass(frozen=True)
class VariancePredictor:
    """A predictor of ln σ²_ij, uncentred; `level` 1 or 2 says which file's variable it is."""

    name: str
    level: int = 1


@dataclass(frozen=True)
class ModelSpec:
    """A two-level model: outcome, one level-2 equation a level-1 coefficient, variance model.

    The equations stand in the order of the level-1 model.
    """

    outcome: str | None = None
    equations: tuple[Equation, ...] = ()
    variance_predictors: tuple[VariancePredictor, ...] = ()
    settings: Settings = field(default_factory=Settings)

    @property
    def heterogeneous(self) -> bool:
        """Whether ln σ²_ij has predictors."""
        return bool(self.variance_predictors)

    @property
    def likelihood(self) -> Likelihood:
        """The likelihood that a run maximises, HLM's rule for variance predictors observed."""
        settings = self.settings
        return settings.heterogeneous_likelihood if self.heterogeneous else settings.likelihood

    @property
    def random(self) -> tuple[str, ...]:
        """Names of the level-1 coefficients with a random effect u_q."""
        return tuple(equation.name for equation in self.equations if equation.random)

    def equation(self, name: str) -> Equation | None:
        """Return the equation of the level-1 coefficient `name`, if the model has it."""
        return next((each for each in self.equations if each.name == name), None)

    def variables(self) -> Iterator[tuple[int, str]]:
        """Yield (level, name) of every variable of the data in the model; may repeat."""
        if self.outcome is not None:
            yield 1, self.outcome
        for equation in self.equations:
            if equation.name != INTRCPT1:
                yield 1, equation.name
            yield from ((2, term.name) for term in equation.predictors)
        yield from ((each.level, each.name) for each in self.variance_predictors)
