"""Descriptions of variables."""

from collections.abc import Mapping

import numpy as np

from estimation.arrays import Array
from estimation.spec.catalogue import Variable


def describe(columns: Mapping[str, Array], labels: Mapping[str, str]) -> tuple[Variable, ...]:
    """Describe each variable over its non-missing values (SD with n - 1; 0 for n < 2)."""
    return tuple(_describe(name, values, labels.get(name, "")) for name, values in columns.items())


def _describe(name: str, values: Array, label: str) -> Variable:
    present = values[~np.isnan(values)]
    if not present.size:
        return Variable(name, label, 0, None, None, None, None)
    sd = float(present.std(ddof=1)) if present.size > 1 else 0.0
    mean, low, high = float(present.mean()), float(present.min()), float(present.max())
    return Variable(name, label, present.size, mean, sd, low, high)
