"""`make bench`: how long things take, printed; never a test.

Fits are timed beside those of other programs in the same run (ratios above 1: Levelwise is
quicker); what a person waits for is printed as absolute times, with the machine.  The Makefile
sets BLAS to one thread.  `make bench-all` adds the peers that need minutes a fit.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from installing import machine
from race import race

HERE = Path(__file__).parent
DATA_ROWS = 10_000_000
SAV = ("hsb1.sav", "hsb2.sav")
_KEPT = DATA_ROWS * 8 * 8 / 1e6


def main(*, slow: bool) -> None:
    """Print all tables; what takes much memory is measured in processes of its own."""
    start = time.monotonic()
    print(f"{machine()}, {time.strftime('%Y-%m-%d')}", flush=True)
    race(slow=slow)
    for script in ("growth.py", "cancelling.py"):
        subprocess.run([sys.executable, str(HERE / script)], check=True)
        print(flush=True)
    data_in()
    window()
    print(f"\nAll of this took {(time.monotonic() - start) / 60:.1f} minutes.")


def data_in() -> None:
    """Ten million rows of CSV into a data file, beside pyarrow alone; HS&B from SPSS files."""
    print(f"\nData in: a CSV of {DATA_ROWS:,} rows and 8 columns ({_KEPT:.0f} MB as numbers)")
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder, "rows.csv"))
        _data("rows", str(DATA_ROWS), path)
        times: dict[str, list[float]] = {"peer": [], "ours": []}
        for _ in range(3):
            for which, found in times.items():
                ((name, seconds, megabytes),) = _data(which, path)
                found.append(seconds)
                print(f"  {name:42}{1000 * seconds:9.1f} ms {megabytes:8.0f} MB")
        ratio = min(times["ours"]) / min(times["peer"])
        print(f"  ratio of the least times {ratio:.2f} (goal 1.5)")
        print(f"  memory: {megabytes / _KEPT:.2f} times the columns kept (goal 3)")
        for which, *arguments in (
            ("open", f"{path}.mdmx"),
            ("sav", *(shutil.copy(HERE.parent / "data_files" / each, folder) for each in SAV)),
            ("window", path),
        ):
            for name, seconds, _ in _data(which, *map(str, arguments)):
                print(f"  {name:42}{1000 * seconds:9.1f} ms", flush=True)


def _data(*arguments: str) -> list[tuple[str, float, float]]:
    """Run data.py in a process of its own."""
    done = subprocess.run(
        [sys.executable, str(HERE / "data.py"), *arguments],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    lines = [line.split("\t") for line in done.stdout.splitlines()]
    return [(name, float(seconds), float(megabytes)) for name, seconds, megabytes in lines]


def window() -> None:
    """What a person waits for, in a fresh process on the offscreen platform."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    print("\nWhat a person waits for (offscreen)")
    script = str(HERE / "window.py")
    runs = [
        subprocess.run(
            [sys.executable, script, str(time.time())],
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for _ in range(3)
    ]
    rows = [[line.split("\t") for line in each.splitlines()] for each in runs]
    for lines in zip(*rows, strict=True):
        print(f"  {lines[0][0]:38} {1000 * median(float(line[1]) for line in lines):9.1f} ms")


if __name__ == "__main__":
    main(slow="--all" in sys.argv)
