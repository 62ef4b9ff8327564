"""−2 log L of the two-level model, its score and its information, from cross-products alone.

Equation numbers refer to MATHEMATICS.md.  γ is profiled throughout (E6); parameters are
(vech τ by rows of the lower triangle, α).  No n_j × n_j matrix is formed, and τ is never
inverted, so that a singular τ is legal (E4).
"""

from dataclasses import dataclass

import numpy as np

from estimation.arrays import Array, Index
from estimation.constants import LN_2PI
from estimation.crossproducts import Cells, Rows, pairs, source
from estimation.standardise import Standardised


@dataclass(frozen=True, eq=False)
class Problem:
    """A likelihood to maximise: rows behind `moments`, sizes, ML or REML.

    `constant` is added to −2 log L (E19); `basis` (m, q, q) are the symmetric unit matrices of
    vech τ.
    """

    moments: Cells | Rows
    n_units: int
    n: int
    q: int
    f: int
    k: int
    restricted: bool
    constant: float
    basis: Array

    @property
    def m(self) -> int:
        """Number of elements of vech τ."""
        return len(self.basis)


def build_problem(model: Standardised, *, restricted: bool, homogeneous: bool) -> Problem:
    """Pose the likelihood of a standardised model, with C = 1 if `homogeneous`."""
    C = model.C[:, :1] if homogeneous else model.C
    return Problem(
        moments=source(model.M, C, model.offsets),
        n_units=model.offsets.size - 1,
        n=len(C),
        q=model.q,
        f=model.f,
        k=C.shape[1],
        restricted=restricted,
        constant=model.m2ll_constant(restricted=restricted),
        basis=unit_matrices(model.q),
    )


def vech_index(q: int) -> tuple[Index, Index]:
    """Rows and columns of vech τ, by rows of the lower triangle."""
    return np.tril_indices(q)


def unit_matrices(q: int) -> Array:
    """Symmetric E with ∂τ/∂τ_ab = E: (q(q + 1)/2, q, q)."""
    rows, columns = vech_index(q)
    basis = np.zeros((rows.size, q, q))
    basis[np.arange(rows.size), rows, columns] = 1
    basis[np.arange(rows.size), columns, rows] = 1
    return basis


@dataclass(frozen=True, eq=False)
class Profile:
    """γ, −2 log L and the products by unit at (τ, α) (E4–E6), with M₁ = [X y].

    `S` (J, p, p) = M'WM; `G` (J, q, q); `Q` (J, q, q) = Z'V⁻¹Z; `K` (J, q, f + 1) = Z'V⁻¹M₁;
    `H` (J, q, f + 1) = G Z'WM₁; `XX` (f, f) = Σ X'V⁻¹X; `Xe` (J, f) = X'V⁻¹e by unit;
    `g` (f + 1,) = (−γ, 1), so that e = M₁ g; `quadratic_form` = Σ e'V⁻¹e.
    """

    m2ll: float
    tau: Array
    alpha: Array
    gamma: Array
    g: Array
    S: Array
    G: Array
    Q: Array
    K: Array
    H: Array
    XX: Array
    Xe: Array
    quadratic_form: float


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
        S = problem.moments.moments(alpha, ((0, 0),))[0]
    ZWZ, ZWM = S[:, :q, :q], S[:, :q, :]
    F, ln_det_V = _root_of_G(tau, ZWZ)
    FZWM = F @ ZWM
    GZWM = F.swapaxes(1, 2) @ FZWM
    ZVM = ZWM - ZWZ @ GZWM
    FZWM1 = FZWM[:, :, q:]
    MVM = S[:, q:, q:] - FZWM1.swapaxes(1, 2) @ FZWM1
    XX, Xy = MVM[:, :f, :f].sum(axis=0), MVM[:, :f, f].sum(axis=0)
    gamma = np.linalg.solve(XX, Xy)
    quadratic_form = float(MVM[:, f, f].sum() - gamma @ Xy)
    value = problem.constant + problem.n * LN_2PI + quadratic_form + ln_det_V
    value += float(problem.moments.sums.sum(axis=0) @ alpha)
    if problem.restricted:
        value += _ln_det(np.linalg.cholesky(XX)) - f * LN_2PI
    return Profile(
        m2ll=value,
        tau=tau,
        alpha=alpha,
        gamma=gamma,
        g=np.append(-gamma, 1.0),
        S=S,
        G=F.swapaxes(1, 2) @ F,
        Q=_symmetric(ZVM[:, :, :q]),
        K=ZVM[:, :, q:],
        H=GZWM[:, :, q:],
        XX=XX,
        Xe=MVM[:, :f, f] - MVM[:, :f, :f] @ gamma,
        quadratic_form=quadratic_form,
    )


def _root_of_G(tau: Array, ZWZ: Array) -> tuple[Array, float]:
    """F_j (J, q, q) with G_j = F_j'F_j, and Σ ln|I + Z'WZ τ| (E4).

    With τ = LL' and I + L'Z'WZ L = ΓΓ', F = Γ⁻¹L'.  Differences of the form a'a − (Fb)'(Fb)
    keep their digits where τ is large, which differences with τ(I + Z'WZ τ)⁻¹ do not.
    """
    values, vectors = np.linalg.eigh(tau)
    L = vectors * np.sqrt(np.maximum(values, 0))
    root = np.linalg.cholesky(np.eye(len(tau)) + L.T @ ZWZ @ L)
    return np.linalg.solve(root, np.broadcast_to(L.T, root.shape)), _ln_det(root)


def _ln_det(root: Array) -> float:
    """ln|A| of A = root root', summed over a stack."""
    return 2 * float(np.log(np.diagonal(root, axis1=-2, axis2=-1)).sum())


def _symmetric(stack: Array) -> Array:
    return (stack + stack.swapaxes(-1, -2)) / 2


@dataclass(frozen=True, eq=False)
class Derivatives:
    """A profile with score (m + k,), expected and observed information of (vech τ, α).

    `unit_scores` (J, m + k) add up to the score and have expectation zero each.
    """

    profile: Profile
    score: Array
    expected: Array
    observed: Array
    unit_scores: Array

    @property
    def m2ll(self) -> float:
        """−2 log L."""
        return self.profile.m2ll


@dataclass(frozen=True, eq=False)
class _Working:
    """What the derivatives share: D_kl (J, p, p), P (J, q, q), N, D_0k N and L_k.

    N (J, p, f + 1) = [−H; I], so that W⁻¹V⁻¹M₁ = M N; L_k (J, q, f + 1) = P'Z'W diag(c_k) M N.
    """

    D: list[list[Array]]
    P: Array
    N: Array
    DN: list[Array]
    L: list[Array]

    def NDN(self, a: int, b: int) -> Array:
        """Σ M₁'V⁻¹ diag(c_a c_b σ²) V⁻¹M₁: (f + 1, f + 1)."""
        result: Array = np.einsum("jpx,jpq,jqy->xy", self.N, self.D[a][b], self.N, optimize=True)
        return result


def derivatives(problem: Problem, tau: Array, alpha: Array) -> Derivatives:
    """Score and information at (τ, α), ML or REML (E7–E15)."""
    which = pairs(problem.k)
    D = dict(zip(which, problem.moments.moments(alpha, which), strict=True))
    at = profile(problem, tau, alpha, D[0, 0])
    work = _working(problem, at, D)
    A_inv: Array = np.linalg.inv(at.XX)
    omega_e = np.outer(at.g, at.g)
    omega_A = np.zeros_like(omega_e)
    omega_A[:-1, :-1] = A_inv
    B = _first_order(problem, at, work)
    f = problem.f
    AB = A_inv @ B[:, :f, :f]
    XB = B[:, :f, :] @ at.g
    unit_scores = _unit_scores(problem, at, work)
    expected = _trace_information(problem, at, work) / 2
    average = (_second_order(problem, at, work, omega_e) - XB @ A_inv @ XB.T) / 2
    if problem.restricted:
        unit_scores = unit_scores + _restricted_share(problem, at, work, omega_A)
        expected = expected - _second_order(problem, at, work, omega_A)
        expected = expected + np.einsum("aij,bji->ab", AB, AB) / 2
        omega_e = omega_e + omega_A
    curvature = _curvature(problem, at, work, omega_e)
    observed = 2 * average - expected
    observed[problem.m :, problem.m :] += curvature
    return Derivatives(at, unit_scores.sum(axis=0), expected, observed, unit_scores)


def _working(problem: Problem, at: Profile, D: dict[tuple[int, int], Array]) -> _Working:
    q, k = problem.q, problem.k
    table = [[D[min(a, b), max(a, b)] for b in range(k)] for a in range(k)]
    n_columns = problem.f + 1
    N = np.concatenate(
        (-at.H, np.broadcast_to(np.eye(n_columns), (len(at.S), n_columns, n_columns))), 1
    )
    P = np.eye(q) - at.tau @ at.Q
    DN: list[Array] = [table[0][a] @ N for a in range(k)]
    L: list[Array] = [P.swapaxes(1, 2) @ each[:, :q, :] for each in DN]
    return _Working(table, P, N, DN, L)


def _unit_scores(problem: Problem, at: Profile, work: _Working) -> Array:
    """½ (v'Ev − tr EQ) and ½ (r̂'W c_k r̂ + tr G H_k − Σ c_k), by unit (E7, E8)."""
    v = at.K @ at.g
    tau_part = np.einsum("mab,ja,jb->jm", problem.basis, v, v) - np.einsum(
        "mab,jab->jm", problem.basis, at.Q
    )
    a = work.N @ at.g
    q = problem.q
    alpha_part = [
        np.einsum("ja,jab,jb->j", a, D, a) + np.einsum("jab,jba->j", at.G, D[:, :q, :q])
        for D in work.D[0]
    ]
    C = problem.moments.sums
    return np.concatenate((tau_part, np.stack(alpha_part, axis=1) - C), axis=1) / 2


def _restricted_share(problem: Problem, at: Profile, work: _Working, omega: Array) -> Array:
    """½ tr A⁻¹X'V⁻¹V_aV⁻¹X by unit (J, m + k), REML's share of the unit scores (E9)."""
    KOK = at.K @ omega @ at.K.swapaxes(1, 2)
    tau_part = np.einsum("mab,jab->jm", problem.basis, KOK)
    alpha_part = [np.einsum("jpx,jpx->j", work.N @ omega, DN) for DN in work.DN]
    share: Array = np.concatenate((tau_part, np.stack(alpha_part, axis=1)), axis=1) / 2
    return share


def _first_order(problem: Problem, at: Profile, work: _Working) -> Array:
    """Σ M₁'V⁻¹V_aV⁻¹M₁ for every parameter a: (m + k, f + 1, f + 1) (E9)."""
    outer = np.einsum("jax,jby->abxy", at.K, at.K, optimize=True)
    tau_part = np.einsum("mab,abxy->mxy", problem.basis, outer)
    alpha_part = np.stack([np.einsum("jpx,jpy->xy", work.N, DN) for DN in work.DN])
    return np.concatenate((tau_part, alpha_part))


def _second_order(problem: Problem, at: Profile, work: _Working, omega: Array) -> Array:
    """Σ tr(Ω M₁'V⁻¹V_aV⁻¹V_bV⁻¹M₁): (m + k, m + k) (E10)."""
    m, k, q = problem.m, problem.k, problem.q
    result = np.empty((m + k, m + k))
    KOK = at.K @ omega @ at.K.swapaxes(1, 2)
    result[:m, :m] = _sandwich_trace(problem.basis, at.Q, KOK)
    for b in range(k):
        cross = np.einsum("jax,xy,jby->ab", work.L[b], omega, at.K, optimize=True)
        result[:m, m + b] = result[m + b, :m] = np.einsum("mab,ab->m", problem.basis, cross)
        GDN = at.G @ work.DN[b][:, :q, :]
        for a in range(b + 1):
            inner = work.NDN(a, b) - np.einsum("jax,jay->xy", work.DN[a][:, :q, :], GDN)
            result[m + a, m + b] = result[m + b, m + a] = np.sum(omega * inner)
    return result


def _trace_information(problem: Problem, at: Profile, work: _Working) -> Array:
    """Σ tr(V⁻¹V_aV⁻¹V_b): (m + k, m + k) (E11)."""
    m, k, q = problem.m, problem.k, problem.q
    result = np.empty((m + k, m + k))
    result[:m, :m] = _sandwich_trace(problem.basis, at.Q, at.Q)
    GH = [at.G @ D[:, :q, :q] for D in work.D[0]]
    for a in range(k):
        PHP = (work.P.swapaxes(1, 2) @ work.D[0][a][:, :q, :q] @ work.P).sum(axis=0)
        result[:m, m + a] = result[m + a, :m] = np.einsum("mab,ab->m", problem.basis, PHP)
        for b in range(k):
            result[m + a, m + b] = -2 * np.einsum(
                "jab,jba->", at.G, work.D[a][b][:, :q, :q]
            ) + np.einsum("jab,jba->", GH[a], GH[b])
    result[m:, m:] += problem.moments.gram
    return result


def _curvature(problem: Problem, at: Profile, work: _Working, omega: Array) -> Array:
    """½ (tr V⁻¹V_kl − e'V⁻¹V_klV⁻¹e), REML's share in Ω (E12): (k, k)."""
    q, k = problem.q, problem.k
    result = problem.moments.gram.copy()
    for a in range(k):
        for b in range(k):
            result[a, b] -= np.einsum("jab,jba->", at.G, work.D[a][b][:, :q, :q])
            result[a, b] -= np.sum(omega * work.NDN(a, b))
    return result / 2


def _sandwich_trace(basis: Array, Q: Array, S: Array) -> Array:
    """Σ_j tr(E Q_j F S_j) for all unit matrices E, F: (m, m)."""
    q = Q.shape[1]
    outer = (Q.reshape(len(Q), -1).T @ S.reshape(len(S), -1)).reshape(q, q, q, q)
    result: Array = np.einsum("mab,bcda,ncd->mn", basis, outer, basis, optimize=True)
    return result
