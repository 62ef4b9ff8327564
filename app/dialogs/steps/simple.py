"""The forms of steps that are told by a variable or two, a name, and a choice."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, ClassVar

from PySide6.QtWidgets import QLineEdit, QSpinBox

from app.dialogs.steps.form import StepForm
from app.dialogs.steps.inputs import Incomplete, NameField, VariableBox, read_number, written
from app.widgets.radio_choice import RadioChoice
from estimation.data.steps import (
    Around,
    Centred,
    GroupMean,
    GroupSD,
    GroupSize,
    Lag,
    Logarithm,
    Product,
    Rename,
    SquareRoot,
    Standardised,
)
from estimation.errors import DataError

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from estimation.data.steps import Step
    from estimation.data.table import Levels

_MOST_ROWS = 9999


class _VariableForm(StepForm):
    """A variable and the name of the new one, which is proposed after it."""

    of_levels: ClassVar[tuple[int, ...]] = (1, 2)
    texts: ClassVar[bool] = False
    none: ClassVar[str] = ""
    variable_label: ClassVar[str] = "&Variable"
    name_label: ClassVar[str] = "Name of the &new variable"

    def __init__(self, levels: Levels, executor: Executor) -> None:
        super().__init__(levels, executor)
        self.variable = VariableBox(levels, self.of_levels, texts=self.texts, none=self.none)
        self.add_row(self.variable_label, self.variable)
        self.lay_out()
        self.new_name = NameField()
        self.add_row(self.name_label, self.new_name)
        self.variable.chosen.connect(self.follow)
        self.new_name.textChanged.connect(self.changed)
        self.follow()

    def lay_out(self) -> None:
        """Put rows between the variable and the name."""

    def proposal(self) -> str:
        """Return the name to propose; raises Incomplete, DataError."""
        raise NotImplementedError

    def new_level(self) -> int:
        """Level of the new variable."""
        return self.variable.level()

    def follow(self) -> None:
        """Propose a name for what is chosen now."""
        with suppress(Incomplete, DataError):
            self.new_name.propose(self.proposal(), self.taken(self.new_level()))
        self.changed.emit()


class GroupMeanForm(_VariableForm):
    """Group mean."""

    explained = (
        "The mean of a level-1 variable in each unit becomes a level-2 variable. Rows without a "
        "value do not count."
    )
    of_levels = (1,)
    suffix: ClassVar[str] = "MEAN"

    def step(self) -> Step:
        """Return the step."""
        return GroupMean(self.variable.name(), self.new_name.name())

    def show_step(self, step: Step) -> None:
        """Fill the form."""
        assert isinstance(step, GroupMean | GroupSD)
        self.variable.choose(step.variable)
        self.new_name.take(step.name)

    def proposal(self) -> str:
        """Propose SES_MEAN."""
        return f"{self.variable.name()}_{self.suffix}"

    def new_level(self) -> int:
        """Of level 2."""
        return 2


class GroupSDForm(GroupMeanForm):
    """Group standard deviation."""

    explained = (
        "How much a level-1 variable varies within each unit becomes a level-2 variable. It is "
        "missing for units with fewer than two values."
    )
    suffix = "SD"

    def step(self) -> Step:
        """Return the step."""
        return GroupSD(self.variable.name(), self.new_name.name())


class GroupSizeForm(_VariableForm):
    """Group size."""

    explained = "The number of rows of each unit becomes a level-2 variable."
    of_levels = (1,)
    texts = True
    none = "All rows"
    variable_label = "&Rows with a value of"

    def step(self) -> Step:
        """Return the step."""
        return GroupSize(self.new_name.name(), self.variable.name())

    def show_step(self, step: Step) -> None:
        """Fill the form."""
        assert isinstance(step, GroupSize)
        self.variable.choose(step.variable)
        self.new_name.take(step.name)

    def proposal(self) -> str:
        """Propose N_ROWS or SES_N."""
        name = self.variable.name()
        return f"{name}_N" if name else "N_ROWS"

    def new_level(self) -> int:
        """Of level 2."""
        return 2


class CentredForm(_VariableForm):
    """Centred copy."""

    explained = (
        "A copy of a variable less its mean. For the predictors of a model this is not needed: "
        "the model centres them itself, on the rows that it uses."
    )
    makes: ClassVar[type[Centred | Standardised]] = Centred
    names: ClassVar[dict[Around, str]] = {Around.GRAND: "{}_GRAND", Around.GROUP: "{}_GROUP"}
    words: ClassVar[dict[Around, str]] = {
        Around.GRAND: "&Grand mean: that of all rows or units",
        Around.GROUP: "Gro&up mean: that of each unit",
    }
    label: ClassVar[str] = "Centre around the"

    def lay_out(self) -> None:
        """Put the choice of the mean in."""
        self._around = RadioChoice(self.words, Around.GRAND)
        self._around.changed.connect(self.follow)
        self.add_row(self.label, self._around)

    def step(self) -> Step:
        """Return the step."""
        variable, name = self.variable.name(), self.new_name.name()
        return self.makes(variable, name, self.variable.level(), self._around.value())

    def show_step(self, step: Step) -> None:
        """Fill the form."""
        assert isinstance(step, Centred | Standardised)
        self.variable.choose(step.variable, step.level)
        self._around.choose(step.around)
        self.new_name.take(step.name)

    def proposal(self) -> str:
        """Propose SES_GRAND."""
        return self.names[self._around.value()].format(self.variable.name())

    def follow(self) -> None:
        """Offer the group mean for level-1 variables only."""
        with suppress(Incomplete, DataError):
            of_units = self.variable.level() == 2
            if of_units:
                self._around.choose(Around.GRAND)
            self._around.setEnabled(not of_units)
        super().follow()


class StandardisedForm(CentredForm):
    """Standardised copy."""

    explained = "A copy of a variable with mean 0 and standard deviation 1."
    makes = Standardised
    names = {Around.GRAND: "Z_{}", Around.GROUP: "Z_{}_GROUP"}  # noqa: RUF012 - as annotated above
    words = {  # noqa: RUF012 - as annotated above
        Around.GRAND: "&all rows or units",
        Around.GROUP: "the rows of each &unit",
    }
    label = "Mean 0, SD 1 over"


class ProductForm(_VariableForm):
    """Product."""

    explained = (
        "Two variables multiplied, an interaction for instance. Of a level-1 and a level-2 "
        "variable the product is one of level 1."
    )

    def lay_out(self) -> None:
        """Put the other factor in."""
        self._other = VariableBox(self.levels)
        self._other.chosen.connect(self.follow)
        self.add_row("Multiplied &by", self._other)

    def step(self) -> Step:
        """Return the step."""
        one, other = self.variable, self._other
        names = one.name(), other.name(), self.new_name.name()
        return Product(*names, one.level(), other.level())

    def show_step(self, step: Step) -> None:
        """Fill the form."""
        assert isinstance(step, Product)
        self.variable.choose(step.variable, step.level)
        self._other.choose(step.other, step.other_level)
        self.new_name.take(step.name)

    def proposal(self) -> str:
        """Propose SES_X_FEMALE."""
        return f"{self.variable.name()}_X_{self._other.name()}"

    def new_level(self) -> int:
        """Return the lower of both levels."""
        return min(self.variable.level(), self._other.level())


class LogarithmForm(_VariableForm):
    """Logarithm."""

    explained = (
        "The natural logarithm, ln(x + c). It draws in a long tail to the right. There is none of "
        "0 or below; a constant c can be added first."
    )
    makes: ClassVar[type[Logarithm | SquareRoot]] = Logarithm
    prefix: ClassVar[str] = "LN"

    def lay_out(self) -> None:
        """Put the constant in."""
        self._shift = QLineEdit("0")
        self._shift.textChanged.connect(self.changed)
        self.add_row("&Add a constant c", self._shift)

    def step(self) -> Step:
        """Return the step."""
        shift = read_number(self._shift.text() or "0", "The constant c")
        variable, name = self.variable.name(), self.new_name.name()
        return self.makes(variable, name, self.variable.level(), shift)

    def show_step(self, step: Step) -> None:
        """Fill the form."""
        assert isinstance(step, Logarithm | SquareRoot)
        self.variable.choose(step.variable, step.level)
        self._shift.setText(written(step.shift))
        self.new_name.take(step.name)

    def proposal(self) -> str:
        """Propose LN_SES."""
        return f"{self.prefix}_{self.variable.name()}"


class SquareRootForm(LogarithmForm):
    """Square root."""

    explained = (
        "The square root, √(x + c), for counts for instance. There is none below 0; a constant c "
        "can be added first."
    )
    makes = SquareRoot
    prefix = "SQRT"


class LagForm(_VariableForm):
    """Lag."""

    explained = (
        "The value of an earlier row of the same unit, for repeated measures. The first rows of a "
        "unit have none."
    )
    of_levels = (1,)

    def lay_out(self) -> None:
        """Put in by how many rows, and in which order."""
        self._by = QSpinBox(minimum=1, maximum=_MOST_ROWS)
        self._by.setSuffix(" row(s) before")
        self._by.valueChanged.connect(self.follow)
        self._order = VariableBox(self.levels, (1,), none="As the rows stand")
        self._order.chosen.connect(self.changed)
        self.add_row("&By", self._by)
        self.add_row("In the order o&f", self._order)

    def step(self) -> Step:
        """Return the step."""
        variable, order = self.variable.name(), self._order.name()
        return Lag(variable, self.new_name.name(), self._by.value(), order)

    def show_step(self, step: Step) -> None:
        """Fill the form."""
        assert isinstance(step, Lag)
        self.variable.choose(step.variable)
        self._by.setValue(step.by)
        self._order.choose(step.order)
        self.new_name.take(step.name)

    def proposal(self) -> str:
        """Propose SES_LAG1."""
        return f"{self.variable.name()}_LAG{self._by.value()}"


class RenameForm(_VariableForm):
    """Rename."""

    explained = "Calls a variable otherwise. Its label and its values stay."
    texts = True
    name_label = "&New name"

    def step(self) -> Step:
        """Return the step."""
        name = self.new_name.name()
        if name == self.variable.name():
            raise Incomplete("Enter the new name.")
        return Rename(self.variable.name(), name, self.variable.level())

    def show_step(self, step: Step) -> None:
        """Fill the form."""
        assert isinstance(step, Rename)
        self.variable.choose(step.variable, step.level)
        self.new_name.take(step.name)

    def proposal(self) -> str:
        """Begin with the old name."""
        return self.variable.name()

    def follow(self) -> None:
        """Begin with the old name, although it is taken."""
        with suppress(Incomplete, DataError):
            self.new_name.propose(self.proposal(), ())
        self.changed.emit()
