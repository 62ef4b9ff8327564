"""Setting an equation: where each piece and its subscript stand, broken into rows before a plus."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from estimation.spec import Centring
from estimation.spec.equations import Line, Piece, Role

_SUBSCRIPT_SIZE = 0.72
_SUBSCRIPT_DROP = 0.22
_LINE_SPACING = 1.2
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


def font(piece: Piece, size: float) -> QFont:
    """Plain, bold (group-mean centred) or bold italic (grand-mean centred); symbols italic."""
    result = QFont(_FAMILIES)
    result.setStyleHint(QFont.StyleHint.Serif)
    result.setPointSizeF(size)
    result.setBold(piece.centring is not Centring.NONE)
    result.setItalic(piece.role in _ITALIC or piece.centring is Centring.GRAND)
    return result


def subscript_font(size: float) -> QFont:
    """Font of every subscript."""
    return font(Piece(""), size * _SUBSCRIPT_SIZE)


def typeset(line: Line, size: float, width: float) -> tuple[Glyph, ...]:
    """Place the pieces of a line in as many rows as the width asks for, further ones indented."""
    metrics = QFontMetricsF(font(Piece(""), size))
    row_height = metrics.height() * _LINE_SPACING
    terms = list(_terms(line, size))
    indent = sum(terms[0].widths[:2]) if terms else 0.0
    glyphs: list[Glyph] = []
    x, top = 0.0, 0.0
    for term in terms:
        if glyphs and x + sum(term.widths) > width:
            x, top = indent, top + row_height
        for piece, advance in zip(term.pieces, term.widths, strict=True):
            box = QRectF(x, top, advance, row_height)
            glyphs.append(_place(piece, box, metrics, size, greyed=_is_off(term, piece)))
            x += advance
    return tuple(glyphs)


@dataclass(frozen=True)
class _Term:
    """Pieces that stay together, the plus before them included."""

    pieces: Line
    widths: tuple[float, ...]


def _terms(line: Line, size: float) -> Iterator[_Term]:
    starts = [0, *(i for i, piece in enumerate(line) if piece.text == " + "), len(line)]
    for start, end in pairwise(starts):
        if pieces := line[start:end]:
            yield _Term(pieces, tuple(_advance(piece, size) for piece in pieces))


def _is_off(term: _Term, piece: Piece) -> bool:
    """Whether a piece is a switched-off error term, or the plus before it."""
    off = term.pieces[-1].role is Role.ERROR_OFF
    return off and (piece is term.pieces[-1] or piece.text == " + ")


def _advance(piece: Piece, size: float) -> float:
    text = QFontMetricsF(font(piece, size)).horizontalAdvance(piece.text)
    return text + QFontMetricsF(subscript_font(size)).horizontalAdvance(piece.sub)


def _place(
    piece: Piece, box: QRectF, metrics: QFontMetricsF, size: float, *, greyed: bool
) -> Glyph:
    baseline = box.top() + (box.height() - metrics.height()) / 2 + metrics.ascent()
    text_width = QFontMetricsF(font(piece, size)).horizontalAdvance(piece.text)
    drop = _SUBSCRIPT_DROP * metrics.ascent()
    text_at = QPointF(box.left(), baseline)
    return Glyph(piece, box, text_at, text_at + QPointF(text_width, drop), greyed)
