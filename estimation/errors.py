"""What can go wrong, in words that name the thing and the remedy.

Wrong input raises one of these before any arithmetic.  That a fit did not converge
or ended at a boundary is not an error: it is an outcome, carried in the result.
"""


class EstimationError(Exception):
    """Base of every error that `estimation` raises on purpose; its text is for the user.

    `variable` is the name of one at fault, `keyword` the command file's option that asks for it.
    """

    def __init__(
        self, message: str = "", variable: str | None = None, keyword: str | None = None
    ) -> None:
        super().__init__(message)
        self.variable, self.keyword = variable, keyword


class DataError(EstimationError):
    """A data file or a variable cannot be used as it is."""


class FileError(EstimationError):
    """A file cannot be read or written."""


class SpecError(EstimationError):
    """A model or a command file asks for something impossible or unknown."""


class NumericalError(EstimationError):
    """The model has no estimate on these data, or arithmetic broke down; names unit and step."""
