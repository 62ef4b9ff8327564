"""`levelwise mdm`: a data file from a template, or from one or two files of other programs."""

from collections.abc import Sequence
from pathlib import Path

from estimation.console import ProgressLine, say, show
from estimation.data.make import assemble, read_tables
from estimation.data.recipe import Recipe, Source
from estimation.data.store import open_data_file, write
from estimation.data.template import Template, read_template
from estimation.errors import EstimationError, FileError, SpecError
from estimation.files import need_folder
from estimation.spec.command_file import DataFiles
from estimation.spec.places import DATA_FILE


def make_by(path: Path, out: Path | None) -> None:
    """Make a data file by a template, where that says if `out` does not; print how it went."""
    template = _template(path)
    for each in template.warnings:
        say(each)
    _make(template.recipe, out or template.mdm_path or path.with_suffix(DATA_FILE))


def make_of(files: DataFiles, out: Path | None) -> None:
    """Make a data file of one or two files, by default beside the first; print how they fit."""
    level2 = Source(files.level2) if files.level2 else None
    recipe = Recipe(Source(files.level1), level2, id1=files.id_name)
    _make(recipe, out or files.level1.with_suffix(DATA_FILE))


def _template(path: Path) -> Template:
    template = read_template(path)
    if not template.recipe.id1:
        raise SpecError(
            f"{path} does not name the variable that links the levels. Add a line level2id:ID "
            "below *begin l1vars"
        )
    return template


def _make(recipe: Recipe, target: Path) -> None:
    _check_target(target, [each.path for each in recipe.sources])
    progress = ProgressLine(quiet=False)
    try:
        made = assemble(recipe, read_tables(recipe, progress), progress)
        write(target, made, progress)
    finally:  # whatever is said next has the line to itself
        progress.clear()
    show(f"{made.report.text()}\nThe data file is {target}\n")


def _check_target(target: Path, sources: Sequence[Path]) -> None:
    """Refuse, before anything is read, to write over what is no data file of ours."""
    if target.suffix.lower() != DATA_FILE:
        raise SpecError(f"{target}: the name of a data file ends in .mdmx. Add that to it.")
    if target.resolve() in [each.resolve() for each in sources]:
        raise FileError(f"{target} is a source of the data. Choose another name with --out.")
    need_folder(target)
    if not target.exists():
        return
    try:
        open_data_file(target)
    except EstimationError as error:
        raise FileError(
            f"{target} is there already and is not written over: it is no data file that this "
            "program can read. Choose another name with --out, or delete it first."
        ) from error
