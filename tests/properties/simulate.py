"""Small two-level data sets drawn from the model, and models to fit to them."""

from dataclasses import dataclass, field, replace

import numpy as np
import whole
from dense import Data
from hypothesis import settings
from hypothesis import strategies as st

from estimation.analysis import run
from estimation.data import TwoLevelData
from estimation.data.describe import describe
from estimation.design import build_design
from estimation.likelihood import build_problem
from estimation.spec import (
    INTRCPT1,
    Catalogue,
    Centring,
    Equation,
    Likelihood,
    ModelSpec,
    Settings,
    Term,
    VariancePredictor,
)
from estimation.standardise import standardise

TAUS = {  # of (INTRCPT1, X): inside the cone, on its edge, at its tip
    "full": np.array([[1.5, 0.4], [0.4, 0.6]]),
    "rank one": np.array([[1.6, -0.8], [-0.8, 0.4]]),
    "zero": np.zeros((2, 2)),
}

few = settings(max_examples=6)


@dataclass(frozen=True, eq=False)
class Sample:
    """Variables of level 1 (N,) and level 2 (J,), and each row's unit 0 ... J - 1."""

    unit: np.ndarray
    level1: dict[str, np.ndarray]
    level2: dict[str, np.ndarray] = field(default_factory=dict)

    def set1(self, **columns):
        """The sample with level-1 variables added or replaced."""
        return replace(self, level1=self.level1 | columns)

    def take(self, rows):
        """The sample with its rows in another order."""
        level1 = {name: values[rows] for name, values in self.level1.items()}
        return replace(self, unit=self.unit[rows], level1=level1)

    def spread(self, name):
        """A level-2 variable repeated within unit."""
        return self.level2[name][self.unit]

    def data(self):
        """The sample as the program's data set."""
        order = np.argsort(self.unit, kind="stable")
        level1 = {name: values[order] for name, values in self.level1.items()}
        sizes = np.bincount(self.unit)
        return TwoLevelData(
            name="sample",
            id_name="ID",
            unit_ids=tuple(str(j + 1) for j in range(len(sizes))),
            offsets=np.concatenate(([0], np.cumsum(sizes))),
            level1=level1,
            level2=self.level2,
            catalogue=Catalogue(describe(level1, {}), describe(self.level2, {})),
        )


def sample(seed, sizes, tau):
    """Draw Y = 2 + 0.5 W + (1 + 0.3 W) X - 0.4 D + u_0 + u_1 X + r, ln Var(r) = 0.3 - 0.6 D.

    X is continuous, D a dummy, G a three-valued factor in dummies G2 and G3; W and the dummy S
    are level-2 variables; `tau` names one of TAUS.
    """
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(len(sizes)), sizes)
    n, n_units = len(unit), len(sizes)
    x, factor = rng.normal(size=n), rng.permutation(np.arange(n) % 3)
    d = rng.permutation(np.arange(n) % 2).astype(float)
    level2 = {
        "W": rng.normal(size=n_units),
        "S": rng.permutation(np.arange(n_units) % 2).astype(float),
    }
    u = rng.multivariate_normal([0, 0], TAUS[tau], size=n_units)[unit]
    w = level2["W"][unit]
    r = rng.normal(size=n) * np.exp((0.3 - 0.6 * d) / 2)
    y = 2 + 0.5 * w + (1 + 0.3 * w) * x - 0.4 * d + u[:, 0] + u[:, 1] * x + r
    dummies = {"G2": (factor == 1).astype(float), "G3": (factor == 2).astype(float)}
    return Sample(unit, {"Y": y, "X": x, "D": d, **dummies}, level2)


def samples(min_units=8, max_units=14):
    """Samples of 8 to 14 units of 4 to 8 rows, τ inside the cone or on its boundary."""
    sizes = st.lists(st.integers(4, 8), min_size=min_units, max_size=max_units)
    return st.builds(sample, st.integers(0, 2**32 - 1), sizes, st.sampled_from(list(TAUS)))


def model(
    *,
    variance=(),
    random=(INTRCPT1, "X"),
    level1=("X",),
    level2=(),
    reml=False,
    centring=Centring.NONE,
):
    """Y on the level-1 predictors, each equation with the level-2 predictors.

    `variance` names predictors of ln σ², level-2 ones with a leading "2:".
    """
    terms = tuple(Term(name) for name in level2)
    coefficients = (Term(INTRCPT1), *(Term(name, centring) for name in level1))
    likelihood = Likelihood.RESTRICTED if reml else Likelihood.FULL
    return ModelSpec(
        outcome="Y",
        equations=tuple(Equation(each, terms, random=each.name in random) for each in coefficients),
        variance_predictors=tuple(
            VariancePredictor(name.removeprefix("2:"), 1 + name.startswith("2:"))
            for name in variance
        ),
        settings=Settings(likelihood=likelihood, heterogeneous_likelihood=likelihood),
    )


MODELS = {
    "homogeneous": {},
    "dummy": {"variance": ("D",)},
    "continuous": {"variance": ("X",)},
    "two levels": {"variance": ("D", "2:S"), "level2": ("W",)},
    "fixed slope": {"variance": ("D",), "random": (INTRCPT1,)},
}


def models(names=tuple(MODELS)):
    """A model of each form, by full or restricted likelihood."""
    forms = st.sampled_from(names).map(MODELS.get)
    return st.builds(lambda form, reml: model(**form, reml=reml), forms, st.booleans())


def arrays(sample, spec):
    """The model's arrays, for the dense twin."""
    design = build_design(sample.data(), spec)
    it = whole.of(design)
    return Data(it.y, it.X, it.Z, it.C, it.unit)


def posed(sample, spec, *, homogeneous=False):
    """The model's likelihood in standard coordinates."""
    scaled = standardise(build_design(sample.data(), spec))
    restricted = spec.likelihood is Likelihood.RESTRICTED
    return build_problem(scaled, restricted=restricted, homogeneous=homogeneous)


def fit(sample, spec):
    """Both solutions of a run, the heterogeneous one second if there is one."""
    analysis = run(sample.data(), spec)
    assert analysis.converged
    return [each for each in (analysis.homogeneous, analysis.heterogeneous) if each]
