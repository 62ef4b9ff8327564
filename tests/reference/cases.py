"""The reference cases: what was fitted, and what must come out."""

import json
from pathlib import Path

HERE = Path(__file__).parent
EXAMPLES = HERE.parents[1] / "resources" / "examples"


def load(name):
    """Content of `name`.json."""
    return json.loads((HERE / f"{name}.json").read_text(encoding="utf-8"))


def named(pattern):
    """Names of the cases that match a pattern ("het_*"), sorted."""
    return sorted(path.stem for path in HERE.glob(f"{pattern}.json"))


def csv(name):
    """Path of a data file; High School & Beyond ships with the program."""
    return (EXAMPLES if name.startswith("hsb") else HERE / "data") / name


def files(case):
    """Paths of the level-1 and level-2 file (None without one)."""
    data = case["data"]
    return csv(data["level1"]), csv(data["level2"]) if data.get("level2") else None
