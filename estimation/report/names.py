"""Names of coefficients and effects with HLM's symbols, in the letters of the data's structure."""

from estimation.result import Analysis, PooledAnalysis
from estimation.spec import INTRCPT1
from estimation.spec.equations import coefficient_index
from estimation.spec.letters import letters_of

Run = Analysis | PooledAnalysis


def symbol(run: Run, name: str, letter: str) -> str:
    """B0 of INTRCPT1, B1 of the first predictor."""
    return f"{letters_of(run.structure).in_table(letter)}{coefficient_index(run.spec, name)}"


def coefficient_name(run: Run, name: str, letter: str) -> str:
    """INTRCPT1, B0."""
    return f"{name}, {symbol(run, name, letter)}"


def slope_name(run: Run, name: str, letter: str) -> str:
    """INTRCPT1, B0; SES slope, B1."""
    shown = name if name == INTRCPT1 else f"{name} slope"
    return f"{shown}, {symbol(run, name, letter)}"


def gamma_name(run: Run, predictor: str, symbol: str) -> str:
    """SECTOR, G01; `symbol` is that of the estimate."""
    return f"{predictor}, {letters_of(run.structure).in_table('G')}{symbol[1:]}"
