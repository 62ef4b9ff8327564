"""Small data with plausible values, in as many imputed files as a test needs."""

from dataclasses import replace

import numpy as np

from estimation.data import TwoLevelData
from estimation.data.describe import describe
from estimation.spec import Catalogue, Equation, ModelSpec, Term

INTERCEPT = Equation(Term("INTRCPT1"), (Term("W"),), random=True)
SPEC = ModelSpec("Y1", (INTERCEPT, Equation(Term("X"))))


def made(seed: int, name: str = "one.mdmx", n: int = 3, **changes) -> TwoLevelData:
    """Twelve units of eight rows; Y1 … Yn are draws of one outcome around what is known of it."""
    known, rng = np.random.default_rng(1), np.random.default_rng(seed)
    unit, w = np.repeat(np.arange(12), 8), np.arange(12) % 3.0
    x, u, r = known.normal(size=96), known.normal(size=12), known.normal(size=96)
    y = 1 + 0.5 * w[unit] + x + u[unit] + np.exp(0.4 * x) * r
    level1 = {"X": x} | {f"Y{k + 1}": y + rng.normal(scale=0.5, size=96) for k in range(n)}
    level1 |= changes
    catalogue = Catalogue(describe(level1, {}), describe({"W": w}, {}))
    ids = tuple(map(str, range(12)))
    return TwoLevelData(name, "ID", ids, np.arange(0, 97, 8), level1, {"W": w}, catalogue)


def plausible(spec: ModelSpec = SPEC, n: int = 3) -> ModelSpec:
    return replace(spec, plausible_values=tuple(f"Y{k + 1}" for k in range(n)))
