"""The command line: run models from files, or the lesson's example, without a window.

Exit codes: 0 done; 2 bad usage or bad input, told in one message; 3 ran but did not converge
(the output is written all the same); 130 interrupted.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from estimation import __version__
from estimation.console import (
    ProgressLine,
    abandon_output,
    say,
    show,
    spell_out_the_unprintable,
)
from estimation.errors import EstimationError, FileError, SpecError

if TYPE_CHECKING:
    from estimation.data import TwoLevelData
    from estimation.result import Analysis
    from estimation.spec import ModelSpec
    from estimation.spec.command_file import CommandFile, DataFiles

DONE, BAD_INPUT, NOT_CONVERGED, INTERRUPTED = 0, 2, 3, 130
_CSV = "Give the data as CSV files with --level1, --level2 and --id."
_DESCRIPTION = """\
Two-level hierarchical linear models with heterogeneous level-1 variance.

  levelwise [FILE]               open the window
  levelwise run MODEL.hlm ...    run command files and print the output
  levelwise example hsb2         run the example of the README's lesson (High School & Beyond)"""
_EPILOG = """\
Exit codes: 0 done, 2 bad usage or bad input, 3 did not converge, 130 interrupted.
More on a command: levelwise run --help"""
_RUN = """\
Without --level1, the data are those that MODEL.hlm names: the level-1 file on its first line,
the level-2 file after l2fname:, the variable that links them after level2id:."""


@dataclass(frozen=True, eq=False)
class _Job:
    """A model to run: its command file, looked up in its data."""

    file: "CommandFile"
    spec: "ModelSpec"
    data: "TwoLevelData"


class _Parser(argparse.ArgumentParser):
    """A parser whose errors are told like all others."""

    def error(self, message: str) -> NoReturn:
        """Refuse the command line."""
        raise SpecError(f"{message}. See {self.prog} --help")


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code."""
    for library in ("OPENBLAS", "OMP", "MKL"):  # read when numpy is first imported
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    spell_out_the_unprintable()
    try:
        return _run(_arguments(sys.argv[1:] if argv is None else argv))
    except SystemExit:  # how argparse ends after --help and --version
        return DONE
    except EstimationError as error:
        say(str(error))
    except MemoryError:
        say("the memory does not suffice. Close other programs, or use smaller data.")
    except BrokenPipeError:  # whoever reads our output has seen enough
        abandon_output()
        return DONE
    except OSError as error:  # of standard output: files have errors in words
        say(f"the output could not be shown: {error.strerror}. Use --output.")
        abandon_output()
    except KeyboardInterrupt:
        say("interrupted.")
        return INTERRUPTED
    return BAD_INPUT


def _arguments(words: Sequence[str]) -> argparse.Namespace:
    if list(words[:1]) == ["mdm"]:
        raise SpecError(f"This version makes no data files. {_CSV}")
    arguments = _parser().parse_args(words)
    if arguments.command == "run":
        _check_data_options(arguments)
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
    run.add_argument("--level1", type=Path, metavar="L1", help="level-1 data, a CSV file")
    run.add_argument("--level2", type=Path, metavar="L2", help="level-2 data, if in another file")
    run.add_argument("--id", metavar="ID", help="the variable that links the levels")
    run.add_argument("--data", help=argparse.SUPPRESS)
    run.add_argument("--scheduler", help=argparse.SUPPRESS)
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
    if arguments.data or arguments.scheduler:
        raise SpecError(f"This version has neither --data nor --scheduler. {_CSV}")
    if arguments.level1 and not arguments.id:
        raise SpecError("--level1 needs --id, the variable that links the levels.")
    if not arguments.level1 and (arguments.level2 or arguments.id):
        raise SpecError("--level2 and --id need --level1, the level-1 data.")
    if arguments.json and len(arguments.models) > 1:
        raise SpecError("--json holds the result of one model. Run the models one at a time.")


def _check_targets(arguments: argparse.Namespace) -> None:
    """Refuse, before anything is run, to write where there is no folder or over the input."""
    options = vars(arguments)
    sources = [*options.get("models", ()), options.get("level1"), options.get("level2")]
    taken = {each.resolve() for each in sources if each}
    for target in (each for each in (arguments.output, arguments.json) if each):
        if target.resolve() in taken:
            raise FileError(f"{target} is named twice. Write to a file of another name.")
        if not target.resolve().parent.is_dir():
            raise FileError(
                f"{target} could not be written: there is no such folder. Make it first."
            )
        taken.add(target.resolve())


def _run(arguments: argparse.Namespace) -> int:
    jobs = [_example()] if arguments.command == "example" else _jobs(arguments)
    progress = ProgressLine(quiet=arguments.quiet)
    codes, texts = set(), []
    for job in jobs:
        analysis = _analyse(job, progress)
        if analysis is None:
            codes.add(BAD_INPUT)
            continue
        if not analysis.converged:
            say(f"{job.file.name} did not converge. The output says why.")
            codes.add(NOT_CONVERGED)
        texts.append(_text(job, analysis, arguments.output))
        if arguments.json:
            _write(arguments.json, _json(analysis), progress)
        if not arguments.output:
            show(texts[-1])
    if arguments.output and texts:
        _write(arguments.output, "\n".join(texts), progress)
    return min(codes, default=DONE)


def _example() -> _Job:
    from estimation.examples import hsb, lesson_file

    file = lesson_file()
    return _Job(file, file.spec, hsb())


def _jobs(arguments: argparse.Namespace) -> list[_Job]:
    """Read and look up everything before anything is run."""
    from estimation.examples import read_data
    from estimation.spec.command_file import DataFiles, read, require_known
    from estimation.spec.command_lookup import resolve

    data_of = cache(read_data)
    jobs = []
    for path in arguments.models:
        file = read(path)
        require_known(file)
        if arguments.level1:
            files: DataFiles | None = DataFiles(arguments.level1, arguments.level2, arguments.id)
        else:
            files = _named_data(file, path)
            _spare(files, arguments)
        data = data_of(files)
        jobs.append(_Job(file, resolve(file, data.catalogue), data))
    return jobs


def _named_data(file: "CommandFile", path: Path) -> "DataFiles | None":
    """Return the data that a command file names, relative to its folder; None: the example's."""
    from estimation.spec.command_file import data_files

    try:
        return data_files(file, path.parent)
    except SpecError as error:
        raise SpecError(f"{error} Or use --level1, --level2 and --id.") from error


def _spare(files: "DataFiles | None", arguments: argparse.Namespace) -> None:
    """Refuse to write over the data that a command file names."""
    data = [each.resolve() for each in files.paths] if files else []
    for target in (each for each in (arguments.output, arguments.json) if each):
        if target.resolve() in data:
            raise FileError(f"{target} holds the data. Write to a file of another name.")


def _analyse(job: _Job, progress: ProgressLine) -> "Analysis | None":
    """Run one model; say why and return None where it has no estimate."""
    try:
        analysis = _fit(job, progress)
    except EstimationError as error:
        say(f"{job.file.name}: {error}")
        return None
    return replace(analysis, warnings=(*job.file.warnings, *analysis.warnings))


def _fit(job: _Job, progress: ProgressLine) -> "Analysis":
    from estimation.analysis import run

    try:
        return run(job.data, job.spec, progress)
    finally:  # whatever is said next has the line to itself
        progress.clear()


def _text(job: _Job, analysis: "Analysis", output: Path | None) -> str:
    from estimation.report import render

    return render(analysis, command_file=job.file.name, output_file=str(output or ""))


def _json(analysis: "Analysis") -> str:
    from estimation.report import to_json

    return json.dumps(to_json(analysis), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _write(path: Path, text: str, progress: ProgressLine) -> None:
    from estimation.files import write_text

    write_text(path, text)
    progress.tell(f"{path} was written.")
