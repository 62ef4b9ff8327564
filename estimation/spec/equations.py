"""The equations of a model as pieces that a window can typeset and a text can print.

HLM's notation: MATHACH_ij = β_0j + β_1j(FEMALE_ij) + r_ij, β_1j = γ_10 + u_1j.  A coefficient's
first index is 0 for the intercept (INTRCPT1, INTRCPT2) and counts the predictors from 1.  Another
structure of the data has other letters, put in at the end (`letters`).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum

from estimation.spec.catalogue import Structure
from estimation.spec.letters import letters_of
from estimation.spec.model import INTRCPT1, INTRCPT2, Centring, Equation, ModelSpec, Term


class Role(Enum):
    """What a piece of an equation is, for typesetting and for clicks."""

    PLAIN = 0
    VARIABLE = 1
    COEFFICIENT = 2
    ERROR = 3
    ERROR_OFF = 4


@dataclass(frozen=True)
class Piece:
    """A run of text with its subscript; `name` is the variable or coefficient it stands for."""

    text: str
    sub: str = ""
    role: Role = Role.PLAIN
    name: str = ""
    centring: Centring = Centring.NONE


Line = tuple[Piece, ...]
_EQUALS, _PLUS = Piece(" = "), Piece(" + ")
_SYMBOLS = {Role.COEFFICIENT, Role.ERROR, Role.ERROR_OFF}
_PERSONS = Structure.PERSONS_IN_GROUPS


def coefficient_index(spec: ModelSpec, name: str) -> int:
    """Index q of β_qj: 0 for INTRCPT1, the predictors counted from 1."""
    if name == INTRCPT1:
        return 0
    return [each.name for each in spec.equations if each.name != INTRCPT1].index(name) + 1


def gamma_indices(equation: Equation) -> tuple[tuple[str, int], ...]:
    """Predictors of a level-2 equation with their index s of γ_qs, INTRCPT2 (0) first."""
    intercept = ((INTRCPT2, 0),) if equation.intercept else ()
    return (*intercept, *((term.name, s) for s, term in enumerate(equation.predictors, 1)))


def level1_model(spec: ModelSpec, structure: Structure = _PERSONS) -> Line:
    """Y_ij = β_0j + β_1j(X_ij) + ... + r_ij."""
    terms = [_level1_term(spec, equation) for equation in spec.equations]
    error = (Piece("r", "ij", Role.ERROR, "r"),)
    return _lettered((_outcome(spec), _EQUALS, *_sum([*terms, error])), structure)


def level2_models(spec: ModelSpec, structure: Structure = _PERSONS) -> tuple[tuple[str, Line], ...]:
    """Name each coefficient and give its β_qj = γ_q0 + γ_q1(W_j) + ... + u_qj.

    The error term is always there: its role says when it is switched off.
    """
    return tuple(
        (equation.name, _lettered(_level2_model(spec, equation), structure))
        for equation in spec.equations
    )


def variance_model(spec: ModelSpec, structure: Structure = _PERSONS) -> tuple[Line, ...]:
    """Var(r_ij) = σ²_ij and ln σ²_ij = α_0 + α_1(C_ij) + ...; empty for a homogeneous model."""
    if not spec.heterogeneous:
        return ()
    sigma2 = Piece("σ²", "ij", Role.COEFFICIENT)
    terms: list[Line] = [(Piece("α", "0", Role.COEFFICIENT, INTRCPT1),)]
    for k, predictor in enumerate(spec.variance_predictors, 1):
        variable = Piece(
            predictor.name, "ij" if predictor.level == 1 else "j", Role.VARIABLE, predictor.name
        )
        alpha = Piece("α", str(k), Role.COEFFICIENT, predictor.name)
        terms.append((alpha, Piece("("), variable, Piece(")")))
    lines = (
        (Piece("Var("), Piece("r", "ij", Role.ERROR, "r"), Piece(")"), _EQUALS, sigma2),
        (Piece("ln "), sigma2, _EQUALS, *_sum(terms)),
    )
    return tuple(_lettered(each, structure) for each in lines)


def mixed_model(spec: ModelSpec, structure: Structure = _PERSONS) -> Line:
    """Combine both levels: Y_ij = γ_00 + γ_01(W_j) + γ_10(X_ij) + ... + u_0j + ... + r_ij."""
    fixed = [
        (*_gamma_term(spec, equation, name, s), *_factor(equation))
        for equation in spec.equations
        for name, s in gamma_indices(equation)
    ]
    errors = [
        (_error(spec, equation), *_factor(equation))
        for equation in spec.equations
        if equation.random
    ]
    error = (Piece("r", "ij", Role.ERROR, "r"),)
    return _lettered((_outcome(spec), _EQUALS, *_sum([*fixed, *errors, error])), structure)


def plain(line: Iterable[Piece]) -> str:
    """Print a line in plain text: subscripts inline, switched-off error terms left out."""
    text = "".join(piece.text + piece.sub for piece in line if piece.role is not Role.ERROR_OFF)
    return text.removesuffix(_PLUS.text)


def _lettered(line: Line, structure: Structure) -> Line:
    """Write a line in the letters of a structure of the data; names stay as they are."""
    letters = letters_of(structure)
    return tuple(
        replace(
            piece,
            text=letters.symbol(piece.text) if piece.role in _SYMBOLS else piece.text,
            sub=letters.subscript(piece.sub),
        )
        for piece in line
    )


def _outcome(spec: ModelSpec) -> Piece:
    name = spec.outcome or "?"
    return Piece(name, "ij", Role.VARIABLE, name)


def _level1_term(spec: ModelSpec, equation: Equation) -> Line:
    return (_beta(spec, equation), *_factor(equation))


def _level2_model(spec: ModelSpec, equation: Equation) -> Line:
    terms = [_gamma_term(spec, equation, name, s) for name, s in gamma_indices(equation)]
    return (_beta(spec, equation), _EQUALS, *_sum([*terms, (_error(spec, equation),)]))


def _beta(spec: ModelSpec, equation: Equation) -> Piece:
    index = coefficient_index(spec, equation.name)
    return Piece("β", f"{index}j", Role.COEFFICIENT, equation.name)


def _error(spec: ModelSpec, equation: Equation) -> Piece:
    role = Role.ERROR if equation.random else Role.ERROR_OFF
    return Piece("u", f"{coefficient_index(spec, equation.name)}j", role, equation.name)


def _gamma_term(spec: ModelSpec, equation: Equation, name: str, s: int) -> Line:
    gamma = Piece("γ", f"{coefficient_index(spec, equation.name)}{s}", Role.COEFFICIENT, name)
    if name == INTRCPT2:
        return (gamma,)
    return (gamma, *_in_brackets(equation.predictors[s - 1], "j"))


def _factor(equation: Equation) -> Line:
    if equation.name == INTRCPT1:
        return ()
    return _in_brackets(equation.coefficient, "ij")


def _in_brackets(term: Term, sub: str) -> Line:
    variable = Piece(term.name, sub, Role.VARIABLE, term.name, term.centring)
    return (Piece("("), variable, Piece(")"))


def _sum(terms: Iterable[Line]) -> Iterator[Piece]:
    for number, term in enumerate(terms):
        if number:
            yield _PLUS
        yield from term
