"""Parts of the rows on a Dask cluster: what is done to them is done where they are.

Needs the extra `levelwise[cluster]`.  A worker that is lost takes parts with it; the scheduler has
them made again from their files.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError
from dataclasses import dataclass, replace
from functools import partial
from logging import CRITICAL, getLogger
from time import monotonic
from typing import Any, TypeVar

from distributed import Client, KilledWorker, wait
from distributed.client import ClosedClientError
from distributed.comm import CommClosedError

from estimation.errors import FileError
from estimation.parts import Parts, Step, made, nothing

T = TypeVar("T")
P = TypeVar("P")

# Seconds between two looks at what the cluster is doing.
LOOK = 0.1
# Seconds in which a scheduler must answer, and a cluster have workers.
PATIENCE, WORKERLESS = 10, 60
# How a scheduler's RuntimeError begins where a module of the task is not installed.
_UNREADABLE = "Error during deserialization"


@dataclass(frozen=True, eq=False)
class Cluster(Parts[P]):
    """Parts that workers make by the `steps` of the `sources`: files, or parts they hold."""

    client: Any
    sources: Sequence[Any]
    steps: tuple[Step, ...] = ()
    attend: Callable[[], None] = nothing

    def __len__(self) -> int:
        """Return the number of parts."""
        return len(self.sources)

    def map(self, function: Callable[..., T], *arguments: object) -> list[T]:
        """Return function(part, *arguments) of each part."""
        try:
            futures = self._asked((*self.steps, Step(function, arguments)))
            self._wait(futures)
            return list(self.client.gather(futures))
        except KilledWorker as error:
            raise FileError(
                "Workers of the Dask cluster died one after the other at the same part of the "
                "data. Look into their log. A part has to fit into a worker's memory: write "
                "smaller files."
            ) from error
        except (CancelledError, CommClosedError, ClosedClientError) as error:
            raise FileError(
                "The Dask scheduler does not answer any more. Start it again, and then the run."
            ) from error
        except RuntimeError as error:
            if _UNREADABLE not in str(error):
                raise
            raise FileError(
                "The Dask scheduler cannot read what it is asked. Like the workers, it needs this "
                "version of Levelwise, and of Dask: start it where they are installed."
            ) from error

    def _wait(self, futures: Sequence[Any]) -> None:
        seen = monotonic()
        while True:
            try:
                wait(futures, timeout=LOOK)
            except TimeoutError:
                self.attend()
            else:
                return
            if self.client.scheduler_info().get("workers", True):  # not told while reconnecting
                seen = monotonic()
            elif monotonic() > seen + WORKERLESS:
                raise FileError(
                    f"The Dask cluster has had no workers for {WORKERLESS} seconds. Look whether "
                    "they run, and into their log: they need this version of Levelwise, and the "
                    "folder by the path that it has here."
                )

    def then(self, function: Callable[..., T], *arguments: object) -> "Cluster[T]":
        """Return parts function(part, *arguments), made anew whenever they are asked for."""
        steps = (*self.steps, Step(function, arguments))
        return Cluster(self.client, self.sources, steps, self.attend)

    def kept(self, numbers: int) -> "Cluster[P]":  # noqa: ARG002 - workers have the room
        """Return the same parts, made once and held by the workers."""
        return replace(self, sources=self._asked(self.steps), steps=())

    def some(self, numbers: Sequence[int]) -> "Cluster[P]":
        """Return some of the parts."""
        return replace(self, sources=[self.sources[number] for number in numbers])

    def attended(self, attend: Callable[[], None]) -> "Cluster[P]":
        """Return the same parts; `attend` is called while the cluster works."""
        return replace(self, attend=attend)

    def _asked(self, steps: tuple[Step, ...]) -> list[Any]:
        make = partial(made, steps=steps)
        return list(self.client.map(make, self.sources, pure=False))


def connected(address: str) -> Any:  # noqa: ANN401 - Dask has no types
    """Return a client of the scheduler at an address; raises FileError."""
    for name in ("distributed", "distributed.client"):  # we say it ourselves, in words
        getLogger(name).setLevel(CRITICAL)
    try:
        return Client(address, timeout=PATIENCE)
    except (OSError, ValueError, TypeError) as error:
        raise FileError(
            f"No Dask scheduler answers at {address}. Look whether it runs, and whether the "
            "address is the one that it prints, such as tcp://10.0.0.5:8786."
        ) from error
