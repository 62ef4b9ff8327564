"""Fits as inference that refits takes them, homogeneous first."""

from estimation.design import build_design
from estimation.fitting import fit_heterogeneous, fit_homogeneous
from estimation.spec import Likelihood
from estimation.standardise import standardise


def inferences(data, spec):
    """The homogeneous fit, then the one of the model asked for: the same without predictors."""
    design = build_design(data, spec)
    restricted = spec.likelihood is Likelihood.RESTRICTED
    first = fit_homogeneous(
        design, standardise(design), spec.settings, lambda *_: None, restricted=restricted
    )
    if not spec.heterogeneous:
        return first, first
    return first, fit_heterogeneous(first, spec.settings, lambda *_: None)
