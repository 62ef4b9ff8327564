"""Command files: read for what exists, refused or announced by line for the rest."""

from pathlib import Path

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
    GammaName,
    Hypothesis,
    Likelihood,
    ModelSpec,
    Settings,
    Term,
    Variable,
    VariancePredictor,
)
from estimation.spec.command_file import (
    CommandFile,
    DataFile,
    DataFiles,
    data_files,
    parse,
    require_known,
)
from estimation.spec.command_lookup import resolve

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
level2:SES=INTRCPT2+SECTOR+random/SIZE,PRACAD
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
gamma1:0,1,0,0,0,0
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
            Equation(
                Term("SES", Centring.GROUP),
                (Term("SECTOR"),),
                random=True,
                candidates=("SIZE", "PRACAD"),
            ),
            Equation(Term("FEMALE"), (Term("SECTOR"),), intercept=False),
        ),
        settings=Settings(
            likelihood=Likelihood.FULL,
            max_iterations=50,
            ols_units=7,
            title="a: title",
            output_name="out.txt",
        ),
        hypotheses=(Hypothesis((((GammaName(INTRCPT1, "SECTOR"), 1.0),),)),),
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
        ('heterol1var:"A', 'line 3: the quotation marks of "A do not match'),
        ('heterol1var:"A"B', 'line 3: the quotation marks of "A"B do not match'),
        ("heterol1var:@2", "line 3: a name is missing"),
        ("heterol1var:A@2,B,A@2", "line 3: A@2 stands twice"),
        ("nonlin:y", "line 3: this version has no models for outcomes that are not normal"),
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
    ("lines", "words"),
    [
        ("foo:1", "line 3: the keyword 'foo' is not known"),
        ("foo:1\nfoo:2", "line 4: the keyword 'foo' is not known"),
        ("nonsense", "line 3: 'nonsense' is not of the form"),
        (":1", "line 3: ':1' is not of the form"),
    ],
)
def test_a_line_that_is_not_understood_is_told_and_keeps_a_run_from_beginning(lines, words):
    file = parse(f"{MODEL}{lines}\n", "x.hlm")
    assert (file.spec, file.warnings) == (parse(MODEL, "x.hlm").spec, ())
    assert f"x.hlm, {words}" in file.unknown[-1]
    with pytest.raises(SpecError, match=f"x.hlm, {words}"):
        require_known(file)


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


def test_an_empty_level1_line_is_a_model_not_yet_begun():
    file = parse("level1:\nheterol1var:X\n", "x.hlm")
    assert file.spec == ModelSpec(variance_predictors=(VariancePredictor("X"),))
    assert resolve(file, catalogue("X")) == file.spec
    with pytest.raises(SpecError, match=r"line 2: INTRCPT1 is not in the level-1 model"):
        parse("level1:\nlevel2:INTRCPT1=INTRCPT2/\n", "x.hlm")


def test_quoted_names_are_taken_literally():
    file = parse(
        'level1: "a=b" = INTRCPT1 + "x+y,1",2 + "say ""n""" + "random" + RANDOM\n'
        'level2:INTRCPT1=INTRCPT2+"intrcpt2"/\nlevel2:"x+y,1"="p/q",2+random/"r/s"\n'
        'level2:"say ""n"""=/\nlevel2:"random"=INTRCPT2/\nheterol1var:"n@2","n"@2,n@2x\n',
        "x.hlm",
    )
    assert file.spec == ModelSpec(
        "a=b",
        (
            Equation(Term(INTRCPT1), (Term("intrcpt2"),)),
            Equation(
                Term("x+y,1", Centring.GRAND),
                (Term("p/q", Centring.GRAND),),
                random=True,
                intercept=False,
                candidates=("r/s",),
            ),
            Equation(Term('say "n"'), intercept=False),
            Equation(Term("random")),
        ),
        (VariancePredictor("n@2"), VariancePredictor("n", 2), VariancePredictor("n@2x")),
    )


def test_only_line_breaks_break_lines():
    names = ["a\x0bb", "a\x1cb", "a\x85b", "a\u2028b"]
    for ending in ("\n", "\r\n", "\r"):
        text = ending.join(
            [f"level1:Y={'+'.join(names)}+RANDOM", *(f"level2:{n}=/" for n in names)]
        )
        file = parse(text, "x")
        assert [each.name for each in file.spec.equations] == names
        assert "".join(file.lines) == text
        assert len(file.lines) == 5


@pytest.mark.parametrize(
    ("first", "named"),
    [
        ("my data.csv", ("my data.csv", None)),
        ('" a ""b"".csv"', (' a "b".csv', None)),
        ("example:hsb2", (None, "hsb2")),
        ("Example: HSB2", (None, "hsb2")),
        ('"example:hsb2"', ("example:hsb2", None)),
    ],
)
def test_the_data_on_the_first_line(first, named):
    file = parse(f"#WHLM CMD FILE FOR {first}\n{MODEL}", "x")
    assert (file.data_name, file.example) == named


def test_the_example_needs_no_files_and_another_is_not_known():
    assert data_files(parse(f"#WHLM CMD FILE FOR example:hsb2\n{MODEL}", "x"), Path()) is None
    other = parse(f"#WHLM CMD FILE FOR example:popular\n{MODEL}", "x.hlm")
    with pytest.raises(SpecError, match=r"x\.hlm, line 1: there is no example 'popular'.*hsb2"):
        data_files(other, Path())


def named(first: str, lines: str = "") -> CommandFile:
    return parse(f"#WHLM CMD FILE FOR {first}\n{lines}{MODEL}", "x.hlm")


def test_a_data_file_is_all_that_need_be_named(tmp_path):
    data = data_files(named("hsb.mdmx"), tmp_path)
    assert data == DataFile(tmp_path / "hsb.mdmx")
    assert (data.paths, data.note) == ([tmp_path / "hsb.mdmx"], "")


def test_source_files_of_any_kind(tmp_path):
    file = named("hsb1.sav", "l2fname:hsb2.xlsx\nlevel2id:ID\n")
    assert data_files(file, tmp_path) == DataFiles(
        tmp_path / "hsb1.sav", tmp_path / "hsb2.xlsx", "ID"
    )
    (tmp_path / "hsb1.sav").touch()
    file = named("C:\\data\\HSB1.SAV", "level2id:ID\n")
    assert data_files(file, tmp_path).level1.samefile(tmp_path / "hsb1.sav")
    with pytest.raises(SpecError, match=r"x\.hlm does not name the variable that links"):
        data_files(named("hsb1.sav"), tmp_path)


def test_hlms_data_file_stands_for_ours_beside_it(tmp_path):
    (tmp_path / "hsb.mdmx").touch()
    data = data_files(named("C:\\HLM\\hsb.mdm"), tmp_path)
    assert data == DataFile(tmp_path / "hsb.mdmx")
    assert data.note == "hsb.mdmx is used in place of hsb.mdm, which only HLM reads."


@pytest.mark.parametrize(
    ("template", "words"),
    [
        (None, r"Make hsb\.mdmx from .* On the command line: levelwise mdm\."),
        (("HSB.MDMT", ""), r"template for it is there, HSB\.MDMT\. .* levelwise mdm HSB\.MDMT"),
        (("creatmdm.mdmt", "mdmname:HSB.mdm"), r"levelwise mdm creatmdm\.mdmt"),
        (("creatmdm.mdmt", "mdmname:other.mdm"), r"levelwise mdm\."),
        (("creatmdm.mdmt", "\0"), r"levelwise mdm\."),
    ],
)
def test_hlms_data_file_alone_is_refused_with_what_to_do(tmp_path, template, words):
    if template:
        (tmp_path / template[0]).write_text(template[1], encoding="utf-8")
    with pytest.raises(SpecError, match=rf"x\.hlm, line 1: data.hsb\.mdm is a data file .*{words}"):
        data_files(named("data/hsb.mdm"), tmp_path)


def test_a_file_without_a_model():
    with pytest.raises(SpecError, match=r"x\.hlm has no line level1:"):
        parse(HEAD, "x.hlm")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("resfil1:y", "level-1 residual file"),
        ("resfil2:y", "level-2 residual file"),
        ("fulloutput:y", "full output"),
        ("fixtau:1", "no effect"),
        ("accel:9", "no effect"),
    ],
)
def test_what_is_not_printed_is_announced(line, words):
    (warning,) = parse(f"{MODEL}{line}\n", "x.hlm").warnings
    assert warning.startswith("x.hlm, line 3: ")
    assert words in warning


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


def test_a_variance_predictor_marked_as_one_of_level_2():
    file = parse(f"{MODEL}heterol1var:SEX@2, SEX\n", "x.hlm")
    both = (VariancePredictor("Sex", 2), VariancePredictor("SEX", 1))
    assert resolve(file, catalogue("MATHACH SEX", "Sex")).variance_predictors == both
    with pytest.raises(SpecError, match=r"line 3: .* no level-2 variable SEX\. SEX is a level-1"):
        resolve(file, catalogue("MATHACH SEX"))


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
    text = "".join(lesson_file().lines)
    position = data.draw(st.integers(0, len(text)))
    edited = text[:position] + data.draw(st.text(max_size=3)) + text[position + 1 :]
    assert read_or_refused_by_line(edited)
