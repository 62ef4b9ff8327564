"""Data in: times and memory of making and opening data files, each measured in a fresh process.

    python data.py rows N FILE.csv       make a CSV of N rows and eight columns
    python data.py peer FILE.csv         pyarrow alone: read it, write Parquet
    python data.py ours FILE.csv         make a data file of it
    python data.py open FILE.mdmx        open it and list its variables
    python data.py sav L1.sav L2.sav     HS&B from two SPSS files
    python data.py window FILE.csv       the longest time that a window does not answer meanwhile

bench.py calls these; a line each, name <tab> seconds <tab> MB that the process grew by at most.
"""

import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

UNIT = 100


class _WithoutPandas:
    """The program is installed without pandas, which Arrow loads where there is one."""

    @staticmethod
    def find_spec(name: str, *_: object) -> None:
        """Refuse pandas, and nothing else."""
        if name == "pandas":
            raise ModuleNotFoundError(name=name)


def main() -> None:
    """Do what is asked for."""
    sys.meta_path.insert(0, _WithoutPandas())
    name, *arguments = sys.argv[1:]
    globals()[name](*arguments)


def rows(number: str, path: str) -> None:
    """Students in schools: an ID, three small whole numbers, three decimals, one of level 2."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import csv

    n, rng = int(number), np.random.default_rng(1)
    units = n // UNIT
    columns = {
        "ID": np.repeat(np.arange(units) + 1000, UNIT),
        "FEMALE": rng.integers(0, 2, n),
        "MINORITY": rng.integers(0, 2, n),
        "AGE": rng.integers(10, 70, n),
        "SES": rng.normal(size=n).round(3),
        "MATHACH": rng.normal(12, 6, n).round(3),
        "HOURS": rng.normal(size=n).round(6),
        "SECTOR": np.repeat(rng.integers(0, 2, units), UNIT),
    }
    csv.write_csv(pa.table(columns), path)


def peer(path: str) -> None:
    """Read a CSV and write Parquet with pyarrow's defaults."""
    from pyarrow import csv, parquet

    def work() -> None:
        parquet.write_table(csv.read_csv(path), path + ".parquet")

    _say("pyarrow: CSV to Parquet", *_measured(work))


def ours(path: str) -> None:
    """Make a data file of one CSV that serves both levels."""
    from estimation.data.make import assemble, read_tables
    from estimation.data.recipe import Recipe, Source
    from estimation.data.store import write

    recipe = Recipe(Source(Path(path)), id1="ID")

    def work() -> None:
        write(Path(path + ".mdmx"), assemble(recipe, read_tables(recipe)))

    _say("CSV to data file", *_measured(work))


def open(path: str) -> None:  # noqa: A001 - named as it is called
    """Open a data file, list its variables, and load a column."""
    from estimation.data.store import open_data_file

    start = time.perf_counter()
    file = open_data_file(Path(path))
    names = file.data.catalogue.names(1)
    _say("open, variables shown", time.perf_counter() - start)
    start = time.perf_counter()
    _ = file.data.level1[names[0]]
    _say("first column", time.perf_counter() - start)


def sav(level1: str, level2: str) -> None:
    """Two SPSS files to a data file, everything loaded for the first time."""
    start = time.perf_counter()
    from estimation.data.make import assemble, read_tables
    from estimation.data.recipe import Recipe, Source
    from estimation.data.store import open_data_file, write

    recipe = Recipe(Source(Path(level1)), Source(Path(level2)), id1="ID")
    target = Path(level1 + ".mdmx")
    write(target, assemble(recipe, read_tables(recipe)))
    assert open_data_file(target).data.n_rows == 7185
    _say("HS&B, two .sav to data file, first time", time.perf_counter() - start)
    start = time.perf_counter()
    write(target, assemble(recipe, read_tables(recipe)))
    _say("HS&B again", time.perf_counter() - start)


def window(path: str) -> None:
    """Turn Qt's event loop while a data file is made beside it, as the dialog does."""
    from concurrent.futures import ThreadPoolExecutor

    from PySide6.QtWidgets import QApplication

    from app.jobs import FitJob

    app = QApplication(sys.argv[:1])

    def work(observe: Callable[[object], None]) -> None:
        from estimation.data.make import assemble, data_of, read_tables
        from estimation.data.recipe import Recipe, Source
        from estimation.data.store import open_data_file, write

        recipe = Recipe(Source(Path(path)), id1="ID")
        made = assemble(recipe, read_tables(recipe, observe), observe)
        write(Path(path + ".mdmx"), made, observe)
        _ = data_of(made, ""), open_data_file(Path(path + ".mdmx"))

    with ThreadPoolExecutor(1) as executor:
        job = FitJob(work, executor)
        ended: list[object] = []
        for signal in (job.finished, job.failed):
            signal.connect(ended.append)
        longest, last = 0.0, time.perf_counter()
        while not ended:
            app.processEvents()
            now = time.perf_counter()
            longest, last = max(longest, now - last), now
            time.sleep(0.002)
    assert ended == [None], ended
    _say("longest silence of the window", longest)


def _measured(work: Callable[[], None]) -> tuple[float, float]:
    """Seconds of a call, and the memory that the process takes more at its height."""
    before = _memory()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start, _memory() - before


def _memory() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _say(name: str, seconds: float, megabytes: float = 0) -> None:
    print(name, seconds, megabytes, sep="\t")


if __name__ == "__main__":
    main()
