"""Fits as `Inference`, and the models of effects.R."""

from functools import cache

from refits import inferences

from estimation.examples import hsb
from estimation.spec import (
    INTRCPT1,
    Centring,
    Equation,
    Latent,
    Likelihood,
    ModelSpec,
    Settings,
    Term,
)


def fitted(data, spec):
    """The fit of the model asked for."""
    return inferences(data, spec)[1]


@cache
def fitted_hsb(spec):
    """A fit to High School & Beyond, once a session."""
    return fitted(hsb(), spec)


ML = Settings(likelihood=Likelihood.FULL)
NULL = ModelSpec("MATHACH", (Equation(Term(INTRCPT1), random=True),), settings=ML)
INTERCEPTS = ModelSpec(
    "MATHACH",
    (
        Equation(Term(INTRCPT1), (Term("SECTOR"), Term("MEANSES")), random=True),
        Equation(Term("SES", Centring.GROUP)),
    ),
    settings=ML,
)
SLOPES = ModelSpec(
    "MATHACH",
    (
        Equation(
            Term(INTRCPT1),
            (Term("SECTOR"), Term("MEANSES")),
            random=True,
            candidates=("SIZE", "PRACAD"),
            latent=Latent.PREDICTOR,
        ),
        Equation(
            Term("SES", Centring.GROUP),
            (Term("SECTOR"),),
            random=True,
            candidates=("SIZE", "PRACAD"),
            latent=Latent.OUTCOME,
        ),
    ),
    settings=ML,
)
