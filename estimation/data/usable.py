"""What models see of two levels of columns: the numbers, and why other columns are left out."""

from estimation.data.dataset import NumberColumns, TwoLevelData
from estimation.data.report import JoinReport
from estimation.data.table import Field, Levels
from estimation.spec.catalogue import Catalogue, Structure, Variable
from estimation.spec.model import INTRCPT1, INTRCPT2

Variables = tuple[tuple[Variable, ...], tuple[Variable, ...]]


def two_level_data(
    name: str,
    levels: Levels,
    variables: Variables,
    report: JoinReport,
    structure: Structure,
) -> TwoLevelData:
    """Return the data that models use; `variables` describe the columns of each level."""
    chosen = [[each.name for each in usable(levels, level)] for level in (1, 2)]
    described = [
        tuple(each for each in of_level if each.name in set(names))
        for of_level, names in zip(variables, chosen, strict=True)
    ]
    out = left_out(levels)
    return TwoLevelData(
        name=name,
        id_name=levels.id_name,
        unit_ids=levels.unit_ids,
        offsets=levels.offsets,
        level1=NumberColumns(levels.level1, chosen[0]),
        level2=NumberColumns(levels.level2, chosen[1]),
        catalogue=Catalogue(described[0], described[1], out, structure),
        report=(*report.messages, *(f"{each} is left out: {why}." for each, why in out)),
        levels=levels,
    )


def usable(levels: Levels, level: int) -> tuple[Field, ...]:
    """Return the columns of a level that a model can use."""
    return tuple(each for each in levels.fields(level) if not unusable(each))


def unusable(field: Field) -> str:
    """Say why a column cannot be a variable; empty if it can."""
    if field.name in (INTRCPT1, INTRCPT2):
        return f"column {field.name} has the name of an intercept; rename it"
    if field.note:
        return field.note
    return "" if field.numeric else "it is text; a data step can make dummy variables of it"


def left_out(levels: Levels) -> tuple[tuple[str, str], ...]:
    """Name the columns that cannot be variables, and say why."""
    fields = [field for level in (2, 1) for field in levels.fields(level)]
    return tuple({each.name: reason for each in fields if (reason := unusable(each))}.items())
