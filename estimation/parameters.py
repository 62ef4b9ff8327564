"""Which elements of τ and which α are estimated: a block-diagonal τ, α's that are given (E28)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from estimation.arrays import Array, Index, Mask


@dataclass(frozen=True, eq=False)
class Parameters:
    """θ = (vech τ, α): the random effects in `blocks` that covary within, α where `fixed` is None.

    `blocks` partition range(q); `fixed` holds k values.  Elements of vech τ between blocks are 0
    and none of θ; α's that are fixed are in θ, but not `free`.
    """

    blocks: tuple[tuple[int, ...], ...]
    fixed: tuple[float | None, ...]

    @cached_property
    def q(self) -> int:
        """Number of random effects a unit."""
        return sum(map(len, self.blocks))

    @cached_property
    def members(self) -> tuple[Index, ...]:
        """The random effects of each block."""
        return tuple(np.array(block, dtype=np.intp) for block in self.blocks)

    @cached_property
    def block(self) -> Index:
        """Number of the block of each random effect (q,)."""
        result = np.zeros(self.q, dtype=np.intp)
        for number, members in enumerate(self.members):
            result[members] = number
        return result

    @cached_property
    def pattern(self) -> Mask:
        """Which elements of τ are not fixed at zero (q, q)."""
        found: Mask = self.block[:, None] == self.block
        return found

    @cached_property
    def elements(self) -> tuple[Index, Index]:
        """Rows and columns of vech τ, by rows of the lower triangle, none between blocks."""
        rows, columns = np.tril_indices(self.q)
        free = self.pattern[rows, columns]
        return rows[free], columns[free]

    @cached_property
    def basis(self) -> Array:
        """Symmetric E with ∂τ/∂τ_ab = E: (m, q, q)."""
        rows, columns = self.elements
        basis = np.zeros((rows.size, self.q, self.q))
        basis[np.arange(rows.size), rows, columns] = 1
        basis[np.arange(rows.size), columns, rows] = 1
        return basis

    @cached_property
    def free_alpha(self) -> Mask:
        """Which α are estimated (k,)."""
        return np.array([value is None for value in self.fixed])

    @cached_property
    def free(self) -> Mask:
        """Which elements of θ are estimated (m + k,)."""
        return np.concatenate((np.ones(len(self.basis), dtype=bool), self.free_alpha))

    def with_fixed(self, alpha: Array) -> Array:
        """Return α (k,) with the given values in their places."""
        given = [np.nan if value is None else value for value in self.fixed]
        result: Array = np.where(self.free_alpha, alpha, given)
        return result

    def alpha_step(self, step: Array) -> Array:
        """Change of α (k,) in a step whose last elements are the free α's."""
        change = np.zeros(len(self.fixed))
        change[self.free_alpha] = step[step.size - int(self.free_alpha.sum()) :]
        return change


def constrained_groups(n: int, groups: Sequence[Sequence[int]]) -> Array:
    """Return R (n, n_free) with γ = R γ_free, where the γ's of each group are equal (E28)."""
    leader = np.arange(n)
    for group in groups:
        leader[list(group)] = min(group)
    free = np.unique(leader)
    return np.asarray(leader[:, None] == free, dtype=float)
