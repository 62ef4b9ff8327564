"""How a page of Markdown is set: room, rules and colours of its parts."""

from collections.abc import Iterator
from importlib.resources import as_file

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QFont,
    QImage,
    QPalette,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextImageFormat,
    QTextLength,
    QTextTable,
    QTextTableFormat,
)

from app.help.pages import FOLDER, slug
from app.theme import mixed

_Role = QPalette.ColorRole
_LINE_HEIGHT = 138
# What of a picture's pixels is a pixel at 100 %.
_PICTURE = 0.5
# By level of a heading: room above and below it in lines, and its size in that of the text.
_HEADINGS = {1: (0.0, 0.7, 1.75), 2: (1.5, 0.4, 1.3), 3: (1.1, 0.3, 1.08)}


class Setter:
    """Sets a document that Markdown made: room, rules and colours of its parts."""

    def __init__(self, document: QTextDocument, palette: QPalette) -> None:
        self._document, self._palette = document, palette
        self._cursor = QTextCursor(document)
        self._line = document.defaultFont().pointSizeF() * 1.6
        text, base = palette.color(_Role.Text), palette.color(_Role.Base)
        self._rule, self._tint = mixed(text, base, 0.22), mixed(text, base, 0.06)

    def set(self) -> None:
        """Set all of it, in one step."""
        self._cursor.beginEditBlock()
        block = self._document.begin()
        while block.isValid():
            self._set_block(block)
            block = block.next()
        for frame in self._document.rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                self._set_table(frame)
        self._cursor.endEditBlock()

    def _set_block(self, block: QTextBlock) -> None:
        form = block.blockFormat()
        pictures = list(_pictures(block))
        if not pictures:
            way = QTextBlockFormat.LineHeightTypes.ProportionalHeight
            form.setLineHeight(_LINE_HEIGHT, way.value)
        level = form.headingLevel()
        if level:
            above, below, _ = _HEADINGS.get(level, _HEADINGS[3])
            form.setTopMargin(above * self._line)
            form.setBottomMargin(below * self._line)
        elif form.hasProperty(QTextBlockFormat.Property.BlockCodeFence.value):
            form.setBackground(self._tint)
        self._cursor.setPosition(block.position())
        self._cursor.setBlockFormat(form)
        if level:
            self._set_heading(block, level)
        for position, picture in pictures:
            self._set_picture(position, picture)

    def _set_heading(self, block: QTextBlock, level: int) -> None:
        form = QTextCharFormat()
        form.setAnchor(True)
        form.setAnchorNames([slug(block.text())])
        form.setFontWeight(QFont.Weight.DemiBold)
        size = _HEADINGS.get(level, _HEADINGS[3])[2]
        form.setFontPointSize(self._document.defaultFont().pointSizeF() * size)
        form.clearProperty(QTextCharFormat.Property.FontSizeAdjustment.value)
        self._select(block.position(), block.length() - 1)
        self._cursor.mergeCharFormat(form)

    def _set_picture(self, position: int, picture: QTextImageFormat) -> None:
        dark = self._palette.color(_Role.Base).lightness() < 128
        if dark:
            picture.setName(picture.name().replace(".png", "-dark.png"))
        picture.setMaximumWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
        self._select(position, 1)
        self._cursor.setCharFormat(picture)

    def _set_table(self, table: QTextTable) -> None:
        form = QTextTableFormat(table.format())
        form.setBorder(1)
        form.setBorderBrush(self._rule)
        form.setBorderCollapse(True)
        form.setCellPadding(5)
        form.setCellSpacing(0)
        form.setTopMargin(self._line * 0.3)
        form.setBottomMargin(self._line * 0.6)
        table.setFormat(form)
        for column in range(table.columns()):
            cell = table.cellAt(0, column)
            head = cell.format()
            head.setBackground(self._tint)
            cell.setFormat(head)

    def _select(self, position: int, length: int) -> None:
        self._cursor.setPosition(position)
        self._cursor.setPosition(position + length, QTextCursor.MoveMode.KeepAnchor)


def picture(name: str, zoom: float, ratio: float) -> QImage:
    """Read a picture and make it as large as it is shown, so that it is drawn sharp."""
    with as_file(FOLDER / name) as path:
        found = QImage(str(path))
    width = round(found.width() * _PICTURE * zoom * ratio)
    result = found.scaledToWidth(width, Qt.TransformationMode.SmoothTransformation)
    result.setDevicePixelRatio(ratio)
    return result


def _pictures(block: QTextBlock) -> Iterator[tuple[int, QTextImageFormat]]:
    """Yield position and format of each picture of a block."""
    iterator = block.begin()
    while not iterator.atEnd():
        fragment = iterator.fragment()
        if fragment.charFormat().isImageFormat():
            yield fragment.position(), fragment.charFormat().toImageFormat()
        iterator += 1
