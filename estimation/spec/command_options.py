"""The options of a command file: which line is which part of the model."""

from collections.abc import Iterator
from math import inf

from estimation.errors import SpecError
from estimation.spec import command_fields as fields
from estimation.spec.command_fields import Options
from estimation.spec.command_lines import Entry
from estimation.spec.command_names import (
    LEVEL2,
    read_items,
    read_name,
    read_text_value,
    split,
)
from estimation.spec.model import ModelSpec, VariancePredictor, Weight, Weighting
from estimation.spec.settings import Comparison, DegreesOfFreedom, Likelihood, Scale, Settings

_HETEROGENEOUS = {"reml": Likelihood.RESTRICTED, "full": Likelihood.FULL}
_COMPARED = {
    "deviance": "the deviance of the other model",
    "df": "the number of parameters of the other model",
}


def settings(options: Options) -> Settings:
    """Return what is neither an equation nor names a variable."""
    default = Settings()
    title, output = fields.text(options, "title"), fields.text(options, "output")
    degrees = {each.value: each for each in DegreesOfFreedom}
    return Settings(
        likelihood=Likelihood.FULL if fields.yes(options, "mlf") else Likelihood.RESTRICTED,
        heterogeneous_likelihood=fields.one_of(
            options, "heterol1likelihood", _HETEROGENEOUS, default.heterogeneous_likelihood
        ),
        max_iterations=fields.whole(options, "numit", default.max_iterations),
        stop_value=fields.number(options, "stopval", default.stop_value),
        ols_units=fields.whole(options, "lev1ols", default.ols_units),
        title=default.title if title is None else title,
        output_name=default.output_name if output is None else output,
        degrees_of_freedom=fields.one_of(options, "dfmethod", degrees, default.degrees_of_freedom),
        fixed_sigma2=_fixed_sigma2(fields.asked(options, "fixsigma2")),
        diagonal_tau=fields.yes(options, "diagonalize"),
        comparison=_comparison(options),
        homogeneity=fields.yes(options, "homvar"),
        effect_sizes=fields.yes(options, "effectsizes"),
        variance_tests=fields.yes(options, "variancetests"),
        profile_intervals=fields.yes(options, "profileintervals"),
        bootstrap=fields.whole(options, "bootstrap", default.bootstrap),
        seed=fields.whole(options, "seed", default.seed),
    )


def weighting(options: Options) -> Weighting:
    """Return the weights of rows and units, and what is known of the level-1 variances."""
    return Weighting(
        level1=_weight(fields.asked(options, "level1weight")),
        level2=_weight(fields.asked(options, "level2weight")),
        precision=fields.name(options, "precisionweight"),
        known_variance=fields.name(options, "varianceknown"),
    )


def deletion(options: Options) -> tuple[tuple[int, str], ...]:
    """Return (level, name) of the deletion variables."""
    return tuple(
        (level, name) for level in (1, 2) for name in fields.names(options, f"level{level}deletion")
    )


def variance_predictors(options: Options, keyword: str) -> tuple[VariancePredictor, ...]:
    """Return predictors of level-1 variance; level 1 stands for either, where NAME@2 is not."""
    entry = fields.asked(options, keyword)
    return read_items(entry.value, entry.where, _variance_predictor) if entry else ()


def imputations(options: Options) -> tuple[str, ...]:
    """Return the names of further data files."""
    entry = fields.asked(options, "imputations")
    return (
        read_items(entry.value, entry.where, lambda name, _: read_text_value(name)) if entry else ()
    )


def variables(spec: ModelSpec) -> Iterator[tuple[str, int, str]]:
    """Yield (keyword, level, name) of the variables that options name; level 0 is either."""
    weights = spec.weighting
    single = (
        ("level1weight", 1, weights.level1 and weights.level1.name),
        ("level2weight", 2, weights.level2 and weights.level2.name),
        ("precisionweight", 1, weights.precision),
        ("varianceknown", 1, weights.known_variance),
    )
    yield from ((keyword, level, name) for keyword, level, name in single if name)
    yield from ((f"level{level}deletion", level, name) for level, name in spec.deletion)
    yield from (("plausvals", 1, name) for name in spec.plausible_values)
    for keyword, predictors in (
        ("heterol1var", spec.variance_predictors),
        ("heterol1candidates", spec.variance_candidates),
    ):
        for each in predictors:
            yield keyword, 2 if each.level == 2 else 0, each.name


def _weight(entry: Entry | None) -> Weight | None:
    """Read NAME, or NAME,n for a weight that is not normalised."""
    if entry is None:
        return None
    name, *switch = (each.strip() for each in split(entry.value, ",", 1))
    normalised = {"y": True, "n": False}.get(switch[0].lower() if switch else "y")
    if not name or normalised is None:
        raise SpecError(
            f"{entry.where}: {entry.keyword} takes the name of a variable, with ,n behind it if it "
            f"shall not be normalised, not {entry.value!r}."
        )
    return Weight(read_name(name, entry.where), normalised)


def _variance_predictor(text: str, where: str) -> VariancePredictor:
    at_level2 = text.endswith(LEVEL2)  # which no name in quotes does
    name = text.removesuffix(LEVEL2).rstrip()
    if not name:
        raise SpecError(f"{where}: a name is missing. Separate the names by single commas.")
    return VariancePredictor(read_name(name, where), 2 if at_level2 else 1)


def _fixed_sigma2(entry: Entry | None) -> float | None:
    if entry is None:
        return None
    value = fields.read_number(entry, entry.value)
    if not value:
        raise SpecError(
            f"{entry.where}: sigma^2 cannot be 0. Write the value that it is fixed at, or computed."
        )
    return value


def _comparison(options: Options) -> Comparison | None:
    """Return the model to test against, of which there must be deviance and parameters."""
    keywords = ("deviance", "df", "deviancescale")
    given = {each: entry for each in keywords if (entry := fields.asked(options, each))}
    if not given:
        return None
    first = next(iter(given.values()))
    for keyword, what in _COMPARED.items():
        if keyword not in given:
            raise SpecError(
                f"{first.where}: {first.keyword} stands without a line {keyword}: with {what}. "
                "Add it, or take this one out."
            )
    scales = {each.value: each for each in Scale}
    return Comparison(
        fields.read_number(given["deviance"], given["deviance"].value, -inf),
        fields.read_whole(given["df"], given["df"].value),
        fields.one_of(given, "deviancescale", scales, Scale.DEVIANCE),
    )
