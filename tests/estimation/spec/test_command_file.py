"""Command files: read for what exists, refused or announced by line for the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimation.errors import SpecError
from estimation.examples import lesson_file
from estimation.spec import (
    INTRCPT1,
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
from estimation.spec.command_file import parse, resolve

HEAD = "#WHLM CMD FILE FOR hsb.mdm\n"
MODEL = "level1:MATHACH=INTRCPT1+RANDOM\nlevel2:INTRCPT1=INTRCPT2+random/\n"


def catalogue(level1: str, level2: str = "", left_out=()) -> Catalogue:
    def variables(names: str) -> tuple[Variable, ...]:
        return tuple(Variable(each, "", 1, 0, 0, 0, 0) for each in names.split())

    return Catalogue(variables(level1), variables(level2), left_out)


def test_the_file_that_hlm_writes():
    file = parse(
        HEAD
        + """nonlin:n
numit:50,n
stopval:0.0000010000
LEVEL1:MATHACH=intrcpt1+SES,1+FEMALE+RANDOM
level2:INTRCPT1=INTRCPT2+SECTOR+MEANSES,2+random/
level2:SES=INTRCPT2+SECTOR+random/
level2:FEMALE=SECTOR/
fixtau:3
lev1ols:7
accel:5
level1weight:none
level2weight:none
varianceknown:none
level1deletion:none
level2deletion:none
hypoth:n
gamma1:0,1,0
resfil1:n
resfil2:n
homvar:n
constrain:N
heterol1var:n
graphgammas:grapheq.geq
lvr:n
title:a: title
output:out.txt
fulloutput:n
MLF:Y
""",
        "x.hlm",
    )
    assert file.data_name == "hsb.mdm"
    assert file.warnings == ()
    assert len(file.lines) == 29
    assert file.where[2, "SECTOR"] == "x.hlm, line 6"
    assert file.spec == ModelSpec(
        "MATHACH",
        (
            Equation(
                Term(INTRCPT1), (Term("SECTOR"), Term("MEANSES", Centring.GRAND)), random=True
            ),
            Equation(Term("SES", Centring.GROUP), (Term("SECTOR"),), random=True),
            Equation(Term("FEMALE"), (Term("SECTOR"),), intercept=False),
        ),
        settings=Settings(
            likelihood=Likelihood.FULL,
            max_iterations=50,
            ols_units=7,
            title="a: title",
            output_name="out.txt",
        ),
    )


def test_defaults_are_hlms():
    spec = parse(MODEL, "x.hlm").spec
    assert spec.settings == Settings()
    assert spec.likelihood is Likelihood.RESTRICTED


@pytest.mark.parametrize(
    ("line", "likelihood"),
    [
        ("", Likelihood.FULL),
        ("mlf:n", Likelihood.FULL),
        ("heterol1likelihood:reml", Likelihood.RESTRICTED),
        ("HETEROL1LIKELIHOOD:full", Likelihood.FULL),
    ],
)
def test_the_likelihood_with_variance_predictors(line, likelihood):
    spec = parse(f"{MODEL}heterol1var:SES\n{line}\n", "x.hlm").spec
    assert spec.likelihood is likelihood


def test_data_lines_of_ours():
    file = parse(f"#WHLM CMD FILE FOR my data.csv\nl2fname:b.csv\nlevel2id:School\n{MODEL}", "x")
    assert (file.data_name, file.level2_name, file.id_name) == ("my data.csv", "b.csv", "School")


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("foo:1", "line 3: the keyword 'foo' is not known"),
        ("nonsense", "line 3: 'nonsense' is not of the form"),
        ("nonlin:y", "line 3: this version has no models for outcomes that are not normal"),
        ("fixsigma2:1.0", "line 3: this version has no fixed sigma"),
        ("level1weight:W", "line 3: .* weights"),
        ("varianceknown:V", "line 3: .* known level-1 variances"),
        ("constrain:0,1,1", "line 3: .* constraints"),
        ("diagonalize:y", "line 3: .* diagonal Tau"),
        ("level1deletion:A,B", "line 3: .* deletion"),
        ("mlf:maybe", "line 3: mlf takes y or n"),
        ("numit:many", "line 3: numit takes a whole number"),
        ("numit:1.5", "line 3: numit takes a whole number"),
        ("stopval:-1", "line 3: stopval takes a number"),
        ("stopval:nan", "line 3: stopval takes a number"),
        ("heterol1likelihood:bayes", "line 3: heterol1likelihood takes reml or full"),
        ("heterol1var:A,,B", "line 3: a name is missing"),
        ("heterol1var:A,B,A", "line 3: A stands twice"),
        ("mlf:y\nmlf:n", r"line 4: mlf stands a second time \(first in x.hlm, line 3\)"),
        ("level2:INTRCPT1=INTRCPT2/", "line 3: INTRCPT1 has its level-2 equation already"),
        ("level2:SES=INTRCPT2/", "line 3: SES is not in the level-1 model"),
    ],
)
def test_a_line_that_cannot_be_obeyed_is_named(lines, words):
    with pytest.raises(SpecError, match=f"x.hlm, {words}"):
        parse(f"{MODEL}{lines}\n", "x.hlm")


@pytest.mark.parametrize(
    ("level1", "words"),
    [
        ("MATHACH=INTRCPT1", "no error term"),
        ("MATHACH=INTRCPT1+SES,3+RANDOM", "'SES,3' is not a term"),
        ("MATHACH=INTRCPT1++RANDOM", "'' is not a term"),
        ("MATHACH", "not of the form"),
        ("=INTRCPT1+RANDOM", "not of the form"),
        ("MATHACH=INTRCPT1+SES+RANDOM", "SES has no level-2 equation"),
        ("MATHACH=INTRCPT1,2+RANDOM", "INTRCPT1 cannot be centred. Write INTRCPT1 without ,2"),
        ("MATHACH=INTRCPT1+intrcpt1+RANDOM", "INTRCPT1 stands twice"),
        ("MATHACH=INTRCPT1+SES+SES,1+RANDOM", "SES stands twice"),
    ],
)
def test_a_level1_model_that_cannot_be_read(level1, words):
    with pytest.raises(SpecError, match=f"x.hlm, line 1: .*{words}"):
        parse(f"level1:{level1}\nlevel2:INTRCPT1=INTRCPT2/\n", "x.hlm")


@pytest.mark.parametrize(
    ("level2", "words"),
    [
        ("INTRCPT2,2+random", "INTRCPT2 cannot be centred. Write INTRCPT2 without ,2"),
        ("intrcpt2,1", "INTRCPT2 cannot be centred. Write INTRCPT2 without ,1"),
        ("INTRCPT2+INTRCPT2", "INTRCPT2 stands twice"),
        ("INTRCPT2+SECTOR+SECTOR,2", "SECTOR stands twice"),
    ],
)
def test_a_level2_equation_that_cannot_be_obeyed(level2, words):
    with pytest.raises(SpecError, match=f"x.hlm, line 2: {words}"):
        parse(f"level1:Y=INTRCPT1+RANDOM\nlevel2:INTRCPT1={level2}/\n", "x.hlm")


def test_group_centring_at_level_2_is_refused():
    with pytest.raises(SpecError, match="line 2: the level-2 variable SES cannot be group-mean"):
        parse("level1:Y=INTRCPT1+RANDOM\nlevel2:INTRCPT1=INTRCPT2+SES,1/\n", "x.hlm")


def test_a_file_without_a_model():
    with pytest.raises(SpecError, match=r"x\.hlm has no line level1:"):
        parse(HEAD, "x.hlm")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("hypoth:y", "tests of linear hypotheses"),
        ("gamma1:0,1", "tests of linear hypotheses"),
        ("homvar:y", "homogeneity"),
        ("resfil1:y", "level-1 residual file"),
        ("deviance:46501.9", "another model"),
        ("fulloutput:y", "full output"),
        ("fixtau:1", "no effect"),
        ("accel:9", "no effect"),
    ],
)
def test_what_is_not_printed_is_announced(line, words):
    (warning,) = parse(f"{MODEL}{line}\n", "x.hlm").warnings
    assert warning.startswith("x.hlm, line 3: ")
    assert words in warning


def test_exploratory_candidates_are_kept_out_of_the_model_and_announced():
    file = parse("level1:Y=INTRCPT1+RANDOM\nlevel2:INTRCPT1=INTRCPT2+random/SIZE,PRACAD\n", "x.hlm")
    assert file.spec.equations == (Equation(Term(INTRCPT1), random=True),)
    assert "line 2" in file.warnings[0]
    assert "SIZE,PRACAD" in file.warnings[0]


def test_names_are_found_exactly_first_then_in_either_case():
    file = parse(
        "level1:y=INTRCPT1+ses+RANDOM\nlevel2:INTRCPT1=INTRCPT2/\nlevel2:SES=INTRCPT2+w/", "x"
    )
    spec = resolve(file, catalogue("Y Ses", "W"))
    assert spec.outcome == "Y"
    assert spec.equation("Ses") == Equation(Term("Ses"), (Term("W"),))
    assert resolve(file, catalogue("y Y ses SES", "w W")).outcome == "y"


def test_an_ambiguous_name_is_not_guessed():
    file = parse("level1:mathach=INTRCPT1+RANDOM\nlevel2:INTRCPT1=INTRCPT2/\n", "x.hlm")
    with pytest.raises(SpecError, match="line 1: the data have no level-1 variable mathach"):
        resolve(file, catalogue("Mathach MATHACH"))


@pytest.mark.parametrize(
    ("level1", "level2", "found"),
    [
        ("MATHACH SEX", "SEX", VariancePredictor("SEX", 1)),
        ("MATHACH", "SEX", VariancePredictor("SEX", 2)),
        ("MATHACH sex", "SEX", VariancePredictor("SEX", 2)),
        ("MATHACH sex", "Sex", VariancePredictor("sex", 1)),
    ],
)
def test_the_level_of_a_variance_predictor(level1, level2, found):
    file = parse(f"{MODEL}heterol1var:SEX\n", "x.hlm")
    assert resolve(file, catalogue(level1, level2)).variance_predictors == (found,)


def test_unknown_variables_are_named_with_their_line():
    file = parse(f"{MODEL}heterol1var:FEMALE, NONE\n", "x.hlm")
    with pytest.raises(
        SpecError, match=r"line 3: the data have no variable NONE\. There are: MATH"
    ):
        resolve(file, catalogue("MATHACH FEMALE"))
    with pytest.raises(SpecError, match=r"line 1: .* MATHACH\. MATHACH is a level-2 variable"):
        resolve(file, catalogue("FEMALE", "MATHACH"))
    reason = "line 7 of a.csv has 'x'"
    with pytest.raises(SpecError, match=rf"MATHACH\. It was left out: {reason}"):
        resolve(file, catalogue("FEMALE", "", (("MATHACH", reason),)))


NAMES = st.lists(
    st.from_regex(r"[A-Za-z_][A-Za-z0-9_.]{0,12}", fullmatch=True).filter(
        lambda name: name.upper() not in {"RANDOM", "INTRCPT1", "INTRCPT2", "N", "NO", "NONE"}
    ),
    min_size=2,
    max_size=6,
    unique_by=str.casefold,
)
SUFFIX = {Centring.NONE: "", Centring.GROUP: ",1", Centring.GRAND: ",2"}


@st.composite
def models(draw) -> ModelSpec:
    outcome, *names = draw(NAMES)
    level2 = [f"{name}_2" for name in names]

    def equation(name: str) -> Equation:
        centring = Centring.NONE if name == INTRCPT1 else draw(st.sampled_from(list(Centring)))
        chosen = draw(st.lists(st.sampled_from(level2), unique=True))
        grand = [draw(st.sampled_from([Centring.NONE, Centring.GRAND])) for _ in chosen]
        predictors = tuple(map(Term, chosen, grand))
        return Equation(Term(name, centring), predictors, draw(st.booleans()), draw(st.booleans()))

    first = [INTRCPT1] if draw(st.booleans()) else []
    predictors = draw(st.lists(st.sampled_from([*names, *level2]), unique=True))
    settings = Settings(
        likelihood=draw(st.sampled_from(Likelihood)),
        max_iterations=draw(st.integers(1, 9999)),
        stop_value=draw(st.floats(1e-12, 1)),
    )
    return ModelSpec(
        outcome,
        tuple(map(equation, [*first, *names])),
        tuple(VariancePredictor(each, 1 if each in names else 2) for each in predictors),
        settings,
    )


def written(spec: ModelSpec) -> str:
    def terms(equation: Equation) -> str:
        parts = ["INTRCPT2"] * equation.intercept
        parts += [each.name + SUFFIX[each.centring] for each in equation.predictors]
        return "+".join([*parts, *["random"] * equation.random])

    level1 = [each.name + SUFFIX[each.coefficient.centring] for each in spec.equations]
    lines = [f"level1:{spec.outcome}={'+'.join([*level1, 'RANDOM'])}"]
    lines += [f"level2:{each.name}={terms(each)}/" for each in spec.equations]
    lines += [
        f"heterol1var:{','.join(each.name for each in spec.variance_predictors) or 'n'}",
        f"mlf:{'y' if spec.settings.likelihood is Likelihood.FULL else 'n'}",
        f"numit:{spec.settings.max_iterations}",
        f"stopval:{spec.settings.stop_value!r}",
    ]
    return "\n".join(lines)


@given(models())
def test_what_is_written_is_read(spec):
    names = [each.name for each in spec.equations if each.name != INTRCPT1]
    known = catalogue(" ".join([spec.outcome, *names]), " ".join(f"{name}_2" for name in names))
    file = parse(written(spec), "x.hlm")
    assert resolve(file, known) == spec


def read_or_refused_by_line(text: str) -> bool:
    try:
        parse(text, "x.hlm")
    except SpecError as error:
        return str(error).startswith("x.hlm")
    return True


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_in_words(text):
    assert read_or_refused_by_line(text)


@given(st.data())
def test_any_edit_of_a_good_file_is_read_or_refused_in_words(data):
    text = "\n".join(lesson_file().lines)
    position = data.draw(st.integers(0, len(text)))
    edited = text[:position] + data.draw(st.text(max_size=3)) + text[position + 1 :]
    assert read_or_refused_by_line(edited)
