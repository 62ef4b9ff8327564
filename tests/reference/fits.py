"""A reference case as data, model and run of the program; each is fitted once a session."""

from dataclasses import replace
from functools import cache

import cases
import numpy as np

from estimation.analysis import run
from estimation.data.describe import describe
from estimation.data.read import read_two_level
from estimation.spec import (
    INTRCPT1,
    Catalogue,
    Centring,
    Equation,
    GammaName,
    Likelihood,
    ModelSpec,
    Settings,
    Term,
    VariancePredictor,
    Weight,
    Weighting,
)

CENTRING = {"none": Centring.NONE, "group": Centring.GROUP, "grand": Centring.GRAND}


@cache
def read(level1, level2=None):
    """Data of one or two of the CSV files."""
    return read_two_level(cases.csv(level1), level2 and cases.csv(level2), "ID")


def data(case):
    """Data of a case, derived columns included."""
    found = read(case["data"]["level1"], case["data"].get("level2"))
    derived = case["data"].get("derived", {})
    columns = {name: a + b * found.level1[x] for name, (a, b, x) in derived.items()}
    return with_columns(found, **columns) if columns else found


def spec(case):
    """Model of a case."""
    model = case["model"]
    intercept = {"name": INTRCPT1, "centering": "none"} | model["intercept"]
    likelihood = Likelihood(model["estimation"])
    return ModelSpec(
        outcome=model["outcome"],
        equations=tuple(_equation(each) for each in (intercept, *model["slopes"])),
        variance_predictors=tuple(
            VariancePredictor(each["name"], each["level"])
            for each in model["level1_variance"].get("predictors", [])
        ),
        settings=Settings(
            likelihood=likelihood,
            heterogeneous_likelihood=likelihood,
            fixed_sigma2=model.get("fixed_sigma2"),
            diagonal_tau=model.get("diagonal_tau", False),
        ),
        weighting=_weighting(model.get("weighting", {})),
        constraints=tuple(
            tuple(GammaName(*name) for name in group) for group in model.get("constraints", [])
        ),
    )


def _weighting(entry):
    design = {level: Weight(**entry[level]) for level in ("level1", "level2") if level in entry}
    return Weighting(**(entry | design))


@cache
def analysis(name):
    """The program's run of the case called `name`."""
    case = cases.load(name)
    return run(data(case), spec(case))


def one_way(outcome, method):
    """The model without predictors."""
    return spec(
        {
            "model": {
                "outcome": outcome,
                "estimation": method,
                "intercept": {"random": True, "level2": []},
                "slopes": [],
                "level1_variance": {},
            }
        }
    )


def with_columns(data, **level1):
    """The data with level-1 variables added."""
    columns = {**data.level1, **level1}
    catalogue = Catalogue(describe(columns, {}), data.catalogue.level2)
    return replace(data, level1=columns, catalogue=catalogue)


def estimates(solution):
    """(τ, α) of a solution, a homogeneous one's α0 = ln σ²."""
    if solution.alpha is None:
        return solution.tau, np.log([solution.sigma2])
    return solution.tau, np.array([each.est for each in solution.alpha])


def _equation(entry):
    return Equation(
        Term(entry["name"], CENTRING[entry["centering"]]),
        tuple(Term(each["name"], CENTRING[each["centering"]]) for each in entry["level2"]),
        random=entry["random"],
        covaries=entry.get("covaries", True),
    )
