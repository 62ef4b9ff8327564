"""Descriptions of variables."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from estimation.spec.catalogue import Variable


def describe(
    columns: Mapping[str, NDArray[np.float64]], labels: Mapping[str, str]
) -> tuple[Variable, ...]:
    """Describe each variable over its non-missing values (SD with n - 1; 0 for n < 2)."""
    return tuple(_describe(name, values, labels.get(name, "")) for name, values in columns.items())


def _describe(name: str, values: NDArray[np.float64], label: str) -> Variable:
    present = values[~np.isnan(values)]
    if not present.size:
        return Variable(name, label, 0, None, None, None, None)
    sd = float(present.std(ddof=1)) if present.size > 1 else 0.0
    return Variable(
        name, label, present.size, float(present.mean()), sd, float(present.min()), float(present.max())
    )
