"""−2 log L of the two-level model from cross-products alone.

Equation numbers refer to MATHEMATICS.md.  γ is profiled throughout (E6); no n_j × n_j matrix is
formed, and τ is never inverted, so that a singular τ is legal (E4).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from estimation.arrays import Array, Index, Mask
from estimation.constants import LN_2PI
from estimation.crossproducts import pairs
from estimation.moments import Source
from estimation.parameters import Parameters
from estimation.parts import nothing
from estimation.stacks import cholesky, forward, ln_det, times, transposed
from estimation.standardise import Standardised

# Products of all pairs of variance predictors are held for as many units as fit into this.
BYTES = 2**23


@dataclass(frozen=True, eq=False)
class Problem:
    """A likelihood to maximise: rows behind `moments`, sizes, parameters, ML or REML.

    `n` is the number of rows, or the sum of their design weights; `unit_weights` (J,) are those of
    the units (E27).  `constant` is added to −2 log L (E19).  Where known precisions are `uneven`
    there can be several peaks however many the units.  `attend` is called between passes over the
    units, and between blocks of them; it may raise.
    """

    moments: Source
    parameters: Parameters
    n_units: int
    n: float
    q: int
    f: int
    k: int
    restricted: bool
    constant: float
    unit_weights: Array | None = None
    uneven: bool = False
    attend: Callable[[], None] = nothing

    @property
    def m(self) -> int:
        """Number of elements of vech τ that are estimated."""
        return len(self.basis)

    @property
    def basis(self) -> Array:
        """Symmetric unit matrices of vech τ (m, q, q)."""
        return self.parameters.basis

    @property
    def rows(self) -> Index:
        """Row of τ of each element of vech τ (m,)."""
        return self.parameters.elements[0]

    @property
    def columns(self) -> Index:
        """Column of τ of each element of vech τ (m,)."""
        return self.parameters.elements[1]

    @property
    def free_alpha(self) -> Mask:
        """Which α are estimated (k,)."""
        return self.parameters.free_alpha

    @cached_property
    def total(self) -> Array:
        """Σ_ij c_ij (k,)."""
        sums: Array = self.weighted(self.moments.sums).sum(axis=-1)
        return sums

    @cached_property
    def gram(self) -> Array:
        """Σ_ij c_ij c_ij' (k, k)."""
        return self.moments.gram(self.unit_weights)

    def weighted(self, stack: Array, units: slice = slice(None)) -> Array:
        """Multiply what is stacked by unit, units last, with the units' weights."""
        return stack if self.unit_weights is None else stack * self.unit_weights[units]

    def blocks(self) -> list[slice]:
        """Runs of units for which the products of all pairs of variance predictors are held."""
        each = len(pairs(self.k)) * (self.q + self.f + 1) ** 2 * 8
        step = max(BYTES // each, 1)
        return [slice(first, first + step) for first in range(0, self.n_units, step)]


def build_problem(model: Standardised, *, restricted: bool, homogeneous: bool) -> Problem:
    """Pose the likelihood of a standardised model, with C = 1 if `homogeneous`."""
    k = 1 if homogeneous else len(model.B)
    return Problem(
        moments=model.homogeneous if k == 1 else model.heterogeneous,
        parameters=Parameters(model.blocks, model.fixed_alpha(k)),
        n_units=model.offsets.size - 1,
        n=model.n,
        q=model.q,
        f=model.f,
        k=k,
        restricted=restricted,
        constant=model.m2ll_constant(restricted=restricted),
        unit_weights=model.unit_weights,
        uneven=model.uneven,
        attend=model.rows.attend,
    )


@dataclass(frozen=True, eq=False)
class Profile:
    """γ, −2 log L and the products by unit, units last, at (τ, α) (E4–E6), with M₁ = [X y].

    `S` (p, p, J) = M'WM; `G` (q, q, J); `Q` (q, q, J) = Z'V⁻¹Z; `FM` (q, f + 1, J) = F Z'WM₁;
    `H` (q, f + 1, J) = G Z'WM₁; `K` (q, f + 1, J) = Z'V⁻¹M₁; `XX` (f, f) = Σ X'V⁻¹X; `g` (f + 1,)
    = (−γ, 1), so that e = M₁ g; `quadratic_form` = Σ e'V⁻¹e; `squares` = Σ y'Wy.
    """

    m2ll: float
    tau: Array
    alpha: Array
    gamma: Array
    g: Array
    S: Array
    G: Array
    Q: Array
    FM: Array
    H: Array
    K: Array
    XX: Array
    quadratic_form: float
    squares: float

    def of(self, units: slice) -> "Profile":
        """Return the products of some units, the sums as they are."""
        return replace(
            self,
            S=self.S[..., units],
            G=self.G[..., units],
            Q=self.Q[..., units],
            FM=self.FM[..., units],
            H=self.H[..., units],
            K=self.K[..., units],
        )

    @property
    def Xe(self) -> Array:
        """X_j'V_j⁻¹e_j (f, J)."""
        f, first = self.gamma.size, len(self.G)
        XWe = np.einsum("xmj,m->xj", self.S[first : first + f, first:], self.g)
        Fe = np.einsum("amj,m->aj", self.FM, self.g)
        return np.asarray(XWe - np.einsum("axj,aj->xj", self.FM[:, :f], Fe))


def m2ll(problem: Problem, tau: Array, alpha: Array) -> float:
    """−2 log L at (τ, α), γ profiled; +inf where it cannot be computed (E5)."""
    with np.errstate(over="ignore", invalid="ignore"):
        try:
            value = profile(problem, tau, alpha).m2ll
        except np.linalg.LinAlgError:
            return np.inf
    return value if np.isfinite(value) else np.inf


def profile(problem: Problem, tau: Array, alpha: Array, S: Array | None = None) -> Profile:
    """Solve for γ and evaluate −2 log L (E4–E6); `S` is D_00 if it is known already."""
    q, f = problem.q, problem.f
    if S is None:
        S = problem.moments.S(alpha)
    ZWZ, ZWM = S[:q, :q], S[:q, q:]
    F, ln_dets = _root_of_G(tau, ZWZ)
    FZ, FM = times(F, ZWZ), times(F, ZWM)
    H = times(transposed(F), FM)
    MWM = problem.weighted(S[q:, q:]).sum(axis=-1)
    MVM = MWM - np.matmul(problem.weighted(FM), FM.swapaxes(1, 2)).sum(axis=0)
    XX, Xy = MVM[:f, :f], MVM[:f, f]
    gamma = np.linalg.solve(XX, Xy)
    quadratic_form = float(MVM[f, f] - gamma @ Xy)
    value = problem.constant + problem.n * LN_2PI + quadratic_form
    value += float(problem.weighted(ln_dets).sum() + problem.total @ alpha)
    if problem.restricted:
        value += float(_ln_det(XX)) - f * LN_2PI
    problem.attend()
    return Profile(
        m2ll=value,
        tau=tau,
        alpha=alpha,
        gamma=gamma,
        g=np.append(-gamma, 1.0),
        S=S,
        G=times(transposed(F), F),
        Q=ZWZ - times(transposed(FZ), FZ),
        FM=FM,
        H=H,
        K=ZWM - times(ZWZ, H),
        XX=XX,
        quadratic_form=quadratic_form,
        squares=float(MWM[f, f]),
    )


def _root_of_G(tau: Array, ZWZ: Array) -> tuple[Array, Array]:
    """F_j (q, q, J) with G_j = F_j'F_j, and ln|I + Z'WZ τ| (J,) (E4).

    With τ = LL' and I + L'Z'WZ L = ΓΓ', F = Γ⁻¹L'.  Differences of the form a'a − (Fb)'(Fb)
    keep their digits where τ is large, which differences with τ(I + Z'WZ τ)⁻¹ do not.
    """
    values, vectors = np.linalg.eigh(tau)
    L = vectors * np.sqrt(np.maximum(values, 0))
    LZWZ = np.einsum("ba,bcj->acj", L, ZWZ)
    root = cholesky(np.eye(len(tau))[:, :, None] + np.einsum("acj,cd->adj", LZWZ, L))
    return forward(root, L.T[:, :, None]), ln_det(root)


def _ln_det(A: Array) -> float:
    return 2 * float(np.log(np.linalg.cholesky(A).diagonal()).sum())
