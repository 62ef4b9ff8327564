"""The runs of a document, one at a time in a worker, and what is said of them."""

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from functools import partial
from importlib import import_module

from PySide6.QtCore import QObject, Signal

from app.jobs import FitJob
from app.model.document import Document, ModelFile, Report
from estimation.data import TwoLevelData
from estimation.progress import Observer, Progress
from estimation.result import Analysis, PooledAnalysis
from estimation.spec import ModelSpec

Result = Analysis | PooledAnalysis
Run = Callable[[Sequence[TwoLevelData], ModelSpec, Observer], Result]


def run_analysis(data: Sequence[TwoLevelData], spec: ModelSpec, observer: Observer) -> Result:
    """Run in the worker; the estimator is loaded beside the window, not before it."""
    from estimation.imputation import run_all  # noqa: PLC0415 - as said above

    return run_all(data, spec, observer)


class Runs(QObject):
    """Runs the model of a document and leaves the report there; a failed run has one, too.

    `changed` follows the begin and the end of each run, `reported` each report; `said` tells how
    far a run is, and how it ended; `share` is what is done of the present stage, where that is
    known.  `run` is the analysis and `executor` where it runs.
    """

    changed = Signal()
    reported = Signal()
    said = Signal(str)

    def __init__(
        self, document: Document, run: Run, executor: Executor | None, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._document, self._run = document, run
        self._executor = executor or ThreadPoolExecutor(1, "fit")
        self._job: FitJob | None = None
        self._abandoned: Future[object] | None = None
        self.closed = False
        self.share: float | None = None

    @property
    def running(self) -> bool:
        """Whether a run is under way."""
        return self._job is not None

    @property
    def obstacle(self) -> str:
        """Why no run can begin, in words; empty if one can."""
        if self.running:
            return "A run is under way."
        if self._document.data is None:
            return "No data are open."
        return next((each.message for each in self._document.problems), "")

    def load(self) -> None:
        """Load readers and estimator beside the window, so that the first use need not wait."""
        if not self.closed:
            self._executor.submit(_load_all)

    def start(self) -> None:
        """Run the model shown, if it can be run."""
        data, spec = self._document.data, self._document.spec
        if data is None or self.obstacle or self.closed:
            return
        file = "" if self._document.modified else self._document.file.name
        work = partial(_reported, self._run, data, spec, self._document.file, file)
        job = FitJob(work, self._executor, self)
        job.started.connect(lambda: self.said.emit("Starting"))
        job.progressed.connect(self._progressed)
        job.finished.connect(self._finish)
        job.failed.connect(partial(self._fail, data, spec, file))
        job.cancelled.connect(self._cancelled)
        self._job, self.share = job, None
        waiting = self._abandoned is not None and not self._abandoned.done()
        self.said.emit("Waiting for the cancelled run to end" if waiting else "Starting")
        self.changed.emit()

    def cancel(self) -> None:
        """Cancel the run, if there is one."""
        if self._job is not None:
            self._abandoned = self._job.future
            self._job.cancel()

    def close(self) -> None:
        """Cancel the run and wait for the worker; nothing runs any more."""
        self.cancel()
        self.closed = True
        self._executor.shutdown(cancel_futures=True)

    def _progressed(self, progress: Progress) -> None:
        self.share = progress.iteration / progress.total if progress.total else None
        self.said.emit(where(progress))

    def _finish(self, report: Report) -> None:
        self._keep(report)

    def _fail(self, data: TwoLevelData, spec: ModelSpec, file: str, message: str) -> None:
        from estimation.report import failure_page  # noqa: PLC0415 - loaded with the first data

        structure = data.catalogue.structure
        page = failure_page(spec, data.name, message, structure=structure, command_file=file)
        self._keep(Report(spec, data.fingerprint, page.text, page.outline))

    def _keep(self, report: Report) -> None:
        self._end(how_it_ended(report.analysis))
        self._document.keep(report)
        self.reported.emit()

    def _cancelled(self) -> None:
        earlier = ": the output is that of an earlier run" if self._document.shown else ""
        self._end(f"Run cancelled{earlier}")

    def _end(self, words: str) -> None:
        if self._job is not None:
            self._job.deleteLater()
            self._job = None
        self.said.emit(words)
        self.changed.emit()


def where(progress: Progress) -> str:
    """Which analysis of several, and how far it is."""
    part = f"{progress.part}: " if progress.part else ""
    return f"{part}{how_far(progress)}"


def how_far(progress: Progress) -> str:
    """Stage, iteration and HLM's deviance in words; of refits how many are done."""
    if progress.total:
        return f"{progress.stage.capitalize()}: {progress.iteration} of {progress.total}"
    again = f", start {progress.run}" if progress.run > 1 else ""
    words = f"{progress.stage.capitalize()} model{again}: "
    if progress.deviance is None:
        return f"{words}preparing"
    return f"{words}iteration {progress.iteration}, deviance {progress.deviance:.6f}"


def how_it_ended(analysis: Result | None) -> str:
    """Convergence in words; no analysis is a failed one."""
    if analysis is None:
        return "Not estimated: see the output"
    if not analysis.converged:
        return "Did not converge: see the output"
    if isinstance(analysis, PooledAnalysis):
        return f"All {len(analysis.analyses)} analyses converged"
    fits = [analysis.homogeneous, *filter(None, [analysis.heterogeneous])]
    counts = [fit.convergence.iterations for fit in fits]
    noun = "iteration" if counts == [1] else "iterations"
    return f"Converged after {' and '.join(map(str, counts))} {noun}"


def _reported(
    run: Run,
    data: TwoLevelData,
    spec: ModelSpec,
    file: ModelFile,
    command_file: str,
    observer: Observer,
) -> Report:
    """Open the imputed data files, run, and write the output, all in the worker."""
    from estimation.examples import read_data  # noqa: PLC0415 - loaded with the first data
    from estimation.report import typeset  # noqa: PLC0415 - as above

    imputed = [read_data(each) for each in file.imputations(spec)]
    analysis = run([data, *imputed], spec, observer)
    page = typeset(analysis, command_file=command_file)
    return Report(spec, data.fingerprint, page.text, page.outline, analysis)


def _load_all() -> None:
    names = ("examples", "data.store", "imputation", "report")
    for name in (f"estimation.{each}" for each in names):
        import_module(name)
