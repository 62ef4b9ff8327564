"""Exploratory analysis, latent variable regression, effect sizes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Exploration:
    """A level-2 variable tried: regression of the EB residuals û_q on it alone (E35).

    `n_units` have a value of it.
    """

    coef: str
    predictor: str
    est: float
    se: float
    t: float
    n_units: int


@dataclass(frozen=True)
class LatentEffect:
    """Effect of one random coefficient on another, with the delta-method SE (E36)."""

    outcome: str
    predictor: str
    est: float
    se: float
    t: float
    p: float


@dataclass(frozen=True)
class LatentGamma:
    """A γ of an outcome's equation split into direct and indirect effect (E36).

    `total` = `direct` + `indirect`; the total is the γ of the model where the predictor of it is in
    that equation, 0 where it acts through the latent predictors alone.  An effect that the model
    leaves no room for is 0 with a standard error of 0, and has no p.
    """

    outcome: str
    predictor: str
    total: float
    se_total: float
    direct: float
    se_direct: float
    p_direct: float | None
    indirect: float
    se_indirect: float
    p_indirect: float | None


@dataclass(frozen=True)
class LatentRegression:
    """β_outcome on β_predictor: effects, and the γ's of the outcomes given the predictors.

    `residual` is Var(u_outcome | u_predictor), rows and columns in the order of `outcomes`.
    """

    predictors: tuple[str, ...]
    outcomes: tuple[str, ...]
    effects: tuple[LatentEffect, ...]
    gammas: tuple[LatentGamma, ...]
    residual: tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class ExplainedVariance:
    """Marginal and conditional R² (Nakagawa, Johnson & Schielzeth 2017), and ICC (E37).

    Of a pattern of the variance predictors (`values`) in a heterogeneous model, of all rows (empty)
    in a homogeneous one.  The ICC and its interval (logit scale) are there where INTRCPT1 alone is
    random; the interval not at a boundary or where τ has no standard errors.
    """

    values: tuple[float, ...]
    n: int
    r2_marginal: float
    r2_conditional: float
    icc: float | None
    icc_ci: tuple[float, float] | None


@dataclass(frozen=True)
class Reduction:
    """A variance of the null model, of this model, and the share by which it is smaller.

    `component` is "level-1" or the name of the random coefficient (INTRCPT1).
    """

    component: str
    null: float
    model: float
    proportion: float | None


@dataclass(frozen=True)
class StandardisedEffect:
    """γ times SD of its column of X over SD of the outcome; None for a constant column."""

    coef: str
    predictor: str
    est: float | None
    se: float | None


@dataclass(frozen=True)
class EffectSizes:
    """Effect sizes; the last three on request, with the null model INTRCPT1 alone (E37, E38).

    `explained` is None where the level-1 variance has a continuous predictor, or too many patterns.
    `snijders_bosker` are R² of level 1 and of level 2, None in a heterogeneous model.
    """

    explained: tuple[ExplainedVariance, ...] | None
    reductions: tuple[Reduction, ...] = ()
    snijders_bosker: tuple[float, float] | None = None
    standardised: tuple[StandardisedEffect, ...] = ()
