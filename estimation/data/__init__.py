"""Two-level data sets: reading, joining, describing."""

from estimation.data.dataset import TwoLevelData

__all__ = ["TwoLevelData"]
