"""Small histograms: a widget, and the painting of one for tables, tool tips and previews."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.theme import scaled
from app.widgets.numbers import short
from estimation.spec import Variable

# Few bars are no wider than if there were so many.
_SLOTS = 6
_GAP = 0.15
# Of bars that stand for a value at all, the least height.
_LEAST = 1.5
_Role = QPalette.ColorRole


class Histogram(QWidget):
    """Bars over the smallest and the largest value; the rest is said in words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._variable: Variable | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def show_variable(self, variable: Variable | None) -> None:
        """Show another variable; none leaves the place empty."""
        self._variable = variable
        self.setAccessibleName(f"Distribution of {variable.name}" if variable else "")
        self.setAccessibleDescription(in_words(variable) if variable else "")
        self.setToolTip(in_words(variable) if variable else "")
        self.update()

    def sizeHint(self) -> QSize:
        """Room for twenty bars and the line under them."""
        return QSize(scaled(200), scaled(64) + self.fontMetrics().height())

    def minimumSizeHint(self) -> QSize:
        """Room for bars that can be told apart."""
        return QSize(scaled(80), scaled(24) + self.fontMetrics().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Draw the bars, and the ends of their range."""
        if self._variable is None:
            return
        painter = QPainter(self)
        place = self.rect().adjusted(0, 0, 0, -self.fontMetrics().height())
        paint_histogram(painter, QRectF(place), self._variable.histogram, self.palette())
        painter.setPen(self.palette().color(_Role.PlaceholderText))
        under, flags = self.rect(), Qt.AlignmentFlag
        if self._variable.minimum is None or self._variable.maximum is None:
            painter.drawText(under, flags.AlignBottom | flags.AlignHCenter, "no values")
            return
        low, high = short(self._variable.minimum), short(self._variable.maximum)
        metrics = QFontMetrics(painter.font())
        if low == high or metrics.horizontalAdvance(f"{low}  {high}") > under.width():
            painter.drawText(under, flags.AlignBottom | flags.AlignHCenter, low)
            return
        painter.drawText(under, flags.AlignBottom | flags.AlignLeft, low)
        painter.drawText(under, flags.AlignBottom | flags.AlignRight, high)


def paint_histogram(
    painter: QPainter,
    rect: QRectF,
    counts: Sequence[int],
    palette: QPalette,
    *,
    role: QPalette.ColorRole = _Role.Link,
) -> None:
    """Draw bars, in the colour of `role`, and their base line."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    colour = palette.color(role)
    for bar in bars(rect.adjusted(0, 0, 0, -1), counts):
        painter.fillRect(bar, colour)
    colour.setAlphaF(0.6)
    painter.setPen(QPen(colour, 1))
    painter.drawLine(rect.bottomLeft(), rect.bottomRight())
    painter.restore()


def histogram_image(
    variable: Variable, size: QSize, palette: QPalette, ratio: float = 1.0
) -> QImage:
    """Draw bars on nothing; `ratio` is that of the screen's pixels to ours."""
    result = QImage(size * ratio, QImage.Format.Format_ARGB32_Premultiplied)
    result.setDevicePixelRatio(ratio)
    result.fill(Qt.GlobalColor.transparent)
    painter = QPainter(result)
    place = QRectF(0, 0, size.width(), size.height()).adjusted(0.5, scaled(4), -0.5, -0.5)
    paint_histogram(painter, place, variable.histogram, palette)
    painter.end()
    return result


def bars(rect: QRectF, counts: Sequence[int]) -> Iterator[QRectF]:
    """Place a bar for each count above nought; the largest is as high as the place."""
    largest = max(counts, default=0)
    if largest == 0:
        return
    step = rect.width() / max(len(counts), _SLOTS)
    left = rect.left() + (rect.width() - step * len(counts)) / 2
    gap = _GAP * step
    for place, count in enumerate(counts):
        if count:
            height = max(rect.height() * (count / largest), _LEAST)
            corner = rect.bottomLeft()
            corner.setX(left + place * step + gap / 2)
            corner.setY(rect.bottom() - height)
            yield QRectF(corner, QSizeF(step - gap, height))


def in_words(variable: Variable) -> str:
    """Say n, missing values, mean, SD and range of a variable, a line each."""
    lines = [f"n {variable.n}" + (f", {variable.n_missing} missing" if variable.n_missing else "")]
    if variable.mean is None or variable.sd is None:
        return f"{lines[0]}\nno values"
    if variable.minimum is not None and variable.maximum is not None:
        lines += [
            f"mean {short(variable.mean)}",
            f"SD {short(variable.sd)}",
            f"range {short(variable.minimum)} to {short(variable.maximum)}",
        ]
    return "\n".join(lines)
