"""HLM command files (.hlm): `keyword:value` lines below a comment that names the data file.

Read for every option that exists here.  An option that would change the numbers and is not
there yet is refused; an output that is not there yet is announced in a warning; an unknown
keyword or variable is reported with its line and never guessed.

Keywords of ours, which other programs do not know:

- `heterol1likelihood:reml`  REML with predictors of level-1 variance (otherwise full ML);
- `l2fname:hsb2.csv`         the level-2 file, when the first line names a level-1 text file;
- `level2id:ID`              the variable that links the two (both as in HLM's data templates).

`heterol1var:` takes a comma-separated list of variables of either level, uncentred.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from estimation.errors import SpecError
from estimation.files import read_text
from estimation.spec.catalogue import Catalogue
from estimation.spec.command_lines import Entry, entries, single, warnings
from estimation.spec.command_model import find, model, variance_names
from estimation.spec.model import INTRCPT1, ModelSpec, Term, VariancePredictor
from estimation.spec.settings import Likelihood, Settings

_NAME_CSV = (
    "Name the level-1 CSV file on the first line (#WHLM CMD FILE FOR level1.csv), the level-2 "
    "file in a line l2fname:level2.csv and the linking variable in a line level2id:ID."
)
_DATA = re.compile(r"#\s*\w*\s*CMD FILE FOR\s+(\S.*?)\s*$", re.IGNORECASE)
_LIKELIHOODS = {
    "": Likelihood.FULL,
    "n": Likelihood.FULL,
    "full": Likelihood.FULL,
    "reml": Likelihood.RESTRICTED,
}


@dataclass(frozen=True)
class CommandFile:
    """A command file read: names as written, not yet looked up in any data.

    `lines` are those of the file, as they stand; `where` tells for (level, name) the line that
    names the variable first, level 0 for predictors of level-1 variance, whose level the data
    decide; `warnings` tell what the file asks for and does not get.
    """

    name: str
    lines: tuple[str, ...]
    data_name: str | None
    level2_name: str | None
    id_name: str | None
    spec: ModelSpec
    where: Mapping[tuple[int, str], str]
    warnings: tuple[str, ...] = ()


class DataFiles(NamedTuple):
    """The data of a command file: level-1 file, level-2 file if there is one, linking variable."""

    level1: Path
    level2: Path | None
    id_name: str


def read(path: Path) -> CommandFile:
    """Read a command file; raises FileError or SpecError."""
    return parse(read_text(path), str(path))


def data_files(file: CommandFile, folder: Path) -> DataFiles:
    """Return the data files that a command file in `folder` names; raises SpecError."""
    if not file.data_name:
        raise SpecError(f"{file.name} names no data file on its first line. {_NAME_CSV}")
    kind = Path(file.data_name).suffix.lower()
    if kind in {".mdm", ".mdmx"}:
        what = f"{kind} ({file.data_name})"
        raise SpecError(f"{file.name}, line 1: this version does not read {what}. {_NAME_CSV}")
    if not file.id_name:
        raise SpecError(
            f"{file.name} does not name the variable that links the levels of {file.data_name}. "
            "Add a line level2id:ID."
        )
    level2 = folder / file.level2_name if file.level2_name else None
    return DataFiles(folder / file.data_name, level2, file.id_name)


def parse(text: str, name: str) -> CommandFile:
    """Understand the text of a command file called `name`; raises SpecError."""
    lines = tuple(text.splitlines())
    found = entries(lines, name)
    options = single(found)
    if "level1" not in options:
        raise SpecError(
            f"{name} has no line level1:, which holds the level-1 model. Add it, for instance "
            "level1:MATHACH=INTRCPT1+SES+RANDOM"
        )
    level2 = [each for each in found if each.keyword == "level2"]
    outcome, equations, where = model(options["level1"], level2)
    names = variance_names(options.get("heterol1var"))
    where |= {(0, each): options["heterol1var"].where for each in names}
    predictors = tuple(VariancePredictor(each) for each in names)
    first = _DATA.match(lines[0])
    return CommandFile(
        name=name,
        lines=lines,
        data_name=first[1] if first else None,
        level2_name=_text(options, "l2fname"),
        id_name=_text(options, "level2id"),
        spec=ModelSpec(outcome, equations, predictors, _settings(options)),
        where=where,
        warnings=tuple(warnings(found)),
    )


def resolve(file: CommandFile, catalogue: Catalogue) -> ModelSpec:
    """Look the names up in the data: exactly, else in either case if that is unambiguous.

    A predictor of level-1 variance that exists at both levels is the level-1 one.  Raises
    SpecError with the line of a variable that the data do not have.
    """

    def term(level: int, old: Term) -> Term:
        return Term(_known(file, catalogue, level, old.name), old.centring)

    equations = tuple(
        replace(
            equation,
            coefficient=term(1, equation.coefficient),
            predictors=tuple(term(2, each) for each in equation.predictors),
        )
        for equation in file.spec.equations
    )
    return replace(
        file.spec,
        outcome=_known(file, catalogue, 1, file.spec.outcome or ""),
        equations=equations,
        variance_predictors=tuple(
            _variance_predictor(file, catalogue, each.name)
            for each in file.spec.variance_predictors
        ),
    )


def _known(file: CommandFile, catalogue: Catalogue, level: int, name: str) -> str:
    found = name if name == INTRCPT1 else find(name, catalogue.names(level))
    if found is None:
        raise SpecError(_unknown(file.where[level, name], level, name, catalogue))
    return found


def _variance_predictor(file: CommandFile, catalogue: Catalogue, name: str) -> VariancePredictor:
    for level in (1, 2):
        if name in catalogue.names(level):
            return VariancePredictor(name, level)
    for level in (1, 2):
        found = find(name, catalogue.names(level))
        if found is not None:
            return VariancePredictor(found, level)
    raise SpecError(_unknown(file.where[0, name], 0, name, catalogue))


def _unknown(where: str, level: int, name: str, catalogue: Catalogue) -> str:
    """Say that a name is none of the level's (0: either's), and why that may be."""
    kind = f"level-{level} variable" if level else "variable"
    levels = (level,) if level else (1, 2)
    left_out = find(name, [each for each, _ in catalogue.left_out])
    if left_out:
        hint = f"It was left out: {dict(catalogue.left_out)[left_out]}."
    elif level and find(name, catalogue.names(3 - level)):
        hint = f"{name} is a level-{3 - level} variable."
    else:
        names = dict.fromkeys(each for one in levels for each in catalogue.names(one))
        hint = f"There are: {', '.join(names) or 'none'}."
    return f"{where}: the data have no {kind} {name}. {hint} Correct the name or take it out."


def _settings(options: Mapping[str, Entry]) -> Settings:
    default = Settings()
    full = _yes(options.get("mlf"))
    return Settings(
        likelihood=Likelihood.FULL if full else Likelihood.RESTRICTED,
        heterogeneous_likelihood=_heterogeneous_likelihood(options.get("heterol1likelihood")),
        max_iterations=int(_number(options.get("numit"), default.max_iterations, whole=True)),
        stop_value=_number(options.get("stopval"), default.stop_value),
        ols_units=int(_number(options.get("lev1ols"), default.ols_units, whole=True)),
        title=_text(options, "title") or default.title,
        output_name=_text(options, "output") or default.output_name,
    )


def _heterogeneous_likelihood(entry: Entry | None) -> Likelihood:
    value = entry.value.lower() if entry else ""
    if entry and value not in _LIKELIHOODS:
        raise SpecError(f"{entry.where}: {entry.keyword} takes reml or full, not {entry.value!r}.")
    return _LIKELIHOODS[value]


def _yes(entry: Entry | None) -> bool:
    if entry is None or entry.neutral:
        return False
    if entry.value.lower() not in {"y", "yes"}:
        raise SpecError(f"{entry.where}: {entry.keyword} takes y or n, not {entry.value!r}.")
    return True


def _number(entry: Entry | None, default: float, *, whole: bool = False) -> float:
    """Read the number before a comma (numit:100,n); an empty value is the default."""
    text = entry.value.partition(",")[0].strip() if entry else ""
    if entry is None or not text:
        return default
    try:
        value = int(text) if whole else float(text)
    except ValueError:
        value = float("nan")
    if not 0 <= value < float("inf"):
        kind = "a whole number" if whole else "a number"
        raise SpecError(f"{entry.where}: {entry.keyword} takes {kind}, 0 or more, not {text!r}.")
    return value


def _text(options: Mapping[str, Entry], keyword: str) -> str | None:
    return options[keyword].value or None if keyword in options else None
