"""The command line: make data files, run models or the lesson's example, without a window.

Exit codes: 0 done; 2 bad usage or bad input, told in one message; 3 ran but did not converge
(the output is written all the same); 130 interrupted.
"""

import argparse
import json
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from estimation.cli_arguments import parsed
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
    from estimation.data.dataset import Data
    from estimation.data.folder import Engine, PartitionedData
    from estimation.result import Analysis, PooledAnalysis
    from estimation.spec import ModelSpec
    from estimation.spec.command_file import CommandFile, DataFile, DataFiles

DONE, BAD_INPUT, NOT_CONVERGED, INTERRUPTED = 0, 2, 3, 130


@dataclass(frozen=True, eq=False)
class _Job:
    """A model to run: its command file, looked up in its data, which may be several files."""

    file: "CommandFile"
    spec: "ModelSpec"
    data: "Sequence[Data]"


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code."""
    for library in ("OPENBLAS", "OMP", "MKL"):  # read when numpy is first imported
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    spell_out_the_unprintable()
    with suppress(ValueError):  # in a thread that gets no signals
        # As Ctrl-C does, so that temporary files go.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _run(parsed(sys.argv[1:] if argv is None else argv))
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
        say(f"the output could not be shown: {error.strerror}. Use --output with run.")
        abandon_output()
    except KeyboardInterrupt:
        say("interrupted.")
        return INTERRUPTED
    return BAD_INPUT


def _run(arguments: argparse.Namespace) -> int:
    if arguments.command == "mdm":
        return _make(arguments)
    progress = ProgressLine(quiet=arguments.quiet)
    with ExitStack() as until_done:
        example = arguments.command == "example"
        jobs = [_example()] if example else _jobs(arguments, progress, until_done)
        return _run_all(jobs, arguments, progress)


def _run_all(jobs: "Sequence[_Job]", arguments: argparse.Namespace, progress: ProgressLine) -> int:
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


def _make(arguments: argparse.Namespace) -> int:
    from estimation.cli_mdm import make_by, make_of

    files = _sources(arguments)
    if files:
        make_of(files, arguments.out)
    else:
        make_by(arguments.template, arguments.out)
    return DONE


def _example() -> _Job:
    from estimation.examples import hsb, lesson_file

    file = lesson_file()
    return _Job(file, file.spec, [hsb()])


def _jobs(
    arguments: argparse.Namespace, progress: ProgressLine, until_done: ExitStack
) -> list[_Job]:
    """Read and look up everything before anything is run."""
    from estimation.examples import read_data
    from estimation.spec.command_file import read, require_known
    from estimation.spec.command_lookup import resolve

    data_of = cache(partial(read_data, watch=progress))
    folder_by = _folder(arguments, until_done)
    jobs = []
    for path in arguments.models:
        file = read(path)
        require_known(file)
        try:
            data: list[Data] = (
                [folder_by(arguments.id or file.id_name or None)]
                if folder_by
                else [*_read(arguments, file, path, data_of)]
            )
        finally:
            progress.clear()
        spec = resolve(file, data[0].catalogue)
        if _given(arguments):
            spec = replace(spec, imputations=())
        if folder_by and spec.imputations:
            raise SpecError(
                f"{path} names data files of a multiple imputation, which do not go with a folder "
                "of Parquet files. Take its line imputations: out."
            )
        _require_runnable(file, spec, data[0])
        jobs.append(_Job(file, spec, data))
    return jobs


def _folder(
    arguments: argparse.Namespace, until_done: ExitStack
) -> "Callable[[str | None], PartitionedData] | None":
    """Return what opens the folder given by the name of its ID, if there is a folder."""
    if not any(each.is_dir() for each in arguments.data):
        return None
    from estimation.data.folder import open_folder

    engine = _engine(arguments.scheduler, until_done)
    return cache(lambda id_name: open_folder(arguments.data[0], id_name, engine))


def _engine(scheduler: str | None, until_done: ExitStack) -> "Engine":
    """Return what makes the parts of the rows: this machine, or the cluster of a scheduler."""
    from estimation.parts import Local

    if scheduler is None:
        return Local
    try:
        from estimation.cluster import Cluster, connected
    except ImportError as error:
        raise FileError(
            "--scheduler needs Dask, which is not installed. Install it with: "
            'pip install "distributed>=2025.1"'
        ) from error
    return partial(Cluster, until_done.enter_context(connected(scheduler)))


def _read(
    arguments: argparse.Namespace,
    file: "CommandFile",
    path: Path,
    read: "Callable[[DataFile | DataFiles | None], TwoLevelData]",
) -> "list[TwoLevelData]":
    return [read(_data_files(arguments, file, path)), *_imputed(arguments, file, path, read)]


def _require_runnable(file: "CommandFile", spec: "ModelSpec", data: "Data") -> None:
    """Raise SpecError with every problem of the model and the line that it comes from."""
    from estimation.spec import problems
    from estimation.spec.command_places import place

    found = problems(spec, data.catalogue)
    if found:
        raise SpecError("\n".join(f"{place(file, each)}: {each.message}" for each in found))


def _sources(arguments: argparse.Namespace) -> "DataFiles | None":
    from estimation.spec.command_file import DataFiles

    level1 = arguments.level1
    return DataFiles(level1, arguments.level2, arguments.id) if level1 else None


def _data_files(
    arguments: argparse.Namespace, file: "CommandFile", path: Path
) -> "DataFile | DataFiles | None":
    """Return the data given, or those that a command file names, relative to its folder.

    None are the example's.
    """
    from estimation.spec.command_file import DataFile, data_files

    if arguments.data:
        return DataFile(arguments.data[0])
    if arguments.level1:
        return _sources(arguments)
    try:
        files = data_files(file, path.parent)
    except SpecError as error:
        raise SpecError(f"{error} Or use --data, or --level1, --level2 and --id.") from error
    _spare(files, arguments)
    return files


def _imputed(
    arguments: argparse.Namespace,
    file: "CommandFile",
    path: Path,
    read: "Callable[[DataFile], TwoLevelData]",
) -> "list[TwoLevelData]":
    """Read the further data files given, or else those that a command file names."""
    from estimation.spec.command_file import DataFile, imputation_files
    from estimation.spec.command_places import place
    from estimation.spec.problem import Problem

    if _given(arguments):
        return [read(DataFile(each)) for each in arguments.data[1:]]
    files = imputation_files(file, path.parent)
    for each in files:
        _spare(each, arguments)
    try:
        return [read(each) for each in files]
    except EstimationError as error:
        where = place(file, Problem("", keyword="imputations"))
        error.args = (f"{where}: {error}",)
        raise


def _given(arguments: argparse.Namespace) -> bool:
    """Whether all data files of a multiple imputation are given, whatever the model names."""
    return len(arguments.data) > 1


def _spare(files: "DataFile | DataFiles | None", arguments: argparse.Namespace) -> None:
    """Refuse to write over the data that a command file names."""
    data = [each.resolve() for each in files.paths] if files else []
    for target in (each for each in (arguments.output, arguments.json) if each):
        if target.resolve() in data:
            raise FileError(f"{target} holds the data. Write to a file of another name.")


def _analyse(job: _Job, progress: ProgressLine) -> "Analysis | PooledAnalysis | None":
    """Run one model; say why and return None where it has no estimate."""
    try:
        analysis = _fit(job, progress)
    except EstimationError as error:
        say(f"{_place(job.file, error)}: {error}")
        return None
    return replace(analysis, warnings=(*job.file.warnings, *analysis.warnings))


def _place(file: "CommandFile", error: EstimationError) -> str:
    """Name the file, and the line of the option or the variable whose data are at fault."""
    from estimation.spec.command_places import place
    from estimation.spec.problem import Problem

    return place(file, Problem(str(error), error.variable, error.keyword))


def _fit(job: _Job, progress: ProgressLine) -> "Analysis | PooledAnalysis":
    from estimation.imputation import run_all

    try:
        return run_all(job.data, job.spec, progress)
    finally:  # whatever is said next has the line to itself
        progress.clear()


def _text(job: _Job, analysis: "Analysis | PooledAnalysis", output: Path | None) -> str:
    from estimation.report import render

    return render(analysis, command_file=job.file.name, output_file=str(output or ""))


def _json(analysis: "Analysis | PooledAnalysis") -> str:
    from estimation.report import to_json

    return json.dumps(to_json(analysis), indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def _write(path: Path, text: str, progress: ProgressLine) -> None:
    from estimation.files import write_text

    write_text(path, text)
    progress.tell(f"{path} was written.")
