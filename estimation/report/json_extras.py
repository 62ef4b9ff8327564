"""Fields of the JSON result beside the tables: what was specified, tests, and effect sizes.

Where a result is a dataclass its fields are the names in the JSON.
"""

from dataclasses import asdict
from typing import Any

import numpy as np

from estimation.arrays import Array
from estimation.report.options import fixed_at_zero
from estimation.result import ModelComparison, PooledSolution, Solution
from estimation.spec import ModelSpec


def spec_extras(spec: ModelSpec) -> dict[str, Any]:
    """Return what the model specifies beyond its equations."""
    weighted = any(spec.weighting.variables())
    return {
        "constraints": [[each._asdict() for each in group] for group in spec.constraints],
        "fixed_sigma2": spec.settings.fixed_sigma2,
        "tau_blocks": [list(block) for block in spec.blocks],
        "weighting": asdict(spec.weighting) if weighted else None,
        "deletion": [{"level": level, "name": name} for level, name in spec.deletion],
        "df_method": spec.settings.degrees_of_freedom.value,
    }


def solution_extras(solution: Solution) -> dict[str, Any]:
    """Return tests and effect sizes of one solution; what was not asked for is null or empty."""
    latent, effects = solution.latent, solution.effect_sizes
    return {
        "certificate": asdict(solution.convergence.certificate),
        "wald": solution.wald and asdict(solution.wald),
        "hypotheses": [asdict(each) for each in solution.hypotheses],
        "comparison": solution.comparison and _comparison(solution.comparison),
        "explorations": [asdict(each) for each in solution.explorations],
        "latent": latent and asdict(latent),
        "effect_sizes": effects and asdict(effects),
    }


def tau_se(spec: ModelSpec, solution: Solution | PooledSolution) -> Array | None:
    """Return the standard errors of τ, NaN for what is fixed at zero."""
    if solution.tau_se is None:
        return None
    return np.where(fixed_at_zero(spec, solution.random), np.nan, solution.tau_se)


def _comparison(it: ModelComparison) -> dict[str, Any]:
    none: dict[str, Any] = dict.fromkeys(("chisq", "df", "p"))
    test = none if it.test is None else asdict(it.test)
    return {"m2ll": it.m2ll, "n_parameters": it.n_parameters, **test, "note": it.note}
