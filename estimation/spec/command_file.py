"""HLM command files (.hlm): `keyword:value` lines below a comment that names the data file.

Read for every option that exists here.  An option that would change the numbers and is not
there yet is refused; an output that is not there yet is announced in a warning; an unknown
keyword or variable is reported with its line and never guessed.  The window opens a file in spite
of unknown keywords, and keeps their lines; a run from the command line does not begin.

Keywords of ours, which other programs do not know:

- `heterol1likelihood:reml`  REML with predictors of level-1 variance (otherwise full ML);
- `l2fname:hsb2.sav`         the level-2 file, when the first line names a level-1 source file;
- `level2id:ID`              the variable that links the two (both as in HLM's data templates).

The first line names a data file (.mdmx) or a source file of any readable kind.  HLM's own data file
(.mdm) stands for the .mdmx of the same name beside it.

`heterol1var:` takes a comma-separated list of variables of either level, uncentred; NAME@2 is the
level-2 variable where level 1 has one of that name, too.  `level1:` without a value is a model not
yet begun.  A first line that names `example:hsb2` means the data that ship with the program.

A name may stand in double quotes, those in it doubled: "n", "a+b", "5"" pipe".  It must where it
holds + , / = or quotes, begins or ends with a space, or reads random, intrcpt1, n or none.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PureWindowsPath
from typing import NamedTuple

from estimation.errors import EstimationError, SpecError
from estimation.files import read_encoded, read_text
from estimation.spec.command_lines import Entry, entries, single, split_lines, unknown, warnings
from estimation.spec.command_model import model, variance_predictors
from estimation.spec.command_names import read_text_value
from estimation.spec.model import ModelSpec
from estimation.spec.places import data_file, found, is_data_file, with_our_suffix
from estimation.spec.settings import Likelihood, Settings

EXAMPLE = "hsb2"
_NAME_DATA = (
    "Name a data file on the first line (#WHLM CMD FILE FOR hsb.mdmx); or there the level-1 file "
    "of any readable kind (hsb1.sav), the level-2 file in a line l2fname:hsb2.sav and the linking "
    "variable in a line level2id:ID."
)
_DATA = re.compile(r"#\s*\w*\s*CMD FILE FOR\s+(\S.*?)\s*$", re.IGNORECASE)
_EXAMPLE = "example:"
_LIKELIHOODS = {
    "": Likelihood.FULL,
    "n": Likelihood.FULL,
    "full": Likelihood.FULL,
    "reml": Likelihood.RESTRICTED,
}


@dataclass(frozen=True)
class CommandFile:
    """A command file read: names as written, not yet looked up in any data.

    `lines` are those of the file, as they stand, with their endings; `where` tells for (level,
    name) the line that names the variable first, level 0 for predictors of level-1 variance whose
    level the data decide; `warnings` tell what the file asks for and does not get, `unknown` what
    it may ask for.  `example` is the name of data that ship with the program, if it names such.
    `encoding` is that of the file.
    """

    name: str
    lines: tuple[str, ...]
    data_name: str | None
    level2_name: str | None
    id_name: str | None
    spec: ModelSpec
    where: Mapping[tuple[int, str], str]
    warnings: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    example: str | None = None
    encoding: str = "utf-8"


@dataclass(frozen=True)
class DataFile:
    """The data of a command file, a data file made before; `note` says why it is not the one named.

    Two are the same if their paths are.
    """

    path: Path
    note: str = field(default="", compare=False)

    @property
    def paths(self) -> list[Path]:
        """The file."""
        return [self.path]


class DataFiles(NamedTuple):
    """The data of a command file: level-1 file, level-2 file if there is one, linking variable."""

    level1: Path
    level2: Path | None
    id_name: str

    @property
    def paths(self) -> list[Path]:
        """The files."""
        return [self.level1, self.level2] if self.level2 else [self.level1]


def read(path: Path) -> CommandFile:
    """Read a command file; raises FileError or SpecError."""
    text, encoding = read_encoded(path)
    return replace(parse(text, str(path)), encoding=encoding)


def require_known(file: CommandFile) -> None:
    """Raise SpecError with every line that is not understood, as a run without a window does."""
    if file.unknown:
        raise SpecError("\n".join(file.unknown))


def data_files(file: CommandFile, folder: Path) -> DataFile | DataFiles | None:
    """Return the data that a command file in `folder` names, None for the example's.

    A file that is not where it is named is looked for in the folder.  Raises SpecError.
    """
    if file.example == EXAMPLE:
        return None
    if file.example is not None:
        raise SpecError(
            f"{file.name}, line 1: there is no example {file.example!r} in this program. "
            f"There is {_EXAMPLE}{EXAMPLE}. {_NAME_DATA}"
        )
    if not file.data_name:
        raise SpecError(f"{file.name} names no data file on its first line. {_NAME_DATA}")
    if is_data_file(file.data_name):
        return _data_file(file.name, file.data_name, folder)
    if not file.id_name:
        raise SpecError(
            f"{file.name} does not name the variable that links the levels of {file.data_name}. "
            "Add a line level2id:ID."
        )
    level2 = found(file.level2_name, folder) if file.level2_name else None
    return DataFiles(found(file.data_name, folder), level2, file.id_name)


def _data_file(file: str, name: str, folder: Path) -> DataFile:
    """Find the data file of ours; raises SpecError if there is only HLM's."""
    path = data_file(name, folder)
    if path is None:
        ours = _last(with_our_suffix(name))
        raise SpecError(
            f"{file}, line 1: {name} is a data file of HLM's own kind, which only HLM reads. Make "
            f"{ours} from the files that it was made of. {_how(_template(name, folder))}"
        )
    if name.lower() == with_our_suffix(name).lower():
        return DataFile(path)
    return DataFile(path, f"{path.name} is used in place of {_last(name)}, which only HLM reads.")


def _how(template: str) -> str:
    if not template:
        return "In the window: File, Make new MDM file. On the command line: levelwise mdm."
    return (
        f"HLM's template for it is there, {template}. In the window: File, Make new MDM from old "
        f"template. On the command line: levelwise mdm {template}."
    )


def _template(name: str, folder: Path) -> str:
    """Return the template beside the command file that HLM's data file was made by, if it is."""
    last = _last(name).lower()
    templates = [each for each in _in(folder) if each.suffix.lower() == ".mdmt"]
    same = [each for each in templates if each.stem.lower() == last.removesuffix(".mdm")]
    for each in (*same, *templates):
        try:
            if each in same or last in read_text(each).lower():
                return each.name
        except EstimationError:
            continue
    return ""


def _in(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _last(name: str) -> str:
    return PureWindowsPath(name).name


def parse(text: str, name: str) -> CommandFile:
    """Understand the text of a command file called `name`; raises SpecError."""
    lines = split_lines(text)
    found = entries(lines, name)
    known = [each for each in found if each.known]
    options = single(known)
    if "level1" not in options:
        raise SpecError(
            f"{name} has no line level1:, which holds the level-1 model. Add it, for instance "
            "level1:MATHACH=INTRCPT1+SES+RANDOM"
        )
    level2 = [each for each in known if each.keyword == "level2"]
    outcome, equations, where = model(options["level1"], level2)
    predictors = variance_predictors(options.get("heterol1var"))
    for each in predictors:
        where.setdefault((2 if each.level == 2 else 0, each.name), options["heterol1var"].where)
    data_name, example = _data(lines[0])
    return CommandFile(
        name=name,
        lines=lines,
        data_name=data_name,
        level2_name=_text(options, "l2fname"),
        id_name=_text(options, "level2id"),
        spec=ModelSpec(outcome, equations, predictors, _settings(options)),
        where=where,
        warnings=tuple(warnings(known)),
        unknown=tuple(unknown(found)),
        example=example,
    )


def data_span(line: str) -> tuple[int, int] | None:
    """Return where in the first line the data are named, if it does."""
    found = _DATA.match(line)
    return found.span(1) if found else None


def _data(line: str) -> tuple[str | None, str | None]:
    """Return the level-1 file that the first line names, or else the example."""
    span = data_span(line)
    if span is None:
        return None, None
    name = line[slice(*span)]
    if name.lower().startswith(_EXAMPLE):
        return None, name[len(_EXAMPLE) :].strip().lower()
    return read_text_value(name), None


def _settings(options: Mapping[str, Entry]) -> Settings:
    default = Settings()
    full = _yes(options.get("mlf"))
    title, output = _text(options, "title"), _text(options, "output")
    return Settings(
        likelihood=Likelihood.FULL if full else Likelihood.RESTRICTED,
        heterogeneous_likelihood=_heterogeneous_likelihood(options.get("heterol1likelihood")),
        max_iterations=int(_number(options.get("numit"), default.max_iterations, whole=True)),
        stop_value=_number(options.get("stopval"), default.stop_value),
        ols_units=int(_number(options.get("lev1ols"), default.ols_units, whole=True)),
        title=default.title if title is None else title,
        output_name=default.output_name if output is None else output,
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
    """Return a free text; None where there is none, which is not the empty text in quotes."""
    entry = options.get(keyword)
    return read_text_value(entry.value) if entry and entry.value else None
