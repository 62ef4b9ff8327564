"""A run: what was asked, on which data, and its solutions."""

from dataclasses import dataclass, field

from estimation.result.solution import Solution
from estimation.result.tests import Bootstrap, HomogeneityTest, ScoreTest, Test
from estimation.spec.catalogue import Structure
from estimation.spec.model import ModelSpec


@dataclass(frozen=True)
class UnitRegression:
    """Level-1 ordinary-least-squares coefficients of one unit."""

    unit_id: str
    n: int
    coefficients: tuple[float, ...]


@dataclass(frozen=True)
class UnitRegressions:
    """The first estimable units' regressions and the average over all estimable units."""

    names: tuple[str, ...]
    units: tuple[UnitRegression, ...]
    average: tuple[float, ...] | None
    n_estimable: int


@dataclass(frozen=True)
class Analysis:
    """A run: what was asked, on which data, and the solutions.

    `homogeneous` is always there; `heterogeneous`, `lr_test` (model 1 against model 2) when
    variance predictors are entered.  `fingerprint` is that of the data.
    `n_level1`, `n_level2` count the rows and units used; `n_deleted` the rows deleted for
    missing values and `units_deleted` the units that went with them.  `data_report` is what
    reading and joining the data left out, `structure` that of the data, which decides the letters.
    """

    spec: ModelSpec
    data_name: str
    fingerprint: str
    n_level1: int
    n_level2: int
    n_deleted: int
    units_deleted: int
    ols: UnitRegressions
    homogeneous: Solution
    heterogeneous: Solution | None = None
    lr_test: Test | None = None
    warnings: tuple[str, ...] = field(default=())
    data_report: tuple[str, ...] = ()
    structure: Structure = Structure.PERSONS_IN_GROUPS
    homogeneity: HomogeneityTest | None = None
    score_tests: tuple[ScoreTest, ...] = ()
    bootstrap: Bootstrap | None = None

    @property
    def solution(self) -> Solution:
        """The solution of the model asked for."""
        return self.heterogeneous or self.homogeneous

    @property
    def converged(self) -> bool:
        """Whether every fit of the run converged."""
        return self.homogeneous.convergence.converged and self.solution.convergence.converged
