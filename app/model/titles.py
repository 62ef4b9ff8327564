"""What an output is called until the user gives it another name."""

from collections.abc import Collection
from itertools import count

from estimation.spec import INTRCPT1, ModelSpec, Settings


def title_of(spec: ModelSpec) -> str:
    """Title of the model or, without one, "MATHACH on FEMALE, SECTOR; σ² on FEMALE"."""
    if spec.settings.title != Settings().title:
        return spec.settings.title
    level1 = [each.name for each in spec.equations if each.name != INTRCPT1]
    level2 = [term.name for each in spec.equations for term in each.predictors]
    variance = [each.name for each in spec.variance_predictors]
    mean = " on ".join(filter(None, [spec.outcome or "", _listed(level1 + level2)]))
    return f"{mean}; σ² on {_listed(variance)}" if variance else mean


def distinct(title: str, taken: Collection[str]) -> str:
    """Add a number to a title that is taken."""
    if title not in taken:
        return title
    return next(each for n in count(2) if (each := f"{title} ({n})") not in taken)


def _listed(names: list[str]) -> str:
    return ", ".join(dict.fromkeys(names))
