"""Reading the analyst's own files: statistical packages, workbooks, text, Parquet.

Light to import: a file's reader, and what it needs, is loaded with the first file of its kind.
"""

from estimation.data.sources.kinds import FILE_KINDS, FileKind
from estimation.data.sources.preview import Look, look
from estimation.data.sources.reading import read

__all__ = ["FILE_KINDS", "FileKind", "Look", "look", "read"]
