"""The designs of a reference case from its CSV files, without the package."""

import cases
import numpy as np
from dense import Data


def design(case):
    """Arrays of a case; X by level-2 equations, as the case lists them, equal γ's added up.

    `data.derived` are new level-1 columns a + b x, given as [a, b, "x"].
    """
    model, (path1, path2) = case["model"], cases.files(case)
    level1 = _columns(path1)
    for name, (a, b, x) in case["data"].get("derived", {}).items():
        level1[name] = a + b * level1[x]
    unit_ids, unit = np.unique(level1["ID"], return_inverse=True)
    units = _by_unit(_columns(path2), unit_ids) if path2 else {}
    level2 = {name: values[unit] for name, values in units.items()}
    X, Z = [], []
    for equation in equations(model):
        column = _centred(level1, equation, unit)
        X += [column, *(column * level2[term["name"]] for term in equation["level2"])]
        Z += [column] * equation["random"]
    predictors = model["level1_variance"].get("predictors", [])
    C = [np.ones(len(unit)), *((level1, level2)[p["level"] - 1][p["name"]] for p in predictors)]
    X, Z, C = (np.column_stack(each) for each in (X, Z, C))
    weights = _weights(model.get("weighting", {}), level1, units, unit)
    return Data(level1[model["outcome"]], X @ equal(model), Z, C, unit, *weights)


def equations(model):
    """The level-2 equations, that of INTRCPT1 first."""
    return [{"name": "INTRCPT1", "centering": "none"} | model["intercept"], *model["slopes"]]


def gamma_names(model):
    """(coefficient, predictor) of every γ."""
    for equation in equations(model):
        yield equation["name"], "INTRCPT2"
        yield from ((equation["name"], term["name"]) for term in equation["level2"])


def equal(model):
    """R (f, f_free) with γ = R γ_free."""
    names = list(gamma_names(model))
    R = np.eye(len(names))
    for group in model.get("constraints", []):
        first, *others = sorted(names.index(tuple(name)) for name in group)
        R[:, first] += R[:, others].sum(axis=1)
        R[:, others] = 0
    return R[:, R.any(axis=0)]


def blocks(model):
    """The random effects in sets that covary within."""
    random = [each for each in equations(model) if each["random"]]
    alone = [model.get("diagonal_tau") or not each.get("covaries", True) for each in random]
    together = tuple(a for a, each in enumerate(alone) if not each)
    return ((together,) if together else ()) + tuple((a,) for a, each in enumerate(alone) if each)


def given(model):
    """The given value of ln σ², None where it is estimated."""
    if "known_variance" in model.get("weighting", {}):
        return 0.0
    return np.log(model["fixed_sigma2"]) if "fixed_sigma2" in model else None


def _weights(weighting, level1, units, unit):
    """Offset of ln σ² and the design weights of rows and units, None where there are none."""
    offset = a = b = None
    if "precision" in weighting:
        offset = -np.log(level1[weighting["precision"]])
    if "known_variance" in weighting:
        offset = np.log(level1[weighting["known_variance"]])
    if "level1" in weighting:
        a = level1[weighting["level1"]["name"]]
        if weighting["level1"]["normalised"]:
            a = a / (np.bincount(unit, a) / np.bincount(unit))[unit]
    if "level2" in weighting:
        b = units[weighting["level2"]["name"]]
        b = b / b.mean() if weighting["level2"]["normalised"] else b
    return offset, a, b


def _columns(path):
    rows = np.genfromtxt(path, delimiter=",", names=True, dtype=float)
    return {name: np.atleast_1d(rows[name]) for name in rows.dtype.names}


def _by_unit(level2, unit_ids):
    order = np.argsort(level2["ID"])
    assert np.array_equal(level2["ID"][order], unit_ids)
    return {name: values[order] for name, values in level2.items()}


def _centred(level1, term, unit):
    if term["name"] == "INTRCPT1":
        return np.ones(len(unit))
    column = level1[term["name"]]
    group = np.bincount(unit, column) / np.bincount(unit)
    return column - {"none": 0.0, "grand": column.mean(), "group": group[unit]}[term["centering"]]
