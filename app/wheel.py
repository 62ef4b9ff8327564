"""The mouse wheel: how many notches it was turned, whatever the pieces a touch pad sends."""

from PySide6.QtGui import QWheelEvent

_NOTCH = 120  # what Qt reports for one


class Notches:
    """Adds up turns of the wheel, and gives them in whole notches."""

    def __init__(self) -> None:
        self._rest = 0

    def turn(self, event: QWheelEvent) -> int:
        """Count the notches that are complete with this event, negative towards the user."""
        # Some systems turn the wheel sideways while Shift is held.
        self._rest += event.angleDelta().y() or event.angleDelta().x()
        notches = int(self._rest / _NOTCH)
        self._rest -= notches * _NOTCH
        return notches
