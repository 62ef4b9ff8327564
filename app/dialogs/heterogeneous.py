"""Which variables predict the level-1 variance."""

from collections.abc import Iterator

from PySide6.QtWidgets import QLabel, QWidget

from app.dialogs.base import SpecDialog
from app.theme import scaled
from app.widgets.transfer_list import Choice, TransferList
from estimation.spec import Catalogue, ModelSpec, VariancePredictor
from estimation.spec.edits import set_variance_predictors


class HeterogeneousDialog(SpecDialog):
    """Two lists: variables of both levels, and those of them that predict ln σ²_ij."""

    help_page = "heterogeneous-sigma2"

    def __init__(
        self, spec: ModelSpec, catalogue: Catalogue, parent: QWidget | None = None
    ) -> None:
        title = "Heterogeneous sigma^2: Predictors of level-1 variance"
        super().__init__(spec, catalogue, title, parent)
        self._lists = TransferList(
            ("&Possible Choices", _choices(spec, catalogue)),
            ("Predictors of level-1 &variance", spec.variance_predictors),
        )
        self._lists.changed.connect(self.check)
        self.set_content(
            QLabel("Double-click a variable, or press Space, to move it across."), self._lists
        )
        self.resize(scaled(560), scaled(380))

    def spec(self) -> ModelSpec:
        """Give the specification with the predictors chosen."""
        chosen = (each for each in self._lists.chosen() if isinstance(each, VariancePredictor))
        return set_variance_predictors(self._given, tuple(chosen))


def _choices(spec: ModelSpec, catalogue: Catalogue) -> Iterator[Choice]:
    """Yield every variable but the outcome, and predictors that the data do not have.

    Only the outcome is left out, not a level-2 variable of the same name.
    """
    outcome = VariancePredictor(spec.outcome or "")
    known = [(1, each) for each in catalogue.level1] + [(2, each) for each in catalogue.level2]
    for level, variable in known:
        predictor = VariancePredictor(variable.name, level)
        if predictor != outcome or predictor in spec.variance_predictors:
            yield Choice(predictor, _text(predictor), variable.label)
    for predictor in spec.variance_predictors:
        if predictor.name not in catalogue.names(predictor.level):
            yield Choice(predictor, _text(predictor), "Not in the data")


def _text(predictor: VariancePredictor) -> str:
    return predictor.name if predictor.level == 1 else f"{predictor.name}  (level 2)"
