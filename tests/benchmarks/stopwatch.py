"""How every entrant is timed, Levelwise and the Python peers alike, in a process of its own.

It says one line on its standard output; so does peers.R, which measures in the same way:

    RESULT <tab> seconds of each run <tab> -2 log L <tab> processors busy <tab> MB <tab> note

Processors busy are processor time over time of the runs; MB what the process grew by at most, data
included.  Needs nothing but the standard library, as the peers have an environment of their own.
"""

import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

# So many warm runs, and short ones up to MANY until they have taken a second.
REPEATS, MANY = 7, 50
# A call of more than so many seconds is its own measurement; warm or not is lost in it.
LONG = 10.0
# Repeats end when they have taken so many seconds.
ENOUGH = 8.0


def memory(which: str) -> float:
    """MB of the process now (VmRSS) or at most (VmHWM); nan where there is no /proc."""
    path = Path("/proc/self/status")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    found = [line.split()[1] for line in lines if line.startswith(which)]
    return float(found[0]) / 1024 if found else float("nan")


def forget_peak() -> None:
    """Let VmHWM start anew, so that what reading took at its height is left out."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="utf-8")


def measure(fit: Callable[[], object], m2ll: Callable[[object], float], before: float) -> None:
    """Time a fit and say the line; `before` is the memory before the data were read."""
    forget_peak()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            value, seconds, busy = repeated(fit, m2ll)
        except Exception as error:  # noqa: BLE001 - whatever a peer raises is its result
            say([], float("nan"), 0, before, f"{type(error).__name__}: {error}")
            return
    notes = dict.fromkeys(f"{each.category.__name__}: {each.message}" for each in caught)
    say(seconds, value, busy, before, "; ".join(notes))


def repeated(
    fit: Callable[[], object], m2ll: Callable[[object], float]
) -> tuple[float, list[float], float]:
    """−2 log L, seconds of the warm runs, and how many processors they kept busy.

    No result is kept while the next is made, which would count its memory twice.
    """
    start = time.perf_counter(), time.process_time()
    result = fit()
    seconds = [time.perf_counter() - start[0]]
    value = m2ll(result)
    del result
    if seconds[0] < LONG:
        start, seconds = (time.perf_counter(), time.process_time()), []
        while wanted(len(seconds), sum(seconds)):
            began = time.perf_counter()
            fit()
            seconds.append(time.perf_counter() - began)
    busy = (time.process_time() - start[1]) / (time.perf_counter() - start[0])
    return value, seconds, busy


def wanted(runs: int, seconds: float) -> bool:
    """Whether there should be another run."""
    return runs < (REPEATS if seconds > 1 else MANY) and seconds < ENOUGH


def say(seconds: list[float], m2ll: float, busy: float, before: float, note: str) -> None:
    """Print the line."""
    times = ",".join(f"{each:.6f}" for each in seconds)
    note = " ".join(note.split())
    grown = memory("VmHWM") - before
    print("RESULT", times, f"{m2ll:.6f}", f"{busy:.1f}", f"{grown:.0f}", note, sep="\t", flush=True)
