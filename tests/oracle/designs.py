"""The designs of a reference case from its CSV files, without the package."""

import cases
import numpy as np
from dense import Data


def design(case):
    """y, X, Z, C and unit numbers of a case; X by level-2 equations, as the case lists them."""
    model, (path1, path2) = case["model"], cases.files(case)
    level1 = _columns(path1)
    unit_ids, unit = np.unique(level1["ID"], return_inverse=True)
    level2 = _spread(_columns(path2), unit_ids, unit) if path2 else {}
    intercept = {"name": "INTRCPT1", "centering": "none"} | model["intercept"]
    X, Z = [], []
    for equation in (intercept, *model["slopes"]):
        column = _centred(level1, equation, unit)
        X += [column, *(column * level2[term["name"]] for term in equation["level2"])]
        Z += [column] * equation["random"]
    predictors = model["level1_variance"].get("predictors", [])
    C = [np.ones(len(unit)), *((level1, level2)[p["level"] - 1][p["name"]] for p in predictors)]
    return Data(level1[model["outcome"]], *(np.column_stack(each) for each in (X, Z, C)), unit)


def _columns(path):
    rows = np.genfromtxt(path, delimiter=",", names=True, dtype=float)
    return {name: np.atleast_1d(rows[name]) for name in rows.dtype.names}


def _spread(level2, unit_ids, unit):
    order = np.argsort(level2["ID"])
    assert np.array_equal(level2["ID"][order], unit_ids)
    return {name: values[order][unit] for name, values in level2.items()}


def _centred(level1, term, unit):
    if term["name"] == "INTRCPT1":
        return np.ones(len(unit))
    column = level1[term["name"]]
    group = np.bincount(unit, column) / np.bincount(unit)
    return column - {"none": 0.0, "grand": column.mean(), "group": group[unit]}[term["centering"]]
