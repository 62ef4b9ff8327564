"""The model as a value: what it is, how it is edited, checked, and written down."""

from estimation.spec.catalogue import Catalogue, Structure, Variable
from estimation.spec.checks import Problem, problems, require_runnable
from estimation.spec.model import (
    INTRCPT1,
    INTRCPT2,
    Centring,
    Equation,
    ModelSpec,
    Term,
    VariancePredictor,
)
from estimation.spec.settings import Likelihood, Settings

__all__ = [
    "INTRCPT1",
    "INTRCPT2",
    "Catalogue",
    "Centring",
    "Equation",
    "Likelihood",
    "ModelSpec",
    "Problem",
    "Settings",
    "Structure",
    "Term",
    "Variable",
    "VariancePredictor",
    "problems",
    "require_runnable",
]
