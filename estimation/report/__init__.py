"""An analysis as text in HLM's order, and as the JSON result that other programs read."""

from estimation.report.json_result import to_json
from estimation.report.text import failure, render

__all__ = ["failure", "render", "to_json"]
