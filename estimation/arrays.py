"""Names of the array types, and a constant."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]
Mask = NDArray[np.bool_]
Index = NDArray[np.intp]

LN_2PI = float(np.log(2 * np.pi))
