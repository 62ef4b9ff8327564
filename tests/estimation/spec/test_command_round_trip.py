"""Saved command files: whatever the model and its names, it is read again, or refused."""

from dataclasses import replace
from itertools import pairwise
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
    Comparison,
    DegreesOfFreedom,
    Equation,
    GammaName,
    Hypothesis,
    Latent,
    Likelihood,
    ModelSpec,
    Scale,
    Settings,
    Term,
    Variable,
    VariancePredictor,
    Weight,
    Weighting,
)
from estimation.spec.command_file import CommandFile, DataFiles, data_files, parse, read
from estimation.spec.command_lookup import resolve
from estimation.spec.command_writing import write
from estimation.spec.edits import add_level1, add_level2, in_order

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


SWITCHES = ("effect_sizes", "variance_tests", "profile_intervals")
FEW = catalogue(("MATHACH", "SES"), ("SECTOR", "SIZE"))


@st.composite
def settings(draw) -> Settings:
    numbers = st.floats(allow_nan=False, allow_infinity=False)
    return Settings(
        likelihood=draw(st.sampled_from(Likelihood)),
        heterogeneous_likelihood=draw(st.sampled_from(Likelihood)),
        max_iterations=draw(st.integers(0, 10**20)),
        stop_value=draw(st.floats(0, allow_infinity=False) | st.sampled_from([1e-6, 2.5e-5])),
        ols_units=draw(st.integers(0, 1000)),
        title=draw(TEXTS | st.sampled_from(["", '"x"', " x", '"'])),
        output_name=draw(TEXTS | st.sampled_from(["", "none"])),
        degrees_of_freedom=draw(st.sampled_from(DegreesOfFreedom)),
        fixed_sigma2=draw(st.none() | st.floats(0, exclude_min=True, allow_infinity=False)),
        diagonal_tau=draw(st.booleans()),
        comparison=draw(
            st.none() | st.builds(Comparison, numbers, st.integers(0, 99), st.sampled_from(Scale))
        ),
        homogeneity=draw(st.booleans()),
        bootstrap=draw(st.integers(0, 9999)),
        seed=draw(st.integers(0, 2**64)),
        **{each: draw(st.booleans()) for each in SWITCHES},
    )


@st.composite
def models(draw, names: list[str], level2: list[str]) -> ModelSpec:
    """A model of some of the names, perhaps not yet begun or half made."""

    def some(of: list, n: int = 3) -> list:
        return draw(st.lists(st.sampled_from(of), unique=True, max_size=n))

    def equation(name: str) -> Equation:
        centring = Centring.NONE if name == INTRCPT1 else draw(st.sampled_from(list(Centring)))
        terms = tuple(
            Term(each, draw(st.sampled_from([Centring.NONE, Centring.GRAND])))
            for each in some(level2)
        )
        switches = [draw(st.booleans()) for _ in range(3)]
        candidates, latent = tuple(some(level2)), draw(st.sampled_from(Latent))
        return Equation(Term(name, centring), terms, *switches, candidates, latent)

    outcome, *chosen = draw(st.permutations(names))
    equations = [INTRCPT1] * draw(st.booleans()) + some(chosen, 4)
    both = [(1, each) for each in names] + [(2, each) for each in level2]
    predictors = [VariancePredictor(name, level) for level, name in both]
    begun = draw(st.integers(0, 9)) > 0
    spec = ModelSpec(
        outcome if begun else None,
        tuple(map(equation, draw(st.permutations(equations)))) if begun else (),
        tuple(some(predictors)),
        draw(settings()),
        draw(weightings(names, level2)),
        plausible_values=tuple(some(names)),
        imputations=tuple(draw(st.lists(TEXTS, unique=True, max_size=2))),
        deletion=tuple(some(both)),
        variance_candidates=tuple(some(predictors)),
    )
    return replace(spec, **draw(parts(spec.gammas)))


@st.composite
def weightings(draw, names: list[str], level2: list[str]) -> Weighting:
    def weight(of: list[str]) -> Weight | None:
        return draw(st.none() | st.builds(Weight, st.sampled_from(of), st.booleans()))

    name = st.none() | st.sampled_from(names)
    return Weighting(weight(names), weight(level2), draw(name), draw(name))


@st.composite
def parts(draw, gammas: tuple[GammaName, ...]) -> dict:
    """Constraints and hypotheses on the fixed effects, in any order."""
    if not gammas:
        return {}
    shuffled = draw(st.permutations(gammas))
    cuts = sorted(draw(st.lists(st.integers(0, len(gammas)), max_size=3)))
    groups = [shuffled[a:b] for a, b in pairwise(cuts)]
    weight = st.sampled_from([1.0, -1.0, 0.5, 0.0]) | st.floats(-1e9, 1e300)
    contrast = st.lists(
        st.tuples(st.sampled_from(gammas), weight), unique_by=lambda it: it[0], max_size=3
    )
    contrasts = st.lists(st.builds(tuple, contrast), min_size=1, max_size=2)
    return {
        "constraints": tuple(tuple(group) for group in groups if group),
        "hypotheses": tuple(
            Hypothesis(tuple(each)) for each in draw(st.lists(contrasts, max_size=2))
        ),
    }


@st.composite
def cases(draw) -> tuple[Catalogue, ModelSpec, ModelSpec]:
    """Variables, some with the same name at both levels, and two models of them."""
    names = draw(st.lists(NAMES, min_size=2, max_size=6, unique=True))
    names += [each.swapcase() for each in names[:1] if each.swapcase() not in names]
    names = [each for each in names if each not in {INTRCPT1, INTRCPT2}]
    level2 = draw(st.lists(NAMES | st.sampled_from(names), min_size=1, max_size=5, unique=True))
    return catalogue(names, level2), draw(models(names, level2)), draw(models(names, level2))


def saved(spec: ModelSpec, known: Catalogue, file: CommandFile | None = None) -> CommandFile:
    """Write a model, into a new file or one that was read, and see that it is read again."""
    new = parse(write(spec, known, None, HERE, file), "x.hlm")
    assert resolve(new, known) == in_order(spec)
    return new


def text_of(file: CommandFile) -> str:
    return "".join(file.lines)


@given(cases(), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
def test_what_is_written_is_read_and_any_model_may_become_any_other_in_its_file(
    case, ending, ended
):
    known, first, second = case
    new = saved(first, known)
    assert new.unknown == ()
    text = text_of(new) + "# a note\nfoo:1"
    text = text.replace("level1:", "# a model\nLevel1: ").replace("\n", ending) + ending * ended
    file = parse(text, "x.hlm")
    assert write(resolve(file, known), known, None, HERE, file) == text
    edited = saved(second, known, file)
    assert text_of(saved(first, known, edited)).count(f"# a note{ending}foo") == 1
    assert text_of(edited).endswith(f"{ending}# a note{ending}foo:1{ending * ended}")
    assert f"{ending}# a model{ending}Level1: " in text_of(edited)
    assert ending == "\n" or "\n" not in text_of(edited).replace(ending, "")


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
