"""`ModelSpec`: one frozen value that says which model is meant.

Half-made models are legal values; `checks.problems` says what is missing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple

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


class Latent(Enum):
    """What a random coefficient is in a latent variable regression; the value is HLM's letter."""

    IGNORED = "i"
    PREDICTOR = "p"
    OUTCOME = "o"


@dataclass(frozen=True)
class Equation:
    """The level-2 equation of one level-1 coefficient: β_qj = γ_q0 + Σ_s γ_qs W_sj + u_qj.

    `coefficient` is the level-1 predictor whose coefficient β_q it explains (`INTRCPT1` for
    the intercept), `intercept` whether γ_q0 (INTRCPT2) is in it, `random` whether u_q is, and
    `covaries` whether u_q covaries with the other random effects.  `candidates` are level-2
    variables that the model does not use, to be tried in an exploratory analysis; `latent` is
    the part of β_q in a latent variable regression.
    """

    coefficient: Term
    predictors: tuple[Term, ...] = ()
    random: bool = False
    intercept: bool = True
    covaries: bool = True
    candidates: tuple[str, ...] = ()
    latent: Latent = Latent.IGNORED

    @property
    def name(self) -> str:
        """Name of the level-1 predictor whose coefficient this equation explains."""
        return self.coefficient.name

    @property
    def gamma_predictors(self) -> tuple[str, ...]:
        """Names of the predictors of β_q, INTRCPT2 first."""
        return (INTRCPT2,) * self.intercept + tuple(term.name for term in self.predictors)

    @property
    def n_gamma(self) -> int:
        """Number of fixed effects of this equation."""
        return int(self.intercept) + len(self.predictors)


@dataclass(frozen=True)
class VariancePredictor:
    """A predictor of ln σ²_ij, uncentred; `level` 1 or 2 says which file's variable it is."""

    name: str
    level: int = 1


class GammaName(NamedTuple):
    """A fixed effect by the names of its equation's coefficient and of its predictor."""

    coef: str
    predictor: str


@dataclass(frozen=True)
class Hypothesis:
    """A general linear hypothesis C'γ = 0: each contrast is a row of (γ, weight), others 0."""

    contrasts: tuple[tuple[tuple[GammaName, float], ...], ...]


@dataclass(frozen=True)
class Weight:
    """A design weight; normalised, those of level 1 add up to n_j in each unit, of level 2 to J."""

    name: str
    normalised: bool = True


@dataclass(frozen=True)
class Weighting:
    """Weights of rows and units, and what is known of the level-1 variances.

    Design weights (`level1`, `level2`) are the inverse of selection probabilities; the estimates
    maximise the pseudo-likelihood.  With `precision` (level 1) Var(r_ij) = σ²_ij / precision_ij;
    with `known_variance` (level 1) Var(r_ij) is its value, and no σ² is estimated.
    """

    level1: Weight | None = None
    level2: Weight | None = None
    precision: str | None = None
    known_variance: str | None = None

    @property
    def design(self) -> bool:
        """Whether there are design weights."""
        return self.level1 is not None or self.level2 is not None

    def variables(self) -> Iterator[tuple[int, str]]:
        """Yield (level, name) of the variables that weight."""
        named = ((1, self.level1), (2, self.level2))
        yield from ((level, weight.name) for level, weight in named if weight)
        yield from ((1, name) for name in (self.precision, self.known_variance) if name)


@dataclass(frozen=True)
class ModelSpec:
    """A two-level model: outcome, one level-2 equation a level-1 coefficient, variance model.

    The equations stand in the order of the level-1 model.  The fixed effects of each group in
    `constraints` are equal.  `plausible_values` are all outcomes of a run over plausible values,
    `outcome` among them; `imputations` the names of further data files, as they are written.
    `deletion` are variables (level, name) whose missing values delete a row though they are not
    in the model; `variance_candidates` predictors of level-1 variance for which the score test
    is made without their being fitted.
    """

    outcome: str | None = None
    equations: tuple[Equation, ...] = ()
    variance_predictors: tuple[VariancePredictor, ...] = ()
    settings: Settings = field(default_factory=Settings)
    weighting: Weighting = field(default_factory=Weighting)
    constraints: tuple[tuple[GammaName, ...], ...] = ()
    hypotheses: tuple[Hypothesis, ...] = ()
    plausible_values: tuple[str, ...] = ()
    imputations: tuple[str, ...] = ()
    deletion: tuple[tuple[int, str], ...] = ()
    variance_candidates: tuple[VariancePredictor, ...] = ()

    @property
    def heterogeneous(self) -> bool:
        """Whether ln σ²_ij has predictors."""
        return bool(self.variance_predictors)

    @property
    def likelihood(self) -> Likelihood:
        """The likelihood that a run maximises.

        HLM's rule for variance predictors is observed; there is no restricted pseudo-likelihood.
        """
        settings = self.settings
        if self.weighting.design:
            return Likelihood.FULL
        return settings.heterogeneous_likelihood if self.heterogeneous else settings.likelihood

    @property
    def random(self) -> tuple[str, ...]:
        """Names of the level-1 coefficients with a random effect u_q."""
        return tuple(equation.name for equation in self.equations if equation.random)

    @property
    def blocks(self) -> tuple[tuple[str, ...], ...]:
        """The random coefficients in sets that covary within, and not with one another."""
        if self.settings.diagonal_tau:
            return tuple((name,) for name in self.random)
        on = [each for each in self.equations if each.random]
        together = tuple(each.name for each in on if each.covaries)
        alone = tuple((each.name,) for each in on if not each.covaries)
        return (together, *alone) if together else alone

    @property
    def gammas(self) -> tuple[GammaName, ...]:
        """The fixed effects, equation by equation, INTRCPT2 first."""
        return tuple(
            GammaName(equation.name, predictor)
            for equation in self.equations
            for predictor in equation.gamma_predictors
        )

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
        yield from self.weighting.variables()
        yield from self.deletion
