"""One run, from data and model to everything that is reported."""

from estimation.data import TwoLevelData
from estimation.progress import Observer, ignore
from estimation.result import Analysis
from estimation.spec import ModelSpec


def run(data: TwoLevelData, spec: ModelSpec, observer: Observer = ignore) -> Analysis:
    """Fit the model (homogeneous first where variance predictors are entered) and infer.

    Raises SpecError when the model cannot be run, DataError when no rows are left,
    NumericalError when the likelihood has no maximum; `observer` may raise Cancelled.
    """
    raise AssertionError("the estimator is being written")
