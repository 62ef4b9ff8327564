"""An analysis as text in HLM's order, and as the JSON result that other programs read."""

from estimation.report.json_result import to_json
from estimation.report.outline import Heading, Page
from estimation.report.text import failure, failure_page, render, typeset

__all__ = ["Heading", "Page", "failure", "failure_page", "render", "to_json", "typeset"]
