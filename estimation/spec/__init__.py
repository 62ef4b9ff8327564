"""The model as a value: what it is, how it is edited, checked, and written down."""

from estimation.spec.catalogue import Catalogue, Structure, Variable
from estimation.spec.checks import problems, require_runnable
from estimation.spec.model import (
    INTRCPT1,
    INTRCPT2,
    Centring,
    Equation,
    GammaName,
    Hypothesis,
    Latent,
    ModelSpec,
    Term,
    VariancePredictor,
    Weight,
    Weighting,
)
from estimation.spec.problem import Problem
from estimation.spec.settings import Comparison, DegreesOfFreedom, Likelihood, Scale, Settings

__all__ = [
    "INTRCPT1",
    "INTRCPT2",
    "Catalogue",
    "Centring",
    "Comparison",
    "DegreesOfFreedom",
    "Equation",
    "GammaName",
    "Hypothesis",
    "Latent",
    "Likelihood",
    "ModelSpec",
    "Problem",
    "Scale",
    "Settings",
    "Structure",
    "Term",
    "Variable",
    "VariancePredictor",
    "Weight",
    "Weighting",
    "problems",
    "require_runnable",
]
