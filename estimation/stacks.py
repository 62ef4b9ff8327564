"""Small matrices of many units, units last: A (m, n, J) holds A_j as A[:, :, j].

Elements of one place lie side by side, so that each operation runs along the units; a loop goes
over the rows and columns of the matrices, never over units.
"""

import numpy as np

from estimation.arrays import Array


def times(A: Array, B: Array) -> Array:
    """A_j B_j: (m, n, J) and (n, p, J) to (m, p, J)."""
    return np.asarray(np.einsum("mnj,npj->mpj", A, B))


def transposed(A: Array) -> Array:
    """A_j'."""
    return A.swapaxes(0, 1)


def added(A: Array, B: Array) -> Array:
    """Σ_j A_j B_j' (m, p), of A (m, n, J) and B (p, n, J)."""
    m, n, J = A.shape
    flat: Array = A.reshape(m, n * J) @ B.reshape(len(B), n * J).T
    return flat


def trace(A: Array, B: Array) -> float:
    """Σ_j tr A_j'B_j."""
    return float(np.einsum("mnj,mnj->", A, B))


def cholesky(A: Array) -> Array:
    """Lower triangular L_j with A_j = L_j L_j'; raises LinAlgError where there is none."""
    L = np.zeros_like(A)
    for c in range(len(A)):
        pivot = A[c, c] - np.einsum("aj,aj->j", L[c, :c], L[c, :c])
        if not np.all(pivot > 0):
            raise np.linalg.LinAlgError("A matrix is not positive definite")
        L[c, c] = np.sqrt(pivot)
        L[c + 1 :, c] = (A[c + 1 :, c] - np.einsum("raj,aj->rj", L[c + 1 :, :c], L[c, :c])) / L[
            c, c
        ]
    return L


def forward(L: Array, B: Array) -> Array:
    """L_j⁻¹B_j (q, p, J) of lower triangular L_j (q, q, J)."""
    X = np.empty((len(L), *B.shape[1:2], L.shape[-1]))
    for r in range(len(L)):
        X[r] = (B[r] - np.einsum("aj,apj->pj", L[r, :r], X[:r])) / L[r, r]
    return X


def ln_det(L: Array) -> Array:
    """ln|A_j| (J,) of A_j = L_j L_j'."""
    return np.asarray(2 * np.log(np.einsum("aaj->aj", L)).sum(axis=0))
