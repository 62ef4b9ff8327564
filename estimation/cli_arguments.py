"""What may stand on the command line, and what is refused before anything is read."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from estimation import __version__
from estimation.errors import FileError, SpecError
from estimation.files import listed, need_folder

_SUFFIX = ".mdmx"
_DESCRIPTION = """\
Two-level hierarchical linear models with heterogeneous level-1 variance.

  levelwise [FILE]               open the window
  levelwise run MODEL.hlm ...    run command files and print the output
  levelwise mdm ...              make a data file (.mdmx) from one or two files of other programs
  levelwise example hsb2         run the example of the README's lesson (High School & Beyond)"""
_EPILOG = """\
Exit codes: 0 done, 2 bad usage or bad input, 3 did not converge, 130 interrupted.
More on a command: levelwise run --help"""
_RUN = """\
Without --data and --level1, the data are those that MODEL.hlm names: on its first line the data
file (.mdmx); or there the level-1 file, the level-2 file after l2fname:, the variable that links
them after level2id:. The model is run on the data files of its line imputations:, too, or on each
file of a --data given several times, and the results are averaged by Rubin's rules."""
_MDM = """\
Makes a data file (.mdmx), and prints how the files fit together. L1 and L2 are SPSS, Stata, SAS,
Excel, OpenDocument, text, Parquet or Feather files. Without --level2, L1 holds both levels."""


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are told like all others."""

    def error(self, message: str) -> NoReturn:
        """Refuse the command line."""
        raise SpecError(f"{message}. See {self.prog} --help")


def parsed(words: Sequence[str]) -> argparse.Namespace:
    """Understand the words after `levelwise`; raises SpecError, FileError, SystemExit for help."""
    arguments = _parser().parse_args(words)
    if arguments.command == "mdm":
        _check_sources(arguments)
        return arguments
    if arguments.command == "run":
        _check_data_options(arguments)
        if arguments.json and len(arguments.models) > 1:
            raise SpecError("--json holds the result of one model. Run the models one at a time.")
    _check_targets(arguments)
    return arguments


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="levelwise",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"levelwise {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    run = commands.add_parser("run", help="run HLM command files", description=_RUN)
    run.add_argument("models", nargs="+", type=Path, metavar="MODEL.hlm")
    run.add_argument(
        "--data",
        type=Path,
        action="append",
        default=[],
        metavar="DATA",
        help="the data file (.mdmx); several times, the data files of a multiple imputation; or a "
        "folder of Parquet files, whole units in each, that need not fit into memory together",
    )
    run.add_argument(
        "--scheduler",
        metavar="ADDRESS",
        help="the Dask cluster that reads a folder of data, as in tcp://HOST:8786",
    )
    mdm = commands.add_parser("mdm", help="make a data file", description=_MDM)
    mdm.add_argument("template", nargs="?", type=Path, metavar="TEMPLATE.mdmt")
    mdm.add_argument("--out", type=Path, metavar="FILE.mdmx", help="the data file to be made")
    for command in (run, mdm):
        command.add_argument("--level1", type=Path, metavar="L1", help="level-1 data")
        command.add_argument(
            "--level2", type=Path, metavar="L2", help="level-2 data, if in another file"
        )
        command.add_argument(
            "--id",
            metavar="ID",
            help="the variable that links the levels (of a folder, if none is named: the first)",
        )
    example = commands.add_parser("example", help="run the example of the README's lesson")
    example.add_argument("name", choices=["hsb2"], help="High School & Beyond")
    for command in (run, example):
        command.add_argument("--output", type=Path, metavar="OUT.txt", help="write the text there")
        command.add_argument(
            "--json", type=Path, metavar="OUT.json", help="write the numbers there"
        )
        command.add_argument("--quiet", action="store_true", help="show no progress")
    return parser


def _check_data_options(arguments: argparse.Namespace) -> None:
    data = arguments.data
    if any(each.is_dir() for each in data):
        _check_folder(arguments)
        return
    for each in data:
        if not each.suffix and not each.exists():
            raise FileError(f"There is no {each}. --data takes a data file (.mdmx) or a folder.")
    if arguments.scheduler:
        raise SpecError("--scheduler goes with a folder of Parquet files after --data.")
    for each in data:
        if each.suffix.lower() != _SUFFIX:
            raise SpecError(
                f"--data takes a data file (.mdmx), not {each}. Make one with levelwise mdm, or "
                "give files of other programs with --level1, --level2 and --id."
            )
    if data and (arguments.level1 or arguments.level2 or arguments.id):
        raise SpecError("Give the data with --data or with --level1, not with both.")
    _check_levels(arguments)


def _check_folder(arguments: argparse.Namespace) -> None:
    if len(arguments.data) > 1:
        raise SpecError("--data takes one folder. Multiple imputations are data files (.mdmx).")
    if arguments.level1 or arguments.level2:
        raise SpecError("Give the data with --data or with --level1, not with both.")


def _check_levels(arguments: argparse.Namespace) -> None:
    if arguments.level1 and not arguments.id:
        raise SpecError("--level1 needs --id, the variable that links the levels.")
    if not arguments.level1 and (arguments.level2 or arguments.id):
        raise SpecError("--level2 and --id need --level1, the level-1 data.")


def _check_sources(arguments: argparse.Namespace) -> None:
    if arguments.template and (arguments.level1 or arguments.level2 or arguments.id):
        raise SpecError(
            f"Give either a template or --level1 and --id. {arguments.template} names the files."
        )
    _check_levels(arguments)
    if not arguments.template and not arguments.level1:
        raise SpecError(
            "Name the template (.mdmt), or the files with --level1, --level2 and --id. "
            "See levelwise mdm --help"
        )


def _check_targets(arguments: argparse.Namespace) -> None:
    """Refuse, before anything is run, to write where there is no folder or over the input."""
    options = vars(arguments)
    given = (options.get("level1"), options.get("level2"))
    sources = [*options.get("models", ()), *options.get("data", ()), *given]
    taken = {file.resolve() for each in sources if each for file in _files(each)}
    for target in (each for each in (arguments.output, arguments.json) if each):
        if target.resolve() in taken:
            raise FileError(
                f"{target} is named twice, or a file of the data. Write to a file of another name."
            )
        need_folder(target)
        taken.add(target.resolve())


def _files(source: Path) -> tuple[Path, ...]:
    """The files of a folder; of a file itself."""
    return listed(source) if source.is_dir() else (source,)
