"""What the child process writes for its parent besides the table: an answer in JSON."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from estimation.data.table import Field, Kind

ANSWER, TABLE, SHARE = "answer.json", "table.arrow", "share"


@dataclass(frozen=True)
class Answer:
    """The fields and remarks of the table, the sheets of a workbook; or what went wrong."""

    fields: tuple[Field, ...] = ()
    notes: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    error: str = ""


def write_answer(folder: Path, answer: Answer) -> None:
    """Write the answer into the folder that both know."""
    stored = {
        **asdict(replace(answer, fields=())),
        "fields": [{**asdict(each), "kind": each.kind.value} for each in answer.fields],
    }
    (folder / ANSWER).write_text(json.dumps(stored), encoding="utf-8")


def read_answer(folder: Path) -> Answer:
    """Read the answer."""
    stored = json.loads((folder / ANSWER).read_text(encoding="utf-8"))
    fields = tuple(map(_field, stored["fields"]))
    return Answer(fields, tuple(stored["notes"]), tuple(stored["sheets"]), stored["error"])


def _field(stored: Mapping[str, Any]) -> Field:
    return Field(
        name=stored["name"],
        kind=Kind(stored["kind"]),
        label=stored["label"],
        value_labels=tuple((float(value), label) for value, label in stored["value_labels"]),
        missing=tuple((float(low), float(high)) for low, high in stored["missing"]),
        note=stored["note"],
    )
