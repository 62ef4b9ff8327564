"""What an analysis returns: frozen values, in the user's units, with nothing left to compute.

Estimates are full double precision.  What is not available is None, never NaN.
Index conventions: q level-1 coefficients with a random effect, f fixed effects, k level-1
variance coefficients, J units; vech τ runs by rows of the lower triangle (τ00, τ10, τ11, ...),
without the elements that are fixed at zero.
"""

from estimation.result.analysis import (
    Analysis,
    UnitRegression,
    UnitRegressions,
)
from estimation.result.certificate import (
    Certificate,
)
from estimation.result.extras import (
    EffectSizes,
    ExplainedVariance,
    Exploration,
    LatentEffect,
    LatentGamma,
    LatentRegression,
    Reduction,
    StandardisedEffect,
)
from estimation.result.pooled import (
    PooledAlpha,
    PooledAnalysis,
    PooledEffect,
    PooledElement,
    PooledEstimate,
    PooledHypothesis,
    PooledSolution,
    PooledTest,
    Pooling,
)
from estimation.result.solution import (
    Alpha,
    Convergence,
    EmpiricalBayes,
    FixedEffect,
    Reliability,
    Solution,
    VarianceCell,
    VarianceComponent,
)
from estimation.result.tests import (
    Bootstrap,
    BootstrapInterval,
    HomogeneityTest,
    HypothesisTest,
    ModelComparison,
    ProfileInterval,
    ScoreTest,
    Test,
    VarianceTest,
)

__all__ = [
    "Alpha",
    "Analysis",
    "Bootstrap",
    "BootstrapInterval",
    "Certificate",
    "Convergence",
    "EffectSizes",
    "EmpiricalBayes",
    "ExplainedVariance",
    "Exploration",
    "FixedEffect",
    "HomogeneityTest",
    "HypothesisTest",
    "LatentEffect",
    "LatentGamma",
    "LatentRegression",
    "ModelComparison",
    "PooledAlpha",
    "PooledAnalysis",
    "PooledEffect",
    "PooledElement",
    "PooledEstimate",
    "PooledHypothesis",
    "PooledSolution",
    "PooledTest",
    "Pooling",
    "ProfileInterval",
    "Reduction",
    "Reliability",
    "ScoreTest",
    "Solution",
    "StandardisedEffect",
    "Test",
    "UnitRegression",
    "UnitRegressions",
    "VarianceCell",
    "VarianceComponent",
    "VarianceTest",
]
