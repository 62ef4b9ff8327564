"""`make study`: does the estimator always end at the constrained maximum?  Counts, never a test.

    python tests/study/study.py                                    all families
    python tests/study/study.py --family boundary                  one
    python tests/study/study.py --family boundary --case 17        one data set, in words

A case is *reached* when −2 log L is within 1e-6 of the best that BFGS finds from 20 starts and
more, with a likelihood that shares nothing with the package, and the Kuhn–Tucker conditions hold;
*refused* when a named refusal is borne out by that search or by the rank of the design.
"""

import argparse
import os
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

TESTS = Path(__file__).parent.parent
sys.path[1:1] = [str(TESTS / "oracle"), str(TESTS / "properties"), str(TESTS.parent)]
for library in ("OPENBLAS", "OMP", "MKL"):  # read when numpy is first imported
    os.environ.setdefault(f"{library}_NUM_THREADS", "1")

from families import FAMILIES, case  # noqa: E402 - the paths come first
from verdict import REACHED, REFUSED, UNFINISHED, WRONG, judge  # noqa: E402

PROCESSES = 2
OUTCOMES = (REACHED, REFUSED, UNFINISHED, WRONG)


def main():
    """Print the table of counts; the exit status says whether anything was wrong."""
    options = _options()
    if options.case is not None:
        print(_line(options.family, options.case, _verdict((options.family, options.case))))
        return 0
    families = [options.family] if options.family else list(FAMILIES)
    print(_row("family", ("tried", *OUTCOMES, "fit s", "search s", "total s")))
    counts = []
    for family in families:
        counts.append(_family(family))
        print(_row(family, counts[-1]), flush=True)
    totals = [sum(each) for each in zip(*counts, strict=True)]
    print(_row("all", totals))
    return int(totals[4] > 0)


def _options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--family", choices=FAMILIES)
    parser.add_argument("--case", type=int)
    return parser.parse_args()


def _family(family):
    """Counts and seconds of a family; what is neither reached nor refused is printed."""
    began = time.perf_counter()
    tasks = [(family, number) for number in range(FAMILIES[family][1])]
    verdicts = []
    with ProcessPoolExecutor(PROCESSES) as pool:
        for (_, number), verdict in zip(tasks, pool.map(_verdict, tasks), strict=True):
            verdicts.append(verdict)
            if verdict.outcome in (UNFINISHED, WRONG):
                print(_line(family, number, verdict), flush=True)
    found = Counter(verdict.outcome for verdict in verdicts)
    times = (sum(each.seconds for each in verdicts), sum(each.searched for each in verdicts))
    took = time.perf_counter() - began
    return (len(tasks), *(found[outcome] for outcome in OUTCOMES), *times, took)


def _verdict(task):
    return judge(case(*task))


def _line(family, number, verdict):
    timing = f"fit {verdict.seconds:.2f} s, search {verdict.searched:.1f} s"
    return f"{family} {number}: {verdict.outcome} ({timing}), {verdict.reason}"


def _row(name, values):
    cells = [f"{v:9.1f}" if isinstance(v, float) else f"{v:>13}" for v in values]
    return f"{name:10}" + "".join(f"{cell:>14}" for cell in cells)


if __name__ == "__main__":
    sys.exit(main())
