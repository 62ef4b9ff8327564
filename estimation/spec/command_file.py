"""HLM command files (.hlm): `keyword:value` lines below a comment that names the data file.

Read for every option that exists here.  An option that would change the numbers and is not
there yet is refused; an output that is not there yet is announced in a warning; an unknown
keyword or variable is reported with its line and never guessed.  The window opens a file in spite
of unknown keywords, and keeps their lines; a run from the command line does not begin.

The first line names a data file (.mdmx) or a source file of any readable kind.  HLM's own data file
(.mdm) stands for the .mdmx of the same name beside it.  A first line that names `example:hsb2`
means the data that ship with the program.  `level1:` without a value is a model not yet begun.

HLM's keywords, where they take more than a number, a name, names with commas between them, or y/n:

- `level2:SES=INTRCPT2+random/SIZE,PRACAD`  candidates of an exploratory analysis behind the slash,
  with commas or plus signs between them;
- `gamma1:0,1,-1,0`         a contrast of hypothesis 1: a weight for each fixed effect, in the order
  of the model; several lines gamma1: are its several contrasts.  `hypoth:n` does not undo them;
- `constrain:0,1,1,0`       fixed effects with the same number other than 0 are equal;
- `lvr:p,o`                 what each level-1 coefficient is in the latent variable regression:
  p (predictor), o (outcome) or i (ignored).  These three have a value for every place: a line
  that is shorter or longer is refused;
- `deviance:47049.46`, `df:6`  the model to be compared with; df is its number of parameters;
- `heterol1var:FEMALE,SES`  variables of either level, uncentred; NAME@2 is the level-2 variable
  where level 1 has one of that name, too.

Keywords of ours, which other programs do not know:

- `l2fname:hsb2.sav`        the level-2 file, when the first line names a level-1 source file;
- `level2id:ID`             the variable that links the two (both as in HLM's data templates);
- `imputations:b.mdmx,c.mdmx`  further data files of a multiple imputation;
- `plausvals:Y1,Y2,Y3`      plausible values, the outcome among them;
- `heterol1likelihood:reml` REML with predictors of level-1 variance (otherwise full ML);
- `heterol1candidates:SES`  what a score test of level-1 variance tries, as in `heterol1var:`;
- `diagonalize:y`           no covariances in Tau (diagonalise:, diagonalizetau:, diagonaltau:);
- `uncorrelated:SES`        level-1 coefficients whose random effects have none;
- `level1weight:WT,n`       a design weight that is not normalised; `level2weight:` likewise;
- `precisionweight:N`       Var(r) = sigma^2 / N;
- `deviancescale:m2ll`      the deviance of the other model is -2 log L, not on HLM's scale;
- `dfmethod:satterthwaite`  degrees of freedom, or hlm6 or hlm7;
- `effectsizes:`, `variancetests:`, `profileintervals:`  y for more output;
- `bootstrap:999`, `seed:7` samples of the parametric bootstrap, and where its random numbers begin.

A name may stand in double quotes, those in it doubled: "n", "a+b", "5"" pipe".  It must where it
holds + , / = or quotes, begins or ends with a space, or reads random, intrcpt1, n or none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PureWindowsPath
from typing import NamedTuple

from estimation.errors import EstimationError, SpecError
from estimation.files import read_encoded, read_text
from estimation.spec import command_fields as fields
from estimation.spec import command_options
from estimation.spec.command_fields import Options
from estimation.spec.command_idle import idle
from estimation.spec.command_lines import (
    Entry,
    data_span,
    entries,
    single,
    split_lines,
    unknown,
    warnings,
)
from estimation.spec.command_model import Where, model, uncorrelated
from estimation.spec.command_names import read_text_value
from estimation.spec.command_positions import constraints, hypotheses, with_latent
from estimation.spec.model import ModelSpec
from estimation.spec.places import data_file, found, is_data_file, with_our_suffix

EXAMPLE = "hsb2"
_NAME_DATA = (
    "Name a data file on the first line (#WHLM CMD FILE FOR hsb.mdmx); or there the level-1 file "
    "of any readable kind (hsb1.sav), the level-2 file in a line l2fname:hsb2.sav and the linking "
    "variable in a line level2id:ID."
)
_EXAMPLE = "example:"
_FURTHER = "imputations"


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
        return _data_file(f"{file.name}, line 1", file.data_name, folder)
    if not file.id_name:
        raise SpecError(
            f"{file.name} does not name the variable that links the levels of {file.data_name}. "
            "Add a line level2id:ID."
        )
    level2 = found(file.level2_name, folder) if file.level2_name else None
    return DataFiles(found(file.data_name, folder), level2, file.id_name)


def imputation_files(file: CommandFile, folder: Path) -> tuple[DataFile, ...]:
    """Return the further data files of a multiple imputation, found as by `data_files`.

    Raises SpecError at one that is no data file.
    """
    line = next((each for each in entries(file.lines, file.name) if each.keyword == _FURTHER), None)
    where = line.where if line else file.name
    names = file.spec.imputations
    source = next((each for each in names if not is_data_file(each)), None)
    if source is not None:
        raise SpecError(
            f"{where}: {source} is no data file (.mdmx), of which a multiple imputation has one "
            f"for each imputed set. Make one of it. {_how('')}"
        )
    return tuple(_data_file(where, each, folder) for each in names)


def _data_file(where: str, name: str, folder: Path) -> DataFile:
    """Find the data file of ours; raises SpecError if there is only HLM's."""
    path = data_file(name, folder)
    if path is None:
        ours = _last(with_our_suffix(name))
        raise SpecError(
            f"{where}: {name} is a data file of HLM's own kind, which only HLM reads. Make "
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
    spec, where = _spec(options, known)
    for keyword, level, variable in command_options.variables(spec):
        where.setdefault((level, variable), options[keyword].where)
    data_name, example = _data(lines[0])
    return CommandFile(
        name=name,
        lines=lines,
        data_name=data_name,
        level2_name=fields.text(options, "l2fname"),
        id_name=fields.text(options, "level2id"),
        spec=spec,
        where=where,
        warnings=(*warnings(known), *idle(known, spec)),
        unknown=tuple(unknown(found)),
        example=example,
    )


def _spec(options: Options, known: Sequence[Entry]) -> tuple[ModelSpec, Where]:
    """Return the model, and where each variable of its equations is named."""
    level2 = [each for each in known if each.keyword == "level2"]
    outcome, equations, where = model(options["level1"], level2)
    equations = uncorrelated(equations, fields.asked(options, "uncorrelated"))
    equations = with_latent(equations, fields.asked(options, "lvr"))
    gammas = ModelSpec(outcome, equations).gammas
    spec = ModelSpec(
        outcome,
        equations,
        command_options.variance_predictors(options, "heterol1var"),
        command_options.settings(options),
        command_options.weighting(options),
        constraints(fields.asked(options, "constrain"), gammas),
        hypotheses(known, gammas),
        plausible_values=fields.names(options, "plausvals"),
        imputations=command_options.imputations(options),
        deletion=command_options.deletion(options),
        variance_candidates=command_options.variance_predictors(options, "heterol1candidates"),
    )
    return spec, where


def _data(line: str) -> tuple[str | None, str | None]:
    """Return the level-1 file that the first line names, or else the example."""
    span = data_span(line)
    if span is None:
        return None, None
    name = line[slice(*span)]
    if name.lower().startswith(_EXAMPLE):
        return None, name[len(_EXAMPLE) :].strip().lower()
    return read_text_value(name), None
