"""The least that a program with a window can be, built in the same way: the measure for size and start."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication, QLabel

app = QApplication(sys.argv)
label = QLabel("EMI installer")
label.setWindowTitle("EMI installer")
label.show()
sys.exit(app.exec())
