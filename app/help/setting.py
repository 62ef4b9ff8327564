"""How a page of Markdown is set: room, rules and colours of its parts."""

from collections.abc import Iterator
from importlib.resources import as_file

from PySide6.QtCore import Qt
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QImage,
    QPalette,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFragment,
    QTextImageFormat,
    QTextLength,
    QTextTable,
    QTextTableFormat,
)

from app.help.pages import FOLDER, slug
from app.theme import mixed

_Role = QPalette.ColorRole
_Height = QTextBlockFormat.LineHeightTypes
# From line to line, in heights of a line of text.
_LINES, _LINES_IN_TABLE = 1.36, 1.15
_CODE = QTextBlockFormat.Property.BlockCodeLanguage.value
# What of a picture's pixels is a pixel at 100 %.
_PICTURE = 0.5
_DARK = 128
# By level of a heading: room above and below it in lines, and its size in that of the text.
_HEADINGS = {1: (0.0, 0.7, 1.75), 2: (1.5, 0.4, 1.3), 3: (1.1, 0.3, 1.08)}


def limit_pictures(document: QTextDocument, width: float) -> None:
    """Have no picture wider than the lines."""
    cursor = QTextCursor(document)
    cursor.beginEditBlock()
    block = document.begin()
    while block.isValid():
        for position, form in list(_pictures(block)):
            form.setMaximumWidth(QTextLength(QTextLength.Type.FixedLength, width))
            cursor.setPosition(position)
            cursor.setPosition(position + 1, QTextCursor.MoveMode.KeepAnchor)
            cursor.setCharFormat(form)
        block = block.next()
    cursor.endEditBlock()


class Setter:
    """Sets a document that Markdown made: room, rules and colours of its parts."""

    def __init__(self, document: QTextDocument, palette: QPalette) -> None:
        self._document, self._palette = document, palette
        self._cursor = QTextCursor(document)
        self._line = QFontMetricsF(document.defaultFont()).lineSpacing()
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
        self._cursor.setPosition(block.position())
        pictures = list(_pictures(block))
        is_code = form.hasProperty(_CODE)
        in_table = self._cursor.currentTable() is not None
        level = form.headingLevel()
        if not pictures and not level and not is_code:
            # Fixed, as letters of other fonts would draw lines apart.
            height = self._line * (_LINES_IN_TABLE if in_table else _LINES)
            form.setLineHeight(height, _Height.FixedHeight.value)
        if level:
            above, below, _ = _HEADINGS.get(level, _HEADINGS[3])
            form.setTopMargin(above * self._line)
            form.setBottomMargin(below * self._line)
        elif is_code:
            self._set_code(block, form)
        elif pictures:
            form.setTopMargin(0.6 * self._line)
            form.setBottomMargin(0.6 * self._line)
        self._cursor.setBlockFormat(form)
        if level:
            self._set_heading(block, level)
        elif not is_code:
            self._tint_code(block)
        for position, picture in pictures:
            self._set_picture(position, picture)

    def _set_code(self, block: QTextBlock, form: QTextBlockFormat) -> None:
        """Set a line of code: the first and the last of a block keep their distance."""
        for beside, margin in (
            (block.previous(), form.setTopMargin),
            (block.next(), form.setBottomMargin),
        ):
            margin(0 if beside.blockFormat().hasProperty(_CODE) else self._line * 0.4)
        form.setBackground(self._tint)
        form.setIndent(0)
        form.setLeftMargin(self._line * 0.5)

    def _tint_code(self, block: QTextBlock) -> None:
        """Give names and keys within a text a ground of their own."""
        form = QTextCharFormat()
        form.setBackground(self._tint)
        for fragment in list(_fragments(block)):
            if fragment.charFormat().fontFixedPitch():
                self._select(fragment.position(), fragment.length())
                self._cursor.mergeCharFormat(form)

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
        if self._palette.color(_Role.Base).lightness() < _DARK:
            picture.setName(picture.name().replace(".png", "-dark.png"))
            self._select(position, 1)
            self._cursor.setCharFormat(picture)

    def _set_table(self, table: QTextTable) -> None:
        form = QTextTableFormat(table.format())
        form.setBorder(1)
        form.setBorderBrush(self._rule)
        form.setBorderStyle(QTextTableFormat.BorderStyle.BorderStyle_Solid)
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
    for fragment in _fragments(block):
        if fragment.charFormat().isImageFormat():
            yield fragment.position(), fragment.charFormat().toImageFormat()


def _fragments(block: QTextBlock) -> Iterator[QTextFragment]:
    """Yield the parts of a block that have a format each."""
    iterator = block.begin()
    while not iterator.atEnd():
        yield iterator.fragment()
        iterator += 1
