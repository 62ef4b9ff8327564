"""Saved command files: whatever the model and its names, it is read again, or refused."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from estimation.errors import SpecError
from estimation.files import write_text
from estimation.spec import (
    INTRCPT1,
    INTRCPT2,
    Catalogue,
    Centring,
    Equation,
    Likelihood,
    ModelSpec,
    Settings,
    Term,
    Variable,
    VariancePredictor,
)
from estimation.spec.command_file import DataFiles, data_files, parse, read
from estimation.spec.command_lookup import resolve
from estimation.spec.command_writing import write
from estimation.spec.edits import add_level1, add_level2

HERE = Path("somewhere")
NAMES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"), min_size=1),
    st.text('+,/="@2: #x', min_size=1, max_size=5),
    st.sampled_from(
        ["random", "Random", "n", "None", "intrcpt1", "Intrcpt2", "\u0131ntrcpt1", "computed", "1x"]
    ),
).filter(lambda name: name not in {INTRCPT1, INTRCPT2})
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"))


def catalogue(level1, level2=()) -> Catalogue:
    def variables(names) -> tuple[Variable, ...]:
        return tuple(Variable(each, "", 1, 0, 0, 0, 0) for each in names)

    return Catalogue(variables(level1), variables(level2))


FEW = catalogue(("MATHACH", "SES"), ("SECTOR", "SIZE"))


@st.composite
def settings(draw) -> Settings:
    return Settings(
        likelihood=draw(st.sampled_from(Likelihood)),
        heterogeneous_likelihood=draw(st.sampled_from(Likelihood)),
        max_iterations=draw(st.integers(0, 10**20)),
        stop_value=draw(st.floats(0, allow_infinity=False) | st.sampled_from([1e-6, 2.5e-5])),
        ols_units=draw(st.integers(0, 1000)),
        title=draw(TEXTS | st.sampled_from(["", '"x"', " x", '"'])),
        output_name=draw(TEXTS | st.sampled_from(["", "none"])),
    )


@st.composite
def models(draw, names: list[str], level2: list[str]) -> ModelSpec:
    """A model of some of the names, perhaps not yet begun or half made."""

    def equation(name: str) -> Equation:
        centring = Centring.NONE if name == INTRCPT1 else draw(st.sampled_from(list(Centring)))
        terms = tuple(
            Term(each, draw(st.sampled_from([Centring.NONE, Centring.GRAND])))
            for each in draw(st.lists(st.sampled_from(level2), unique=True, max_size=3))
        )
        return Equation(Term(name, centring), terms, draw(st.booleans()), draw(st.booleans()))

    outcome, *chosen = draw(st.permutations(names))
    equations = [INTRCPT1] * draw(st.booleans()) + draw(
        st.lists(st.sampled_from(chosen), unique=True, max_size=4)
    )
    both = [(each, 1) for each in names] + [(each, 2) for each in level2]
    predictors = draw(st.lists(st.sampled_from(both), unique=True, max_size=3))
    begun = draw(st.integers(0, 9)) > 0
    return ModelSpec(
        outcome if begun else None,
        tuple(map(equation, draw(st.permutations(equations)))) if begun else (),
        tuple(VariancePredictor(*each) for each in predictors),
        draw(settings()),
    )


@st.composite
def cases(draw) -> tuple[Catalogue, ModelSpec, ModelSpec]:
    """Variables, some with the same name at both levels, and two models of them."""
    names = draw(st.lists(NAMES, min_size=2, max_size=6, unique=True))
    names += [each.swapcase() for each in names[:1] if each.swapcase() not in names]
    names = [each for each in names if each not in {INTRCPT1, INTRCPT2}]
    level2 = draw(st.lists(NAMES | st.sampled_from(names), min_size=1, max_size=5, unique=True))
    return catalogue(names, level2), draw(models(names, level2)), draw(models(names, level2))


@given(cases())
def test_what_is_written_is_read(case):
    known, spec, _ = case
    text = write(spec, known, None, HERE)
    assert resolve(parse(text, "x.hlm"), known) == spec
    assert parse(text, "x.hlm").unknown == parse(text, "x.hlm").warnings == ()


@given(cases(), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
def test_any_model_may_become_any_other_in_its_file(case, ending, ended):
    known, first, second = case
    text = write(first, known, None, HERE) + "# a note\nfoo:1"
    text = text.replace("level1:", "# a model\nLevel1: ").replace("\n", ending) + ending * ended
    file = parse(text, "x.hlm")
    assert write(resolve(file, known), known, None, HERE, file) == text
    edited = write(second, known, None, HERE, file)
    assert resolve(parse(edited, "x.hlm"), known) == second
    assert (
        write(first, known, None, HERE, parse(edited, "x.hlm")).count(f"# a note{ending}foo") == 1
    )
    assert edited.endswith(f"{ending}# a note{ending}foo:1{ending * ended}")
    assert f"{ending}# a model{ending}Level1: " in edited
    assert ending == "\n" or "\n" not in edited.replace(ending, "")


@given(st.lists(TEXTS.filter(bool), min_size=3, max_size=3))
@example(["example:hsb2", " b ", '"c"'])
def test_any_name_of_a_file_is_read_again(names):
    level1, level2 = (HERE / each.replace("/", "-") for each in names[:2])
    data = DataFiles(level1, level2, names[2])
    if {level1.name, level2.name} & {"", ".", ".."} or level1.suffix.lower() in {".mdm", ".mdmx"}:
        return
    assert data_files(parse(write(ModelSpec(), Catalogue(), data, HERE), "x"), HERE) == data


def test_the_text_survives_the_disk(tmp_path):
    known = catalogue(["Größe", "a\x85b", "日本 語", "\ufeffx"])
    spec = add_level1(ModelSpec("Größe"), "a\x85b")
    spec = add_level1(add_level1(spec, "日本 語", Centring.GROUP), "\ufeffx")
    write_text(tmp_path / "x.hlm", write(spec, known, None, tmp_path))
    assert resolve(read(tmp_path / "x.hlm"), known) == spec


@pytest.mark.parametrize("mark", ["\n", "\r", "\0", "\ud800"])
def test_a_name_that_no_file_can_hold_is_refused(mark):
    name = f"a{mark}b"
    known = catalogue(["Y", name], [name])
    for spec, data in [
        (add_level1(ModelSpec("Y"), name), None),
        (ModelSpec(name), None),
        (ModelSpec(variance_predictors=(VariancePredictor(name),)), None),
        (ModelSpec(settings=Settings(title=name)), None),
        (ModelSpec(), DataFiles(HERE / "x.csv", None, name)),
    ]:
        with pytest.raises(SpecError, match="cannot stand in a command file") as caught:
            write(spec, known, data, HERE)
        assert repr(name) in str(caught.value)


def of(*equations: Equation) -> ModelSpec:
    return ModelSpec("MATHACH", equations)


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (of(Equation(Term("SES")), Equation(Term("SES"))), "line 5: SES stands twice"),
        (of(Equation(Term("SES"), (Term("SIZE", Centring.GROUP),))), "line 6: .* group-mean"),
        (of(Equation(Term(INTRCPT1, Centring.GRAND))), "line 5: INTRCPT1 cannot be centred"),
        (of(Equation(Term("SES"), (Term(INTRCPT2),), intercept=False)), "variable INTRCPT2"),
        (ModelSpec(None, (Equation(Term("SES")),)), "No outcome is chosen"),
        (ModelSpec(settings=Settings(stop_value=float("nan"))), "line 4: stopval takes a number"),
        (ModelSpec(settings=Settings(max_iterations=-1)), "line 3: numit takes a whole number"),
    ],
)
def test_a_model_that_would_be_read_as_another_is_refused(spec, words):
    with pytest.raises(SpecError, match=f"(?s)cannot be saved as it is.*{words}"):
        write(spec, FEW, None, HERE)


def test_variables_that_the_data_do_not_have_are_written():
    spec = add_level2(add_level1(ModelSpec("GONE"), "LOST"), "LOST", "AWAY")
    spec = replace(spec, variance_predictors=(VariancePredictor("X", 2), VariancePredictor("Z")))
    text = write(spec, FEW, None, HERE)
    known = catalogue(["GONE", "LOST", "Z", "X"], ["AWAY", "X"])
    assert resolve(parse(text, "x.hlm"), known) == spec
