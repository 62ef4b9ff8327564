"""Estimation Settings: the likelihood, and the way to the model of the level-1 variance."""

from dataclasses import replace

from PySide6.QtWidgets import (
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.base import SpecDialog
from app.dialogs.heterogeneous import HeterogeneousDialog
from app.widgets.radio_choice import RadioChoice
from estimation.spec import Catalogue, Likelihood, ModelSpec
from estimation.spec.edits import set_variance_predictors

_HOMOGENEOUS = {
    Likelihood.RESTRICTED: "&Restricted maximum likelihood",
    Likelihood.FULL: "&Full maximum likelihood",
}
_HETEROGENEOUS = {
    Likelihood.RESTRICTED: "&Restricted maximum likelihood (ours)",
    Likelihood.FULL: "&Full maximum likelihood (HLM's rule)",
}


class EstimationDialog(SpecDialog):
    """Each kind of model has its own choice of likelihood; that of the kind at hand is shown.

    What the inner dialog accepts is kept here, and goes with this dialog's Cancel.
    """

    def __init__(
        self, spec: ModelSpec, catalogue: Catalogue, parent: QWidget | None = None
    ) -> None:
        super().__init__(spec, catalogue, "Estimation Settings - HLM2", parent)
        self._predictors = spec.variance_predictors
        settings = spec.settings
        self._homogeneous = RadioChoice(_HOMOGENEOUS, settings.likelihood)
        self._heterogeneous = RadioChoice(_HETEROGENEOUS, settings.heterogeneous_likelihood)
        self._shown = QStackedWidget()
        self._shown.addWidget(self._homogeneous)
        self._shown.addWidget(self._heterogeneous)
        self._entered = QLabel(wordWrap=True)
        self._lay_out()
        self._show_predictors()

    def spec(self) -> ModelSpec:
        """Give the specification with both likelihoods and the variance predictors."""
        settings = replace(
            self._given.settings,
            likelihood=self._homogeneous.value(),
            heterogeneous_likelihood=self._heterogeneous.value(),
        )
        return replace(set_variance_predictors(self._given, self._predictors), settings=settings)

    def _lay_out(self) -> None:
        likelihood = QGroupBox("Type of likelihood")
        QVBoxLayout(likelihood).addWidget(self._shown)
        button = QPushButton("&Heterogeneous sigma^2", autoDefault=False)
        button.clicked.connect(self._open_heterogeneous)
        variance = QWidget()
        row = QHBoxLayout(variance)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(button)
        row.addWidget(self._entered, 1)
        self.set_content(likelihood, variance)
        self.setMinimumWidth(480)

    def _open_heterogeneous(self) -> None:
        dialog = HeterogeneousDialog(self.spec(), self._catalogue, self)
        dialog.accepted.connect(lambda: self._enter(dialog.spec()))
        dialog.open()

    def _enter(self, spec: ModelSpec) -> None:
        self._predictors = spec.variance_predictors
        self._show_predictors()
        self.check()

    def _show_predictors(self) -> None:
        names = ", ".join(each.name for each in self._predictors)
        self._entered.setText(
            f"Predictors: {names}" if names else "None: one level-1 variance for all rows"
        )
        self._shown.setCurrentWidget(self._heterogeneous if names else self._homogeneous)
