"""The cases of structures/*.json, which make_structures.R made."""

import json

import cases
import numpy as np

FOLDER = cases.HERE / "structures"
# Files whose cases hold a whole fit under `expected`.
FITTED = ("tau", "fixed_sigma2", "constraints", "precision", "known_variance")


def load(*names):
    """All cases of some files."""
    texts = ((FOLDER / f"{name}.json").read_text(encoding="utf-8") for name in names)
    return [case for text in texts for case in json.loads(text)["cases"]]


def ids(case):
    """Name of a case, for pytest."""
    return case["id"]


def numbers(entry, field):
    """A field as an array: R writes a vector of one number as a number."""
    return np.atleast_1d(np.array(entry[field], dtype=float))
