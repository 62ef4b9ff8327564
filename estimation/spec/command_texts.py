"""What stands in the lines of a command file, from the model that it is to mean."""

from collections.abc import Iterable

from estimation.spec.catalogue import Catalogue
from estimation.spec.command_lookup import meant_predictor
from estimation.spec.command_names import (
    LEVEL2,
    decimal,
    listed_name,
    listed_text,
    term_name,
    text_value,
)
from estimation.spec.command_positions import constraints_text, latent_text
from estimation.spec.model import (
    INTRCPT2,
    Centring,
    Equation,
    ModelSpec,
    Term,
    VariancePredictor,
    Weight,
)
from estimation.spec.settings import DegreesOfFreedom, Likelihood, Scale, Settings

Texts = dict[str, str | None]
_SUFFIX = {Centring.NONE: "", Centring.GROUP: ",1", Centring.GRAND: ",2"}


def texts(spec: ModelSpec, catalogue: Catalogue) -> Texts:
    """Values of the lines that stand once; None where no line is needed."""
    return {
        "level1": _level1(spec),
        **_of_settings(spec.settings),
        **_of_variables(spec, catalogue),
        "uncorrelated": _names(each.name for each in spec.equations if not each.covaries) or None,
        "constrain": constraints_text(spec),
        "lvr": latent_text(spec.equations),
        "imputations": ",".join(map(listed_text, spec.imputations)) or None,
    }


def level2_text(equation: Equation) -> str:
    """Write a level-2 equation up to its slash."""
    parts = [INTRCPT2] * equation.intercept + [_term(each) for each in equation.predictors]
    return f"{term_name(equation.name)}={'+'.join([*parts, *['random'] * equation.random])}"


def candidates_text(equation: Equation) -> str:
    """Write what stands behind the slash of a level-2 equation."""
    return _names(equation.candidates)


def _level1(spec: ModelSpec) -> str:
    if spec.outcome is None and not spec.equations:
        return ""
    terms = [_term(equation.coefficient) for equation in spec.equations]
    return f"{term_name(spec.outcome or '')}={'+'.join([*terms, 'RANDOM'])}"


def _term(term: Term) -> str:
    return term_name(term.name) + _SUFFIX[term.centring]


def _of_settings(settings: Settings) -> Texts:
    reml = settings.heterogeneous_likelihood is Likelihood.RESTRICTED
    sigma2, other, default = settings.fixed_sigma2, settings.comparison, Settings()
    degrees = settings.degrees_of_freedom
    return {
        "numit": str(settings.max_iterations),
        "stopval": decimal(settings.stop_value, 10),
        "lev1ols": str(settings.ols_units),
        "heterol1likelihood": "reml" if reml else None,
        "title": text_value(settings.title),
        "output": text_value(settings.output_name),
        "mlf": _on(settings.likelihood is Likelihood.FULL) or "n",
        "fixsigma2": None if sigma2 is None else decimal(sigma2, 6),
        "diagonalize": _on(settings.diagonal_tau),
        "deviance": decimal(other.deviance) if other else None,
        "df": str(other.n_parameters) if other else None,
        "deviancescale": other.scale.value if other and other.scale is Scale.M2LL else None,
        "homvar": _on(settings.homogeneity) or "n",
        "dfmethod": None if degrees is DegreesOfFreedom.HLM7 else degrees.value,
        "effectsizes": _on(settings.effect_sizes),
        "variancetests": _on(settings.variance_tests),
        "profileintervals": _on(settings.profile_intervals),
        "bootstrap": str(settings.bootstrap) if settings.bootstrap else None,
        "seed": None if settings.seed == default.seed else str(settings.seed),
    }


def _of_variables(spec: ModelSpec, catalogue: Catalogue) -> Texts:
    weights, known = spec.weighting, spec.weighting.known_variance
    return {
        "level1weight": _weight(weights.level1),
        "level2weight": _weight(weights.level2),
        "precisionweight": weights.precision and listed_name(weights.precision),
        "varianceknown": listed_name(known) if known else "none",
        "level1deletion": _names(name for level, name in spec.deletion if level == 1) or "none",
        "level2deletion": _names(name for level, name in spec.deletion if level == 2) or "none",
        "plausvals": _names(spec.plausible_values) or None,
        "heterol1var": _predictors(spec.variance_predictors, catalogue) or "n",
        "heterol1candidates": _predictors(spec.variance_candidates, catalogue) or None,
    }


def _on(value: bool) -> str | None:
    return "y" if value else None


def _weight(weight: Weight | None) -> str:
    return listed_name(weight.name) + ("" if weight.normalised else ",n") if weight else "none"


def _names(names: Iterable[str]) -> str:
    return ",".join(map(listed_name, names))


def _predictors(predictors: Iterable[VariancePredictor], catalogue: Catalogue) -> str:
    return ",".join(_predictor(each, catalogue) for each in predictors)


def _predictor(predictor: VariancePredictor, catalogue: Catalogue) -> str:
    """Mark a level-2 variable where its bare name would mean another."""
    name = listed_name(predictor.name)
    as_read = meant_predictor(VariancePredictor(predictor.name), catalogue)
    return name if predictor.level == 1 or as_read == predictor else name + LEVEL2
