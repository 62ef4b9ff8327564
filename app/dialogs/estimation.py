"""Estimation Settings: the likelihood, and the way to the model of the level-1 variance."""

from dataclasses import replace

from PySide6.QtWidgets import (
    QDialogButtonBox,
    QGroupBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.dialogs.base import SpecDialog
from app.dialogs.heterogeneous import HeterogeneousDialog
from app.theme import scaled
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
_TIPS = {
    Likelihood.RESTRICTED: "Variances allow for the fixed effects being estimated from the same "
    "data; models with different fixed effects cannot be compared by their deviances",
    Likelihood.FULL: "Fixed effects and variances are estimated together; models with different "
    "fixed effects can be compared by their deviances",
}
_HETEROGENEOUS_TIPS = {
    Likelihood.RESTRICTED: "Beyond HLM: restricted maximum likelihood with predictors of level-1 "
    "variance, as this program adds it",
    Likelihood.FULL: "As HLM does: a model with predictors of level-1 variance is always estimated "
    "by full maximum likelihood, and so is the homogeneous one beside it",
}
_RULE = (
    "With predictors of level-1 variance HLM uses full maximum likelihood; "
    "the choice without them is kept separately."
)


class EstimationDialog(SpecDialog):
    """Each kind of model has its own choice of likelihood; that of the kind at hand is shown.

    What the inner dialog accepts is kept here, and goes with this dialog's Cancel.
    """

    help_page = "estimation-settings"

    def __init__(
        self, spec: ModelSpec, catalogue: Catalogue, parent: QWidget | None = None
    ) -> None:
        super().__init__(spec, catalogue, "Estimation Settings - HLM2", parent)
        self._predictors = spec.variance_predictors
        settings = spec.settings
        self._homogeneous = RadioChoice(_HOMOGENEOUS, settings.likelihood, _TIPS)
        self._heterogeneous = RadioChoice(
            _HETEROGENEOUS, settings.heterogeneous_likelihood, _HETEROGENEOUS_TIPS
        )
        self._rule = QLabel(_RULE, wordWrap=True)
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
        column = QVBoxLayout(likelihood)
        for part in (self._homogeneous, self._heterogeneous, self._rule):
            column.addWidget(part)
        button = QPushButton("&Heterogeneous sigma^2")
        button.setToolTip("Choose what the level-1 variance depends on")
        button.clicked.connect(self._open_heterogeneous)
        variance = QWidget()
        row = QHBoxLayout(variance)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(button)
        row.addWidget(self._entered, 1)
        self.set_content(likelihood, variance)
        self.setMinimumWidth(scaled(480))

    def _open_heterogeneous(self) -> None:
        dialog = HeterogeneousDialog(self.spec(), self._catalogue, self)
        dialog.accepted.connect(lambda: self._enter(dialog.spec()))
        dialog.help_asked.connect(self.help_asked)
        dialog.open()

    def _enter(self, spec: ModelSpec) -> None:
        self._predictors = spec.variance_predictors
        self._show_predictors()
        self.check()
        self._buttons.button(QDialogButtonBox.StandardButton.Ok).setFocus()

    def _show_predictors(self) -> None:
        names = ", ".join(each.name for each in self._predictors)
        self._entered.setText(
            f"Predictors: {names}" if names else "None: one level-1 variance for all rows"
        )
        self._homogeneous.setVisible(not names)
        for part in (self._heterogeneous, self._rule):
            part.setVisible(bool(names))
