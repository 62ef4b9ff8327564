"""Where the files made by other programs are, and what is in HS&B."""

import csv
from datetime import datetime, timedelta
from math import nan
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="session")
def data_files() -> Path:
    return ROOT / "tests" / "data_files"


@pytest.fixture(scope="session")
def examples() -> Path:
    return ROOT / "resources" / "examples"


@pytest.fixture(scope="session")
def hsb(examples):
    """The values of HS&B, parsed by Python: name of the file, then name of the column."""

    def columns(name: str) -> dict[str, list[float]]:
        with (examples / name).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        return {each: [float(row[each]) for row in rows] for each in rows[0]}

    return {"hsb1": columns("hsb1.csv"), "hsb2": columns("hsb2.csv")}


@pytest.fixture(scope="session")
def days():
    """Turn moments in ISO 8601 into days since 1970-01-01."""
    origin = datetime.fromisoformat("1970-01-01")

    def days(*when: str | None) -> list[float]:
        moments = (each and datetime.fromisoformat(each) for each in when)
        return [(each - origin) / timedelta(days=1) if each else nan for each in moments]

    return days
