"""What proves that a fit ended at the constrained maximum."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Certificate:
    """The conditions of the maximum, in standard coordinates (E18).

    `start` is the number of the starting values that led here, of `starts` that were tried (the
    first are the moments).  `information_eigenvalue` is the smallest eigenvalue of the observed
    information, scaled to a unit diagonal, in the coordinates of the face: positive at a strict
    local maximum.  At a boundary `multiplier` is the smallest eigenvalue of
    K = ∂(−2 log L)/∂τ off the face, in units of −2 log L per standard error of τ: not negative;
    and `complementarity` the largest element of Kτ in units of −2 log L: zero.  Both are None
    inside.  `quadratic_form` is Σ e'V⁻¹e over its number of degrees of freedom less 1: zero
    where σ² is estimated, None where it is not.
    """

    start: int
    starts: int
    information_eigenvalue: float | None
    multiplier: float | None
    complementarity: float | None
    quadratic_form: float | None
