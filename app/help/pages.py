"""The pages of the help: Markdown in resources/help."""

import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

FOLDER = files("resources") / "help"
# In reading order.
PAGES = (
    "getting-started",
    "from-files-to-model",
    "make-mdm",
    "data-steps",
    "data-viewer",
    "model-window",
    "basic-settings",
    "estimation-settings",
    "heterogeneous-sigma2",
    "preferences",
    "files",
    "notation",
    "about-the-numbers",
)


class Place(NamedTuple):
    """A page, and the heading or how far down it was left."""

    page: str
    anchor: str = ""
    scrolled: float = 0.0


def text_of(page: str) -> str:
    """Return the Markdown of a page."""
    return (FOLDER / f"{page}.md").read_text(encoding="utf-8")


@cache
def title_of(page: str) -> str:
    """Return the title of a page, its first line."""
    return text_of(page).split("\n", 1)[0].removeprefix("# ")


def slug(heading: str) -> str:
    """Give the anchor of a heading, as GitHub forms it."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
