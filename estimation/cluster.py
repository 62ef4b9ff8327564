"""Parts of the rows on a Dask cluster: what is done to them is done where they are.

Needs the extra `levelwise[cluster]`.  A worker that is lost takes parts with it; the scheduler has
them made again from their files.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, TypeVar

from distributed import Client, wait

from estimation.errors import FileError
from estimation.parts import Parts, Step, made, nothing

T = TypeVar("T")
P = TypeVar("P")

# Seconds between two looks at what the cluster is doing.
LOOK = 0.1
# Seconds in which a scheduler must answer.
PATIENCE = 10


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
        futures = self._asked((*self.steps, Step(function, arguments)))
        while True:
            try:
                wait(futures, timeout=LOOK)
            except TimeoutError:
                self.attend()
            else:
                return list(self.client.gather(futures))

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
    try:
        return Client(address, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise FileError(
            f"No Dask scheduler answers at {address}. Look whether it runs, and whether the "
            "address is the one that it prints, such as tcp://10.0.0.5:8786."
        ) from error
