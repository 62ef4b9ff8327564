"""The letters of the equations, which the structure of the data decides and nothing else does.

Persons within groups: Y_ij = β_0j + β_1j(X_ij) + r_ij, β_0j = γ_00 + u_0j.  Measures within
persons, as textbooks write growth: Y_ti = π_0i + π_1i(X_ti) + e_ti, π_0i = β_00 + r_0i.  Measures
within groups, for which we know no printed model: the same with m for a measure, j for a group.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from estimation.spec.catalogue import Structure

_COMMON, _INDICES, _TABLES = "βγur", "ij", "BGUR"


@dataclass(frozen=True)
class Letters:
    """What stands for β, γ, u and r; for their B, G, U and R in tables; for row i and unit j."""

    symbols: str = _COMMON
    tables: str = _TABLES
    indices: str = _INDICES

    @property
    def error(self) -> str:
        """What a level-2 error is called: u, or r."""
        return self.symbol("u")

    def symbol(self, common: str) -> str:
        """Translate β, γ, u and r; any other text stays."""
        return self.symbols[_COMMON.index(common)] if common in set(_COMMON) else common

    def in_table(self, common: str) -> str:
        """Translate B, G, U and R."""
        return self.tables[_TABLES.index(common)]

    def subscript(self, common: str) -> str:
        """Translate i and j in a subscript; its numbers stay."""
        return common.translate(str.maketrans(_INDICES, self.indices))


_OF: Mapping[Structure, Letters] = MappingProxyType(
    {
        Structure.PERSONS_IN_GROUPS: Letters(),
        Structure.MEASURES_IN_PERSONS: Letters("πβre", "PBRE", "ti"),
        Structure.MEASURES_IN_GROUPS: Letters("πβre", "PBRE", "mj"),
    }
)
# Every letter that may end a subscript.
INDICES = "".join(sorted({index for each in _OF.values() for index in each.indices}))


def letters_of(structure: Structure) -> Letters:
    """Return the letters of a structure of the data."""
    return _OF[structure]
