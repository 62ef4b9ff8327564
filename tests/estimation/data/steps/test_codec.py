"""Steps as JSON come back as they were; what is no step is refused in words."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimation.data.steps import (
    KINDS,
    Around,
    Centred,
    Comparison,
    Condition,
    Dummies,
    Filter,
    GroupMean,
    GroupSD,
    GroupSize,
    Join,
    Lag,
    Logarithm,
    Others,
    Product,
    Recode,
    Rename,
    Rule,
    SquareRoot,
    Standardised,
    from_json,
    to_json,
)
from estimation.errors import DataError

name, level = st.text(), st.sampled_from([1, 2])
number = st.floats(allow_nan=False, allow_infinity=False)
value, end = st.one_of(number, st.text()), st.one_of(st.none(), number, st.text())
rule = st.builds(Rule, end, end, st.one_of(st.none(), number))
condition = st.builds(
    Condition, name, st.sampled_from(Comparison), st.lists(value).map(tuple), level
)
around = st.sampled_from(Around)
steps = st.one_of(
    st.builds(GroupMean, name, name),
    st.builds(GroupSD, name, name),
    st.builds(GroupSize, name, name),
    st.builds(Centred, name, name, level, around),
    st.builds(Standardised, name, name, level, around),
    st.builds(Dummies, name, end, st.lists(st.tuples(value, name)).map(tuple), level),
    st.builds(
        Recode,
        *(name, name, st.lists(rule).map(tuple), level, st.sampled_from(Others)),
        *(st.one_of(st.none(), number), st.one_of(st.none(), number)),
        st.lists(st.tuples(number, name)).map(tuple),
    ),
    st.builds(Product, name, name, name, level, level),
    st.builds(Logarithm, name, name, level, number),
    st.builds(SquareRoot, name, name, level, number),
    st.builds(Lag, name, name, st.integers(1, 99), name),
    st.builds(Filter, st.lists(condition).map(tuple), st.sampled_from(Join)),
    st.builds(Rename, name, name, level),
)


@given(step=steps)
def test_any_step_comes_back(step):
    again = from_json(json.loads(json.dumps(to_json(step))))
    assert again == step
    assert type(again) is type(step)
    assert hash(again) == hash(step)
    assert again.sentence() == step.sentence()


def test_every_kind_is_known_by_its_name():
    assert all(KINDS[kind].kind == kind for kind in KINDS)
    assert len(KINDS) == 13


def test_how_a_step_is_written():
    assert to_json(Recode("AGE", "OLD", (Rule(None, 17.0, 0.0),))) == {
        "step": "recode",
        "variable": "AGE",
        "name": "OLD",
        "rules": [{"low": None, "high": 17.0, "to": 0.0}],
        "level": 1,
        "others": "missing",
        "value": None,
        "missing": None,
        "value_labels": [],
    }


def test_what_is_left_out_has_its_default():
    assert from_json({"step": "lag", "variable": "X", "name": "L"}) == Lag("X", "L")
    assert from_json({"step": "logarithm", "variable": "X", "name": "L", "shift": 1}).shift == 1.0


MEAN = {"step": "group mean", "variable": "X", "name": "M"}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ([], "not an object"),
        ({}, "no data step None"),
        ({"step": ["lag"]}, "no data step"),
        ({"step": "magic"}, "There is no data step 'magic'. A newer version.*update"),
        ({"step": "group mean", "name": "M"}, "'group mean' lacks its field 'variable'"),
        ({**MEAN, "weight": "W"}, "unknown field 'weight'"),
        ({**MEAN, "variable": 3}, "field 'variable', is 3, not a text"),
        ({"step": "lag", "variable": "X", "name": "L", "by": True}, "True, not a whole number"),
        ({"step": "lag", "variable": "X", "name": "L", "by": 1.5}, "1.5, not a whole number"),
        ({"step": "logarithm", "variable": "X", "name": "L", "shift": 10**400}, "not a number"),
        ({"step": "centred copy", "variable": "X", "name": "C", "around": "x"}, "'group mean'"),
        ({"step": "filter", "conditions": 1}, "not a list"),
        ({"step": "filter", "conditions": [1]}, "not an object"),
        ({"step": "filter", "conditions": [{}]}, "lacks its field 'variable'"),
        ({"step": "recode", "variable": "X", "name": "R", "rules": [{}]}, "lacks its field 'low'"),
        (
            {"step": "dummy variables", "variable": "X", "reference": 1, "names": [[2]]},
            "has 1 values, not 2",
        ),
        (
            {"step": "dummy variables", "variable": "X", "reference": float("nan"), "names": []},
            "not a number or a text or null",
        ),
    ],
)
def test_what_is_no_step_is_refused(content, words):
    with pytest.raises(DataError, match=words):
        from_json(content)
