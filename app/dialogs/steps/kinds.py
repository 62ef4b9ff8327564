"""Which kinds of data steps are offered, in plain words, and the form of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from app.dialogs.steps.dummies import DummiesForm
from app.dialogs.steps.recode import RecodeForm
from app.dialogs.steps.rows import FilterForm
from app.dialogs.steps.simple import (
    CentredForm,
    GroupMeanForm,
    GroupSDForm,
    GroupSizeForm,
    LagForm,
    LogarithmForm,
    ProductForm,
    RenameForm,
    SquareRootForm,
    StandardisedForm,
)
from estimation.data.steps import (
    Centred,
    Dummies,
    Filter,
    GroupMean,
    GroupSD,
    GroupSize,
    Lag,
    Logarithm,
    Product,
    Recode,
    Rename,
    SquareRoot,
    Standardised,
)

if TYPE_CHECKING:
    from app.dialogs.steps.form import StepForm
    from estimation.data.steps import Step


class Offer(NamedTuple):
    """A kind of step as a menu offers it."""

    words: str
    makes: type[Step]
    form: type[StepForm]

    @property
    def title(self) -> str:
        """The words without the mark of the mnemonic."""
        return self.words.replace("&", "")


# In groups, between which the menu has a line.
OFFERS = (
    (
        Offer("&Group mean (level 1 to level 2)", GroupMean, GroupMeanForm),
        Offer("Group st&andard deviation (level 1 to level 2)", GroupSD, GroupSDForm),
        Offer("Group si&ze (level 1 to level 2)", GroupSize, GroupSizeForm),
    ),
    (
        Offer("&Dummy variables", Dummies, DummiesForm),
        Offer("&Recode", Recode, RecodeForm),
    ),
    (
        Offer("&Centred copy", Centred, CentredForm),
        Offer("&Standardised copy", Standardised, StandardisedForm),
        Offer("&Product of two variables", Product, ProductForm),
        Offer("&Logarithm", Logarithm, LogarithmForm),
        Offer("S&quare root", SquareRoot, SquareRootForm),
        Offer("Lag (&earlier row of the unit)", Lag, LagForm),
    ),
    (
        Offer("&Filter rows", Filter, FilterForm),
        Offer("Re&name a variable", Rename, RenameForm),
    ),
)


def offer_of(step: Step) -> Offer:
    """Return the kind of a step."""
    return next(each for group in OFFERS for each in group if each.makes is type(step))
