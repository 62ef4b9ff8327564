"""Values of units on rows, as NumPy repeats them."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from estimation.data import spread as module
from estimation.data.spread import spread


@given(st.lists(st.integers(0, 7), min_size=1, max_size=30), st.integers(1, 9))
def test_blocks_of_any_size_give_what_numpy_repeats(sizes, block):
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    values = np.arange(len(sizes)) * 1.5
    before, module._BLOCK = module._BLOCK, block
    try:
        np.testing.assert_array_equal(spread(values, offsets), np.repeat(values, sizes))
    finally:
        module._BLOCK = before
