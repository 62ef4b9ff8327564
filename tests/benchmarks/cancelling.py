"""How long a run on many rows goes on after it is asked to end.

python cancelling.py [ROWS]
"""

import sys
import threading
import time
from statistics import median

from cases import CASES, large, spec

from estimation.analysis import run
from estimation.data import TwoLevelData
from estimation.progress import Cancelled, Progress
from estimation.spec import ModelSpec

ROWS = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
# Requests in runs that are warmer than the first, by whose time they are spread.
REQUESTS, SHARE = 6, 0.8


class Observer:
    """Ends the run when it has been asked to, as the window's does; notes where that was."""

    def __init__(self) -> None:
        self.asked = 0.0
        self.last = Progress("preparing")
        self.longest, self._heard = 0.0, time.perf_counter()

    def ask(self) -> None:
        """Ask the run to end."""
        self.asked = time.perf_counter()

    def __call__(self, event: Progress) -> None:
        """Take note; end the run if asked."""
        now = time.perf_counter()
        self.longest, self._heard = max(self.longest, now - self._heard), now
        if self.asked:
            raise Cancelled
        self.last = event


def main() -> None:
    """Print a line a request, spread over the time that the run takes, and the longest."""
    data, model = large(ROWS, ROWS // 100), spec(CASES[-1])
    observer, start = Observer(), time.perf_counter()
    run(data, model, observer)
    observer(Progress("finished"))
    whole = time.perf_counter() - start
    print(f"Cancelling {CASES[-1].words} on {ROWS:,} rows, a run of {whole:.1f} s")
    print(f"  longest silence of the observer   {observer.longest:8.3f} s")
    moments = [SHARE * (i + 0.5) / REQUESTS for i in range(REQUESTS)]
    found = [cancelled(data, model, each * whole) for each in moments]
    answers = [seconds for seconds, _ in found if seconds is not None]
    for seconds, words in found:
        print(f"  {'ended first' if seconds is None else f'{seconds:.3f} s':>12}  asked {words}")
    if answers:
        print(f"  median {median(answers):.3f} s, longest {max(answers):.3f} s (goal 0.2)")


def cancelled(data: TwoLevelData, model: ModelSpec, after: float) -> tuple[float | None, str]:
    """Seconds from request to exception, None where the run ended first; where it was asked."""
    observer = Observer()
    timer = threading.Timer(after, observer.ask)
    timer.start()
    try:
        run(data, model, observer)
    except Cancelled:
        seconds = time.perf_counter() - observer.asked
        last = observer.last
        return seconds, f"after {after:.1f} s: {last.stage}, iteration {last.iteration}"
    finally:
        timer.cancel()
    return None, f"after {after:.1f} s"


if __name__ == "__main__":
    main()
