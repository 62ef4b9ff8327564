"""What this program is."""

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QMessageBox, QWidget

import estimation

_TEXT = f"""
<h3>Levelwise {estimation.__version__}</h3>
<p>Two-level hierarchical linear models, with a heterogeneous level-1 variance if wanted.</p>
<p>Open source under the BSD 3-Clause licence. Windows by Qt {qVersion()} (LGPL).</p>
"""


def about_box(parent: QWidget) -> QMessageBox:
    """Box with name, version and licence."""
    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle("About Levelwise")
    box.setText(_TEXT)
    return box
