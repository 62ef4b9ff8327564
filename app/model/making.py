"""What is entered to make a data file, and what follows from it and from the files read.

Free of arrays and of widgets: a `Draft` is what the user wishes, `Found` what the files hold.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING
from unicodedata import category

from estimation.data.recipe import Missing, Recipe, Source
from estimation.spec.catalogue import Structure
from estimation.spec.places import with_our_suffix

if TYPE_CHECKING:  # loaded with the first data, not with the window
    from estimation.data.make import Stamp
    from estimation.data.steps import Step
    from estimation.data.table import Field, Table

Names = tuple[str, ...]


@dataclass(frozen=True)
class Fact:
    """A column of a file: its values in words, how many are missing, why it is no variable."""

    field: Field
    values: str
    n_missing: int
    why: str = ""

    @property
    def name(self) -> str:
        """How it is called."""
        return self.field.name


@dataclass(frozen=True, eq=False)
class FileRead:
    """A file that was read: of which kind it is ("SPSS"), the sheets of a workbook, its columns."""

    source: Source
    kind: str
    sheets: Names
    table: Table
    stamp: Stamp
    facts: tuple[Fact, ...]

    @property
    def names(self) -> Names:
        """Names of its columns."""
        return tuple(each.name for each in self.facts)


@dataclass(frozen=True, eq=False)
class Found:
    """The files of a draft, without `level2` one for both levels, and the IDs that link them.

    An ID is empty where none is known.  `fixed` are the columns of the one file that do not vary
    within units.  `swapped` tells that the ID is unique at level 1 and repeated at level 2.
    """

    level1: FileRead
    level2: FileRead | None = None
    id1: str = ""
    id2: str = ""
    fixed: frozenset[str] = frozenset()
    swapped: bool = False

    def file(self, level: int) -> FileRead:
        """Return the file that holds a level."""
        return self.level2 if level == 2 and self.level2 is not None else self.level1

    def id_name(self, level: int) -> str:
        """Return the ID in the file that holds a level."""
        return self.id2 if level == 2 and self.level2 is not None else self.id1


@dataclass(frozen=True)
class Draft:
    """What the user wishes; what is None or empty is found out from the files.

    `target` is what was entered as name of the data file.  `given` tells that the draft is a recipe
    that was made before, which is kept to the letter: no variables are all columns, and
    one that is gone is told.  Which of two `loose` files is of level 1 is to be found out.
    """

    level1: Source | None = None
    level2: Source | None = None
    id1: str = ""
    id2: str = ""
    variables1: Names | None = None
    variables2: Names | None = None
    structure: Structure = Structure.PERSONS_IN_GROUPS
    missing: Missing | None = None
    steps: tuple[Step, ...] = ()
    target: str = ""
    given: bool = False
    loose: bool = False

    @property
    def sources(self) -> tuple[Source, ...]:
        """The files, each once."""
        return tuple(dict.fromkeys(each for each in (self.level1, self.level2) if each))

    @property
    def one_file(self) -> bool:
        """Whether one file serves both levels."""
        return self.level2 is None or self.level2 == self.level1

    def source(self, level: int) -> Source | None:
        """Return the file of a level."""
        return self.level1 if level == 1 else self.level2

    def variables(self, level: int) -> Names | None:
        """Return the variables chosen at a level."""
        return self.variables1 if level == 1 else self.variables2


# -------------------------------------------------------------------------------- what is entered


def draft_of(recipe: Recipe, target: Path | None) -> Draft:
    """Return what was entered to get a recipe."""
    draft = Draft(
        level1=recipe.level1,
        level2=None if recipe.one_file else recipe.level2,
        id1=recipe.id1,
        id2=recipe.id2 or recipe.id1,
        variables1=recipe.variables1,
        variables2=recipe.variables2,
        structure=recipe.structure,
        missing=recipe.missing,
        steps=recipe.steps,
        given=True,
    )
    name = proposed_name(draft) if target is None else _written(draft, target)
    return replace(draft, target=name)


def with_file(draft: Draft, level: int, path: Path) -> Draft:
    """Choose a file; one of the same name, in another place, is taken for the same.

    Another level-1 file begins anew: the level-2 file of the one before may be none of it.
    """
    before = draft.source(level)
    if before is not None and before.path.name == path.name:
        return with_source(draft, level, replace(before, path=path))
    draft = with_source(draft, level, Source(path))
    if level == 2:
        return replace(draft, id2="", variables2=None)
    if before is not None:
        draft = replace(draft, level2=None, id2="", variables2=None, missing=None)
    return replace(draft, id1="", variables1=None)


def with_other_sheet(draft: Draft, sheets: Names) -> Draft:
    """Where both levels are one workbook, take another sheet for level 2."""
    one, two = draft.level1, draft.level2
    if one is None or two is None or two != Source(one.path):
        return draft
    others = [each for each in sheets if each != (one.sheet or sheets[0])]
    return replace(draft, level2=replace(two, sheet=others[0])) if others else draft


def with_source(draft: Draft, level: int, source: Source) -> Draft:
    """Read the file of a level otherwise, or from another place."""
    if level == 2:
        return replace(draft, level2=source, given=False)
    changed = replace(draft, level1=source, given=False)
    if draft.target == proposed_name(draft):
        return replace(changed, target=proposed_name(changed))
    return changed


def with_files(draft: Draft, first: Path, second: Path) -> Draft:
    """Choose both files at once; their order says nothing."""
    draft = with_file(with_file(draft, 1, first), 2, second)
    return replace(draft, loose=True)


def without_level2(draft: Draft) -> Draft:
    """Take both levels from the level-1 file."""
    return replace(draft, level2=None, id2="", variables2=None, given=False)


def exchanged(draft: Draft) -> Draft:
    """Let the files of the two levels change places."""
    if draft.level1 is None or draft.level2 is None:
        return draft
    other = replace(
        with_source(draft, 1, draft.level2),
        level2=draft.level1,
        id1=draft.id2,
        id2=draft.id1,
        variables1=draft.variables2,
        variables2=draft.variables1,
    )
    return replace(other, loose=False)


def with_choice(draft: Draft, level: int, id_name: str, names: Names) -> Draft:
    """Choose the ID and the variables of a level; one file for both has one ID."""
    if level == 1 or draft.one_file:
        draft = replace(draft, id1=id_name)
    if level == 2 or draft.one_file:
        draft = replace(draft, id2=id_name)
    return replace(draft, variables1=names) if level == 1 else replace(draft, variables2=names)


# -------------------------------------------------------------------------- where the file goes


def proposed_name(draft: Draft) -> str:
    """Name a data file after the level-1 file."""
    return draft.level1.path.with_suffix(".mdmx").name if draft.level1 else ""


def target_path(draft: Draft) -> Path | None:
    """Return where the data file goes: a name alone means the folder of the level-1 file."""
    name = draft.target.strip()
    if not name:
        return None
    folder = draft.level1.path.absolute().parent if draft.level1 else Path.cwd()
    return folder / with_our_suffix(name)


def with_target(draft: Draft, path: Path) -> Draft:
    """Enter where the data file goes."""
    return replace(draft, target=_written(draft, path))


def target_fault(draft: Draft) -> str:
    """Say why no data file can be written under the name entered; empty if one can."""
    path = target_path(draft)
    if path is None:
        return "The data file has no name. Enter one under MDM File Name, say hsb.mdmx."
    faults = {
        "The MDM file name has a line break or a control character. Take it out.": any(
            category(each) in {"Cc", "Cs", "Zl", "Zp"} for each in path.name
        ),
        f"{path.name} is only an ending. Enter a name before it, say hsb.mdmx.": (
            path.name.startswith(".")
        ),
        f"{path.name} is a file that the data come from. Choose another MDM file name.": any(
            _same(path, each.path) for each in draft.sources
        ),
        f"There is no folder {path.parent}. Choose one by Browse beside the MDM file name.": (
            not os.path.isdir(path.parent)  # noqa: PTH112 - false for what the system refuses
        ),
        f"{path.name} is a folder. Choose another MDM file name.": (
            os.path.isdir(path)  # noqa: PTH112 - as above
        ),
    }
    return next((words for words, wrong in faults.items() if wrong), "")


def _written(draft: Draft, path: Path) -> str:
    beside = draft.level1 is not None and path.absolute().parent == draft.level1.path.parent
    return path.name if beside else str(path)


def _same(one: Path, other: Path) -> bool:
    try:
        return one.resolve() == other.resolve()
    except OSError:
        return False


# ------------------------------------------------------------------------------ what it comes to


def obstacle(found: Found) -> str:
    """Say what is still to be entered before the files can be joined; empty if nothing is."""
    one, two = found.level1, found.level2
    if not found.id1 and two is not None:
        return (
            f"Which variable links the levels? No column of {one.table.file} and "
            f"{two.table.file} suggests itself. Tick the ID under Choose Variables, for both files."
        )
    if not found.id1:
        return (
            f"Which variable tells the level-2 units of {one.table.file} apart? No column suggests "
            "itself. Tick the ID under Choose Variables."
        )
    if not found.id_name(2) and two is not None:
        return f"Which column of {two.table.file} is the ID? Tick it under Choose Variables."
    return ""


def chosen(draft: Draft, found: Found, level: int) -> Names:
    """Return the variables of a level: those wished, or all that models can use."""
    facts, id_name = found.file(level).facts, found.id_name(level)
    wish = draft.variables(level)
    if wish is not None and (draft.given or set(wish) <= set(found.file(level).names)):
        return tuple(name for name in wish if name != id_name)
    usable = [each.name for each in facts if draft.given or not each.why]
    names = [name for name in usable if name != id_name]
    if found.level2 is not None or (draft.given and level == 1):
        return tuple(names)
    fixed = [name for name in names if name in found.fixed]
    varying = [name for name in names if name not in found.fixed]
    return tuple(fixed if level == 2 else varying or names)


def missing_values(draft: Draft, found: Found) -> dict[str, int]:
    """Count the missing values of the variables chosen, in the rows of their files."""
    counts: dict[str, int] = {}
    for level in (2, 1):
        names = set(chosen(draft, found, level))
        facts = (each for each in found.file(level).facts if each.n_missing)
        counts |= {each.name: each.n_missing for each in facts if each.name in names}
    return counts


def missing_choice(draft: Draft, found: Found | None) -> Missing:
    """Return what is done about missing values: as wished, or nothing deleted if there are any."""
    if draft.missing is not None:
        return draft.missing
    some = found is not None and missing_values(draft, found)
    return Missing.AT_RUNNING if some else Missing.NONE


def recipe_of(draft: Draft, found: Found) -> Recipe:
    """Return the recipe that a draft and its files come to."""
    two = found.level2
    return Recipe(
        level1=found.level1.source,
        level2=two.source if two is not None else None,
        id1=found.id1,
        id2=found.id2 if two is not None else "",
        variables1=chosen(draft, found, 1),
        variables2=chosen(draft, found, 2),
        structure=draft.structure,
        missing=missing_choice(draft, found),
        steps=draft.steps,
    )


def worth_keeping(draft: Draft) -> bool:
    """Whether there is more in a draft than files and a name for what is made of them."""
    texts = any(each.text != Source(each.path).text for each in draft.sources)
    bare = replace(draft, level1=None, level2=None, target="", given=False, loose=False)
    return texts or bare != Draft()
