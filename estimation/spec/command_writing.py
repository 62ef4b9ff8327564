"""Command files (.hlm) as they are saved.

Of a file that was read, only the lines change that no longer say what is meant: comments, lines of
options that are not there yet, order, and endings stay.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from estimation.errors import SpecError
from estimation.spec.catalogue import Catalogue
from estimation.spec.checks import problems
from estimation.spec.command_edits import Lines, delete, insert, put, put_data, rewrite
from estimation.spec.command_file import EXAMPLE, CommandFile, DataFile, DataFiles, parse
from estimation.spec.command_lines import Entry, entries
from estimation.spec.command_lookup import meant
from estimation.spec.command_model import find, level2_equation
from estimation.spec.command_names import quoted_text, split, text_value
from estimation.spec.command_positions import with_hypotheses
from estimation.spec.command_texts import Texts, candidates_text, level2_text, texts
from estimation.spec.edits import in_order
from estimation.spec.model import Equation, ModelSpec
from estimation.spec.places import data_file, found, is_data_file, named, place

_EXAMPLE = f"example:{EXAMPLE}"
_NEW = f"""#WHLM CMD FILE FOR {_EXAMPLE}
nonlin:n
numit:100
stopval:0.0000010000
level1:
fixtau:3
lev1ols:10
accel:5
level1weight:none
level2weight:none
varianceknown:none
level1deletion:none
level2deletion:none
hypoth:n
resfil1:n
resfil2:n
homvar:n
constrain:N
heterol1var:n
lvr:n
title:no title
output:hlm2.txt
fulloutput:n
mlf:n
"""


def write(
    spec: ModelSpec,
    catalogue: Catalogue,
    data: DataFile | DataFiles | None,
    folder: Path,
    file: CommandFile | None = None,
    home: Path | None = None,
) -> str:
    """Return the text of a command file to be put into `folder`.

    `data` are the files that it names, relative to the folder; None means the example's.  `file`
    is the one that was read, `home` the folder from which `spec` names its imputations, if that is
    another one.  Raises SpecError for what no command file can hold.
    """
    spec = _moved(spec, home or folder, folder)
    old = file or parse(_NEW, "The model file")
    was = meant(old.spec, catalogue)
    lines = _with_level2(old, was.equations, spec.equations)
    lines = _with_data(lines, old, data, folder)
    lines = _with_texts(lines, texts(was, catalogue), texts(spec, catalogue))
    lines = with_hypotheses(lines, was, spec)
    text = "".join(lines)
    _check(text, old.name, spec, catalogue)
    return text


def _with_texts(lines: Lines, before: Texts, now: Texts) -> Lines:
    """Bring the lines up to date that stand once.

    What names coefficients goes with those: a name in either case may have come to fit two.
    """
    others = before["level1"] != now["level1"]
    for keyword, value in now.items():
        if value != before[keyword] or (value and others and keyword == "uncorrelated"):
            lines = put(lines, keyword, value)
    return lines


def _check(text: str, name: str, spec: ModelSpec, catalogue: Catalogue) -> None:
    """Refuse a model that would not be read as it is, as with a predictor entered twice."""
    try:
        if in_order(meant(parse(text, name).spec, catalogue)) == in_order(spec):
            return
        reasons = [each.message for each in problems(spec, catalogue)]
    except SpecError as error:
        reasons = [str(error)]
    raise SpecError("\n".join(["The model cannot be saved as it is.", *reasons]))


# ------------------------------------------------------------------------------------ data


def _with_data(
    lines: Lines, file: CommandFile, data: DataFile | DataFiles | None, folder: Path
) -> Lines:
    if data is None:
        return lines if file.example == EXAMPLE else _with_one_name(lines, _EXAMPLE)
    if isinstance(data, DataFile):
        same = _is_same_data(file.data_name, data.path, folder)
        return lines if same else _with_one_name(lines, _file_name(data.path, folder))
    if not _is_same(file.data_name, data.level1, folder):
        lines = put_data(lines, _file_name(data.level1, folder))
    if not _is_same(file.level2_name, data.level2, folder):
        lines = put(lines, "l2fname", _file_name(data.level2, folder) if data.level2 else None)
    if file.id_name != data.id_name:
        lines = put(lines, "level2id", text_value(data.id_name))
    return lines


def _moved(spec: ModelSpec, home: Path, folder: Path) -> ModelSpec:
    """Name the imputations that are found from `home` as seen from another folder."""

    def moved(name: str) -> str:
        path = data_file(name, home) or found(name, home)
        return name if _is_same_data(name, path, folder) else named(path, folder)

    if home.resolve() == folder.resolve():
        return spec
    return replace(spec, imputations=tuple(map(moved, spec.imputations)))


def _with_one_name(lines: Lines, name: str) -> Lines:
    return put(put(put_data(lines, name), "l2fname", None), "level2id", None)


def _is_same(name: str | None, path: Path | None, folder: Path) -> bool:
    if not name or path is None:
        return not name and path is None
    return place(found(name, folder)) == place(path)


def _is_same_data(name: str | None, path: Path, folder: Path) -> bool:
    """Whether a data file is the one named, or stands for HLM's."""
    meant = data_file(name, folder) if name and is_data_file(name) else None
    return meant is not None and place(meant) == place(path)


def _file_name(path: Path, folder: Path) -> str:
    name = named(path, folder)
    return quoted_text(name) if name.lower().startswith("example:") else text_value(name)


# ------------------------------------------------------------------------------- equations


def _with_level2(file: CommandFile, was: Sequence[Equation], new: Sequence[Equation]) -> Lines:
    """Bring the level-2 lines up to date; new ones come behind the last."""
    if tuple(was) == tuple(new):
        return file.lines
    lines, old_names = file.lines, [each.name for each in was]
    found = [each for each in entries(lines, file.name) if each.keyword == "level2"]
    for equation in (each for each in new if each.name not in old_names):
        lines = insert(lines, "level2", f"{level2_text(equation)}/{candidates_text(equation)}")
    for entry in reversed(found):
        lines = _with_equation(lines, entry, _explained(entry, file, was), new)
    return lines


def _explained(entry: Entry, file: CommandFile, was: Sequence[Equation]) -> Equation:
    """Return the equation of a level-2 line, whose coefficient is named as at level 1."""
    written = [each.name for each in file.spec.equations]
    target, _ = level2_equation(entry)
    return was[written.index(find(target, written) or target)]


def _with_equation(lines: Lines, entry: Entry, was: Equation, new: Sequence[Equation]) -> Lines:
    now = next((each for each in new if each.name == was.name), None)
    if now is None:
        return delete(lines, entry)
    target, _ = level2_equation(entry)
    same = (level2_text(now), now.candidates) == (level2_text(was), was.candidates)
    if same and find(target, [each.name for each in new]) == now.name:
        return lines
    candidates = split(entry.value, "/", 1)[1:] or [""]
    if now.candidates != was.candidates:
        candidates = [candidates_text(now)]
    return rewrite(lines, entry, f"{level2_text(now)}/{candidates[0]}")
