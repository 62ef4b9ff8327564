"""Text files: separated values, or a fixed width."""

from pathlib import Path

from estimation.data.recipe import Source, TextFormat
from estimation.data.sources.delimited import read_delimited
from estimation.data.sources.fixed import look_at_fixed, read_fixed
from estimation.data.sources.sniff import sniff
from estimation.data.sources.watching import Halt, reading, watched
from estimation.data.table import Table
from estimation.progress import Watcher


def read_text(source: Source, watch: Watcher) -> Table:
    """Read a text file as its format says, found out where it does not say."""
    path, form = source.path, source.text

    def work(halt: Halt) -> Table:
        reader = read_fixed if form.columns else read_delimited
        return reader(path, form, halt)

    return watched(work, reading(path), watch)


def look_at_text(
    path: Path, form: TextFormat
) -> tuple[TextFormat, tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return how a text file is read, all found out, its names and its first rows."""
    if form.columns:
        return look_at_fixed(path, form)
    found = sniff(path, form)
    return found.text, found.names, found.rows
