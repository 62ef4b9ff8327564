"""Setting an equation: where each piece and its subscript stand, broken into rows before a plus."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from estimation.spec import Centring
from estimation.spec.equations import Line, Piece, Role
from estimation.spec.letters import INDICES

_SUBSCRIPT_SIZE = 0.72
_SUBSCRIPT_DROP = 0.22
_LINE_SPACING = 1.2
# Further rows begin under the first term, but no further in than this share of the width.
_INDENT = 0.25
_FAMILIES = ["Cambria", "STIX Two Text", "Times New Roman", "DejaVu Serif"]
_ITALIC = {Role.COEFFICIENT, Role.ERROR, Role.ERROR_OFF}


@dataclass(frozen=True)
class Glyph:
    """A placed piece: the box it fills, and its two texts with their baselines."""

    piece: Piece
    box: QRectF
    text_at: QPointF
    sub_at: QPointF
    greyed: bool

    def draw(self, painter: QPainter, size: float) -> None:
        """Draw with the painter's pen."""
        painter.setFont(font(self.piece, size))
        painter.drawText(self.text_at, self.piece.text)
        painter.setFont(subscript_font(size))
        painter.drawText(self.sub_at, self.piece.sub)


def without_subscripts(line: Line) -> Line:
    """Leave out the i and j (or t and i) of rows and units; the numbers of coefficients stay."""
    return tuple(replace(piece, sub=piece.sub.rstrip(INDICES)) for piece in line)


def font(piece: Piece, size: float) -> QFont:
    """Plain, bold (group-mean centred) or bold italic (grand-mean centred); symbols italic."""
    italic = piece.role in _ITALIC or piece.centring is Centring.GRAND
    return _face(size, bold=piece.centring is not Centring.NONE, italic=italic)


def subscript_font(size: float) -> QFont:
    """Font of every subscript."""
    return _face(size * _SUBSCRIPT_SIZE, bold=False, italic=False)


def _face(size: float, *, bold: bool, italic: bool) -> QFont:
    result = QFont(_FAMILIES)
    result.setStyleHint(QFont.StyleHint.Serif)
    result.setPointSizeF(size)
    result.setBold(bold)
    result.setItalic(italic)
    return result


def typeset(line: Line, size: float, width: float) -> tuple[Glyph, ...]:
    """Place the pieces of a line in as many rows as the width asks for, further ones indented."""
    _, height = _vertical(size)
    row_height = height * _LINE_SPACING
    terms = list(_terms(line, size))
    indent = min(sum(terms[0].widths), _INDENT * max(width, 0)) if terms else 0.0
    glyphs: list[Glyph] = []
    x, top = 0.0, 0.0
    for term in terms:
        if glyphs and x + sum(term.widths) > width:
            x, top = indent, top + row_height
        for piece, advance in zip(term.pieces, term.widths, strict=True):
            box = QRectF(x, top, advance, row_height)
            glyphs.append(_place(piece, box, size, greyed=_is_off(term, piece)))
            x += advance
    return tuple(glyphs)


@dataclass(frozen=True)
class _Term:
    """Pieces that stay together: the left side with its =, or a term with the plus before it."""

    pieces: Line
    widths: tuple[float, ...]


def _terms(line: Line, size: float) -> Iterator[_Term]:
    equals = [i + 1 for i, piece in enumerate(line) if piece.text == " = "]
    pluses = [i for i, piece in enumerate(line) if piece.text == " + "]
    starts = [0, *equals, *pluses, len(line)]
    for start, end in pairwise(starts):
        if pieces := line[start:end]:
            yield _Term(pieces, tuple(sum(_advances(piece, size)) for piece in pieces))


def _is_off(term: _Term, piece: Piece) -> bool:
    """Whether a piece is a switched-off error term, or the plus before it."""
    off = term.pieces[-1].role is Role.ERROR_OFF
    return off and (piece is term.pieces[-1] or piece.text == " + ")


# Numbers only are kept: a font that outlives the program's may crash at the end.
@lru_cache(maxsize=4096)
def _advances(piece: Piece, size: float) -> tuple[float, float]:
    """Widths of a piece's text and of its subscript."""
    text = QFontMetricsF(font(piece, size)).horizontalAdvance(piece.text)
    return text, QFontMetricsF(subscript_font(size)).horizontalAdvance(piece.sub)


@lru_cache(maxsize=16)
def _vertical(size: float) -> tuple[float, float]:
    """Ascent and height of a row."""
    metrics = QFontMetricsF(_face(size, bold=False, italic=False))
    return metrics.ascent(), metrics.height()


def _place(piece: Piece, box: QRectF, size: float, *, greyed: bool) -> Glyph:
    ascent, height = _vertical(size)
    baseline = box.top() + (box.height() - height) / 2 + ascent
    text_at = QPointF(box.left(), baseline)
    text_width, _ = _advances(piece, size)
    sub_at = text_at + QPointF(text_width, _SUBSCRIPT_DROP * ascent)
    return Glyph(piece, box, text_at, sub_at, greyed)
