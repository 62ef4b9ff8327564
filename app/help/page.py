"""The page shown: set as a manual is, in the colours and the size of the program."""

from PySide6.QtCore import QEvent, Qt, QTimer, QUrl
from PySide6.QtGui import (
    QFontMetricsF,
    QResizeEvent,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QTextBrowser

from app.help.pages import PAGES, Place, text_of
from app.help.setting import Setter, limit_pictures, picture
from app.preferences import zoomed_by
from app.theme import scaled, zoomed
from app.wheel import Notches

# Characters in a line at most, and how much larger than the windows' text a page is set.
_MEASURE, _SIZE = 84, 1.08


class PageView(QTextBrowser):
    """Shows a page of Markdown; its size is the program's times one of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Page")
        self.setOpenLinks(False)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._place = Place(PAGES[0])
        self._zoom, self._wheel = 100, Notches()
        self._ratio = self.devicePixelRatioF()
        self._again = QTimer(self, singleShot=True, interval=0)
        self._again.timeout.connect(self._set_again)

    @property
    def scrolled(self) -> float:
        """How far down the page is scrolled, 0 to 1."""
        bar = self.verticalScrollBar()
        return bar.value() / bar.maximum() if bar.maximum() else 0.0

    def show_page(self, place: Place) -> None:
        """Show a page from the heading, or from where it was left."""
        self._place = place
        self._set()
        if place.anchor and not place.scrolled:
            self.scrollToAnchor(place.anchor)
        else:
            self._scroll(place.scrolled)

    def find_words(self, words: str, *, backward: bool) -> bool:
        """Mark the next place of the words, from the other end if there is none."""
        flag = QTextDocument.FindFlag.FindBackward if backward else QTextDocument.FindFlag(0)
        if self.find(words, flag):
            return True
        before = self.textCursor()
        way = QTextCursor.MoveOperation
        self.moveCursor(way.End if backward else way.Start)
        found = self.find(words, flag)
        if not found:
            self.setTextCursor(before)
        return found

    def zoom(self, steps: int) -> None:
        """Make the text larger or smaller than the program's; 0 is the program's size."""
        zoom = zoomed_by(self._zoom, steps) if steps else 100
        if zoom != self._zoom:
            self._zoom = zoom
            self._again.start()

    def loadResource(self, kind: int, url: QUrl | str) -> object:
        """Load a picture, in the size in which it is shown."""
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return super().loadResource(kind, url)
        return picture(QUrl(url).path(), self._zoom_of_pictures(), self._ratio)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom by Ctrl and wheel."""
        if event.modifiers() == Qt.KeyboardModifier.ControlModifier:
            if notches := self._wheel.turn(event):
                self.zoom(notches)
        else:
            super().wheelEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the lines as long as is good to read."""
        super().resizeEvent(event)
        self._set_margins()

    def event(self, event: QEvent) -> bool:
        """Set the page again when colours, size or screen are others."""
        kinds = QEvent.Type
        if event.type() in {
            kinds.PaletteChange,
            kinds.FontChange,
            kinds.DevicePixelRatioChange,
        }:
            self._again.start()
        return super().event(event)

    def _set_again(self) -> None:
        scrolled = self.scrolled
        self._set()
        self._scroll(scrolled)

    def _scroll(self, share: float) -> None:
        bar = self.verticalScrollBar()
        bar.setValue(round(share * bar.maximum()))

    def _set(self) -> None:
        self._ratio = self.devicePixelRatioF()
        document = self.document()
        document.clear()
        document.setDefaultFont(zoomed(QApplication.font(self), _SIZE * self._zoom))
        document.setIndentWidth(scaled(24))
        document.setMarkdown(text_of(self._place.page))
        Setter(document, self.palette()).set()
        self._set_margins()
        self.moveCursor(QTextCursor.MoveOperation.Start)

    def _set_margins(self) -> None:
        document, side = self.document(), scaled(28)
        measure = QFontMetricsF(document.defaultFont()).averageCharWidth() * _MEASURE
        room = self.viewport().width() - 2 * side
        margins = QTextFrameFormat()
        margins.setLeftMargin(side)
        margins.setRightMargin(side + max(room - measure, 0))
        margins.setTopMargin(scaled(16))
        margins.setBottomMargin(scaled(40))
        document.rootFrame().setFrameFormat(margins)
        limit_pictures(document, room)

    def _zoom_of_pictures(self) -> float:
        return scaled(100) * self._zoom / 10_000
