"""Columns of texts as what their texts mean: numbers, dates, or texts after all."""

import re
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MISSING = ("", ".", "NA", "N/A", "#N/A", "NaN", "nan", "NULL", "null")
_MISSING = "^({})$".format("|".join(map(re.escape, MISSING)))
_LOGICAL = "^(?i:true|false)$"
# 18 digits are exact as a whole number; an ID of more is a text.
_WHOLE = r"^[+-]?[0-9]{1,18}$"
_LONG = r"^[+-]?[0-9]{19,}$"
_NUMBER = {
    ".": r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$|^[+-]?(?i:inf|infinity|nan)$",
    ",": r"^[+-]?([0-9]+,?[0-9]*|,[0-9]+)([eE][+-]?[0-9]+)?$|^[+-]?(?i:inf|infinity|nan)$",
}
_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_DATETIME = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?)?$"
# A column is looked at in so many cells before it is looked at in all of them.
_SAMPLE = 1000


class Narrowed(NamedTuple):
    """A column as what it means, and the first row that is no number where most rows are."""

    column: pa.ChunkedArray
    bad: int | None = None
    text: str = ""


def narrow(column: pa.ChunkedArray, decimals: str = ".") -> Narrowed:
    """Return whole numbers, numbers, dates, date-times or texts, blanks and the like missing.

    `decimals` lists the marks that may stand before decimals, the usual one first.
    """
    encoded = _encoded(column)
    kept, sample = pa.chunked_array([encoded]), _sample(encoded)
    if len(sample) and not _promising(sample, decimals):
        return Narrowed(kept)
    values = _numbers(encoded.dictionary, decimals)
    if values is None:
        values = _moments(encoded.dictionary)
    if values is not None:
        return Narrowed(pa.chunked_array([values.take(encoded.indices)]))
    return _mostly_numbers(encoded, kept, decimals)


def _encoded(column: pa.ChunkedArray) -> pa.DictionaryArray:
    """Trim the texts, and take out those that mean missing."""
    if not pa.types.is_dictionary(column.type):
        column = pa.chunked_array([column.cast(pa.string()).combine_chunks()]).dictionary_encode()
    whole = column.unify_dictionaries().combine_chunks()
    trimmed = pc.utf8_trim(whole.dictionary, characters=" \t\r\n\u00a0")
    missing = pc.match_substring_regex(trimmed, _MISSING)
    if not pc.any(missing).as_py() and trimmed.equals(whole.dictionary):
        return whole
    anew = pc.if_else(missing, pa.scalar(None, pa.string()), trimmed).dictionary_encode()
    return pa.DictionaryArray.from_arrays(anew.indices.take(whole.indices), anew.dictionary)


def _numbers(texts: pa.Array, decimals: str) -> pa.Array | None:
    if not len(texts):
        return pa.nulls(0, pa.float64())
    if _all(texts, _WHOLE):
        return pc.replace_substring(texts, "+", "").cast(pa.int64())
    if _all(texts, _LONG):  # as numbers they would be rounded, and two of them the same
        return None
    for mark in decimals:
        numeric = _is_number(texts, mark)
        if pc.all(numeric).as_py():
            return _parsed(texts, mark)
        logical = pc.match_substring_regex(texts, _LOGICAL)
        if pc.any(logical).as_py() and pc.all(pc.or_(numeric, logical)).as_py():
            return _parsed(_as_digits(texts), mark)
    return None


def _is_number(texts: pa.Array, mark: str) -> pa.Array:
    return pc.match_substring_regex(texts, _NUMBER[mark])


def _all(texts: pa.Array, pattern: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(texts, pattern)).as_py())


def _parsed(texts: pa.Array, mark: str) -> pa.Array:
    plain = pc.replace_substring(texts, mark, ".") if mark != "." else texts
    return pc.replace_substring_regex(plain, r"^\+", "").cast(pa.float64())


def _as_digits(texts: pa.Array) -> pa.Array:
    lower = pc.utf8_lower(texts)
    digits = pc.if_else(pc.equal(lower, "true"), "1", texts)
    return pc.if_else(pc.equal(lower, "false"), "0", digits)


def _moments(texts: pa.Array) -> pa.Array | None:
    for pattern, kind in ((_DATE, pa.date32()), (_DATETIME, pa.timestamp("us"))):
        if _all(texts, pattern):
            try:
                return texts.cast(kind)
            except pa.ArrowInvalid:  # the 31st of February
                return None
    return None


def _promising(sample: pa.Array, decimals: str) -> bool:
    """Tell whether it is worth while to look for numbers and dates in all the texts."""
    patterns = (*(_NUMBER[mark] for mark in decimals), _LOGICAL, _DATETIME)
    return any(pc.any(pc.match_substring_regex(sample, each)).as_py() for each in patterns)


def _sample(encoded: pa.DictionaryArray) -> pa.Array:
    """Return the texts of some rows."""
    rows = np.linspace(0, max(len(encoded) - 1, 0), min(_SAMPLE, len(encoded))).astype(np.int64)
    buffers = [None, pa.py_buffer(rows)]
    indices = encoded.indices.take(pa.Array.from_buffers(pa.int64(), len(rows), buffers))
    return encoded.dictionary.take(indices.drop_null())


def _mostly_numbers(encoded: pa.DictionaryArray, kept: pa.ChunkedArray, decimals: str) -> Narrowed:
    """Find the first text that is no number, if at least half of the cells are numbers."""
    numeric = _is_number(encoded.dictionary, decimals[0]).take(encoded.indices)
    good, cells = pc.sum(numeric).as_py() or 0, len(numeric) - numeric.null_count
    if good * 2 < cells:
        return Narrowed(kept)
    bad = pc.index(numeric, pa.scalar(value=False)).as_py()
    return Narrowed(kept, int(bad), encoded[bad].as_py()) if bad >= 0 else Narrowed(kept)
