"""Options of command files: each line read, refused by line where it is wrong, and written."""

from dataclasses import replace
from pathlib import Path

import pytest

from estimation.errors import SpecError
from estimation.spec import (
    INTRCPT1,
    INTRCPT2,
    Catalogue,
    Comparison,
    DegreesOfFreedom,
    Equation,
    GammaName,
    Hypothesis,
    Latent,
    ModelSpec,
    Scale,
    Settings,
    Term,
    Variable,
    VariancePredictor,
    Weight,
    Weighting,
)
from estimation.spec.command_file import DataFile, imputation_files, parse, require_known
from estimation.spec.command_lookup import resolve
from estimation.spec.command_writing import write
from estimation.spec.edits import add_level1, add_level2, delete_level1, delete_level2

HERE = Path("somewhere")
MODEL = """#WHLM CMD FILE FOR example:hsb2
level1:Y=INTRCPT1+SES+FEMALE+RANDOM
level2:INTRCPT1=INTRCPT2+SECTOR+random/
level2:SES=INTRCPT2+random/
level2:FEMALE=INTRCPT2/
"""
G00, G01 = GammaName(INTRCPT1, INTRCPT2), GammaName(INTRCPT1, "SECTOR")
G10, G20 = GammaName("SES", INTRCPT2), GammaName("FEMALE", INTRCPT2)
PLAIN = ModelSpec(
    "Y",
    (
        Equation(Term(INTRCPT1), (Term("SECTOR"),), random=True),
        Equation(Term("SES"), random=True),
        Equation(Term("FEMALE")),
    ),
)


def variables(names: str) -> tuple[Variable, ...]:
    return tuple(Variable(each, "", 1, 0, 0, 0, 0) for each in names.split())


KNOWN = Catalogue(variables("Y Y2 SES FEMALE WT V n"), variables("SECTOR SIZE WT"))


def equations(*changes: dict) -> ModelSpec:
    pairs = zip(PLAIN.equations, changes, strict=True)
    return replace(PLAIN, equations=tuple(replace(each, **change) for each, change in pairs))


def settings(**changes) -> ModelSpec:
    return replace(PLAIN, settings=replace(Settings(), **changes))


def weighted(**changes) -> ModelSpec:
    return replace(PLAIN, weighting=Weighting(**changes))


def hypotheses(*each: tuple) -> ModelSpec:
    return replace(PLAIN, hypotheses=tuple(map(Hypothesis, each)))


FIRST, SECOND = ((G01, 1.0),), ((G10, 1.0), (G20, -1.0))
LINES = [
    ("level1weight:WT", weighted(level1=Weight("WT"))),
    ("level1weight:WT,n", weighted(level1=Weight("WT", normalised=False))),
    ('level2weight:WT\nlevel1weight:"n"', weighted(level1=Weight("n"), level2=Weight("WT"))),
    ("precisionweight:WT", weighted(precision="WT")),
    ("varianceknown:V", weighted(known_variance="V")),
    (
        "level1deletion:V,WT\nlevel2deletion:SIZE",
        replace(PLAIN, deletion=((1, "V"), (1, "WT"), (2, "SIZE"))),
    ),
    ("constrain:0,1,1,0", replace(PLAIN, constraints=((G01, G10),))),
    ("constrain:2,1,1,2", replace(PLAIN, constraints=((G01, G10), (G00, G20)))),
    ("gamma1:0,1,0,0", hypotheses((FIRST,))),
    ("gamma1:0,1,0,0\ngamma1:0,0,1,-1", hypotheses((FIRST, SECOND))),
    ("gamma1:0,0,1,-1\ngamma2:0,1,0,0", hypotheses((SECOND,), (FIRST,))),
    ("gamma1:0,0.5,0,1e+20", hypotheses((((G01, 0.5), (G20, 1e20)),))),
    ("deviance:47049.46\ndf:6", settings(comparison=Comparison(47049.46, 6))),
    (
        "deviance:-3\ndf:6\ndeviancescale:m2ll",
        settings(comparison=Comparison(-3, 6, Scale.M2LL)),
    ),
    ("fixsigma2:1.000000", settings(fixed_sigma2=1)),
    ("fixsigma2:36.1234567", settings(fixed_sigma2=36.1234567)),
    ("diagonalize:y", settings(diagonal_tau=True)),
    ("uncorrelated:SES", equations({}, {"covaries": False}, {})),
    ("uncorrelated:INTRCPT1,SES", equations({"covaries": False}, {"covaries": False}, {})),
    ("homvar:y", settings(homogeneity=True)),
    ("lvr:i,p,o", equations({}, {"latent": Latent.PREDICTOR}, {"latent": Latent.OUTCOME})),
    ("plausvals:Y,Y2", replace(PLAIN, plausible_values=("Y", "Y2"))),
    (
        'imputations:b.mdmx,"../data/""2"".mdmx"',
        replace(PLAIN, imputations=("b.mdmx", '../data/"2".mdmx')),
    ),
    (
        "heterol1candidates:SES,SECTOR,WT@2",
        replace(
            PLAIN,
            variance_candidates=(
                VariancePredictor("SES"),
                VariancePredictor("SECTOR", 2),
                VariancePredictor("WT", 2),
            ),
        ),
    ),
    ("dfmethod:hlm6", settings(degrees_of_freedom=DegreesOfFreedom.HLM6)),
    ("dfmethod:satterthwaite", settings(degrees_of_freedom=DegreesOfFreedom.SATTERTHWAITE)),
    ("effectsizes:y", settings(effect_sizes=True)),
    ("variancetests:y", settings(variance_tests=True)),
    ("profileintervals:y", settings(profile_intervals=True)),
    ("bootstrap:999\nseed:7", settings(bootstrap=999, seed=7)),
]


@pytest.mark.parametrize(("lines", "spec"), LINES, ids=[lines for lines, _ in LINES])
def test_each_option_is_read_written_and_taken_back(lines, spec):
    file = parse(f"{MODEL}{lines}\n", "x.hlm")
    assert resolve(file, KNOWN) == spec
    assert file.warnings == file.unknown == ()
    plain = write(PLAIN, KNOWN, None, HERE)
    assert write(PLAIN, KNOWN, None, HERE, parse(plain, "x.hlm")) == plain
    written = write(spec, KNOWN, None, HERE)
    new = set(written.splitlines()) - set(plain.splitlines())
    assert new == set(lines.splitlines())
    assert resolve(parse(written, "x.hlm"), KNOWN) == spec
    assert write(PLAIN, KNOWN, None, HERE, parse(written, "x.hlm")) == plain


@pytest.mark.parametrize(
    ("lines", "spec"),
    [
        ("DIAGONALISE:Y", settings(diagonal_tau=True)),
        ("diagonalizeTau:yes", settings(diagonal_tau=True)),
        ("diagonaltau:y", settings(diagonal_tau=True)),
        ("LVR:I,P,O", equations({}, {"latent": Latent.PREDICTOR}, {"latent": Latent.OUTCOME})),
        ("lvr:o,p,i", equations({"latent": Latent.OUTCOME}, {"latent": Latent.PREDICTOR}, {})),
        ("hypoth:n\ngamma1:0, 1.0,0,0", hypotheses((FIRST,))),
        ("gamma7:0, 1,0,0\nGamma3: 0,0,1.0,-1", hypotheses((SECOND,), (FIRST,))),
        ("constrain:0,7,7,0", replace(PLAIN, constraints=((G01, G10),))),
        ("level1weight:wt , N", weighted(level1=Weight("WT", normalised=False))),
        ("level1weight:WT,y", weighted(level1=Weight("WT"))),
        ("varianceknown:v\nlevel2weight:wt", weighted(known_variance="V", level2=Weight("WT"))),
        ("level2deletion:size", replace(PLAIN, deletion=((2, "SIZE"),))),
        ("plausvals:y,y2", replace(PLAIN, plausible_values=("Y", "Y2"))),
        ("uncorrelated:ses", equations({}, {"covaries": False}, {})),
        ("imputations: b 2.mdmx", replace(PLAIN, imputations=("b 2.mdmx",))),
        ("dfmethod:Satterthwaite", settings(degrees_of_freedom=DegreesOfFreedom.SATTERTHWAITE)),
        (
            "heterol1candidates:size",
            replace(PLAIN, variance_candidates=(VariancePredictor("SIZE", 2),)),
        ),
        (
            "level1weight:none\nlevel2weight:None\nvarianceknown:n\nlevel1deletion:none\nhypoth:y",
            PLAIN,
        ),
        ("constrain:N\nlvr:n\nfixsigma2:computed\nhomvar:n\ndiagonalize:n\nbootstrap:0", PLAIN),
        ("numit:100 , N\nstopval:.000001,y\nlev1ols:10,p", PLAIN),
        ("bootstrap:n\nseed:none\ndfmethod:n\nheterol1likelihood:n", PLAIN),
        ("stopval:1E-6\nlev1ols:+10\nfixsigma2:12.", settings(fixed_sigma2=12.0)),
        (
            "deviance:none\ndf:n\ndfmethod:hlm7\nuncorrelated:none\nimputations:n\nplausvals:n",
            PLAIN,
        ),
    ],
)
def test_other_ways_of_writing_the_same(lines, spec):
    file = parse(f"{MODEL}{lines}\n", "x.hlm")
    require_known(file)
    assert resolve(file, KNOWN) == spec
    assert write(spec, KNOWN, None, HERE, file) == f"{MODEL}{lines}\n"


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("gamma1:0,0,0,0,1", "gamma1 has 5 values, but the model has 4 fixed effects. Write one"),
        ("gamma1:0", ".* in this order: INTRCPT2 of INTRCPT1, SECTOR of INTRCPT1, INTRCPT2 of SES"),
        ("gamma1:1", "gamma1 has 1 value, but the model has 4 fixed effects. Write one for each"),
        ("gamma1:0,1,0,0\ngamma1:0,1,0", "gamma1 has 3 values"),
        ("gamma1:0,0,0,x", "gamma1 takes a number, not 'x'"),
        ("gamma1:0,0,0,inf", "gamma1 takes a number, not 'inf'"),
        ("gamma2:", "gamma2 has 0 values"),
        ("gamma2:0,,0,0", "gamma2 takes a number, not ''"),
        ("constrain:1,1,0,0,0", "constrain has 5 values"),
        ("constrain:0,1,1", "constrain has 3 values, but the model has 4 fixed effects"),
        ("constrain:1,0.5,0,0", "constrain takes a whole number, 0 or more, not '0.5'"),
        ("constrain:1,-1,0,0", "constrain takes a whole number"),
        ("lvr:p,x,i", "lvr takes n; or .* not 'x'"),
        ("lvr:p,o,i,i", "lvr has 4 values, but the model has 3 level-1 coefficients"),
        ("lvr:p,o", "lvr has 2 values, .* in this order: INTRCPT1, SES, FEMALE."),
        ("deviance:3", "deviance stands without a line df: with the number of parameters"),
        ("df:3", "df stands without a line deviance:"),
        ("deviancescale:m2ll", "deviancescale stands without a line deviance:"),
        ("deviancescale:x\ndeviance:1\ndf:2", "deviancescale takes deviance or m2ll, not 'x'"),
        ("deviance:1\ndf:-2", "df takes a whole number"),
        ("dfmethod:kr", "dfmethod takes hlm7, hlm6 or satterthwaite, not 'kr'"),
        ("fixsigma2:0", r"sigma\^2 cannot be 0"),
        ("fixsigma2:-1", "fixsigma2 takes a number"),
        ("level1weight:A,B", "level1weight takes the name of a variable"),
        ('level1weight:"A', 'the quotation marks of "A do not match'),
        ("level1deletion:A,A", "A stands twice"),
        ("plausvals:A,,B", "a name is missing"),
        ("imputations:a.mdmx,a.mdmx", "a.mdmx stands twice"),
        ("uncorrelated:SIZE", "SIZE is not in the level-1 model"),
        ("homvar:maybe", "homvar takes y or n"),
        ("bootstrap:many", "bootstrap takes a whole number"),
        ("seed:-1", "seed takes a whole number"),
        ("seed:1,234", "seed takes a whole number, 0 or more, not '1,234'. Write it as in 1000"),
        ("bootstrap:10,000", "bootstrap takes a whole number, 0 or more, not '10,000'"),
        ("bootstrap:99,n", "bootstrap takes a whole number"),
        ("numit:1,000", "numit takes a whole number, 0 or more, not '1,000'"),
        ("numit:1,000,n", "numit takes a whole number, 0 or more, not '1,000'"),
        ("stopval:0,000001", "stopval takes a number, 0 or more, not '0,000001'. .* a point"),
        ("lev1ols:1_0", "lev1ols takes a whole number, 0 or more, not '1_0'"),
        ("fixsigma2:1_2.5", "fixsigma2 takes a number, 0 or more, not '1_2.5'"),
        ("fixsigma2:\uff11\uff12", "fixsigma2 takes a number, 0 or more, not '\uff11\uff12'"),
        ("deviance:47,049.46\ndf:6", "deviance takes a number, not '47,049.46'"),
        ("seed:1\nseed:1", "seed stands a second time"),
        ("diagonalize:y\ndiagonalise:y", "diagonalize stands a second time"),
    ],
)
def test_an_option_that_cannot_be_obeyed_is_named(lines, words):
    with pytest.raises(SpecError, match=rf"x\.hlm, line [67]: {words}"):
        parse(f"{MODEL}{lines}\n", "x.hlm")


@pytest.mark.parametrize("keyword", ["gamma0", "gamma", "gamma01", "gamma1x"])
def test_no_keyword_of_a_hypothesis(keyword):
    assert f"the keyword '{keyword}' is not known" in parse(f"{MODEL}{keyword}:1\n", "x").unknown[0]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("level1weight:SECTOR", "no level-1 variable SECTOR. SECTOR is a level-2 variable"),
        ("level2weight:V", "no level-2 variable V. V is a level-1 variable"),
        ("precisionweight:X", "no level-1 variable X"),
        ("varianceknown:X", "no level-1 variable X"),
        ("level2deletion:SIZE,X", "no level-2 variable X"),
        ("plausvals:Y,X", "no level-1 variable X"),
        ("heterol1candidates:X", "no variable X"),
        ("heterol1candidates:V@2", "no level-2 variable V"),
    ],
)
def test_a_variable_that_an_option_names_in_vain(line, words):
    with pytest.raises(SpecError, match=rf"x\.hlm, line 6: the data have {words}"):
        resolve(parse(f"{MODEL}{line}\n", "x.hlm"), KNOWN)


@pytest.mark.parametrize("text", ["SIZE,WT", "size + wt", '"SIZE" , WT'])
def test_exploratory_candidates(text):
    file = parse(MODEL.replace("SECTOR+random/", f"SECTOR+random/{text}"), "x.hlm")
    spec = equations({"candidates": ("SIZE", "WT")}, {}, {})
    assert resolve(file, KNOWN) == spec
    assert write(spec, KNOWN, None, HERE, file) == "".join(file.lines)
    fewer = equations({"candidates": ("WT",)}, {}, {})
    assert "random/WT\n" in write(fewer, KNOWN, None, HERE, file)
    with pytest.raises(SpecError, match=r"x\.hlm, line 4: .* no level-2 variable FEMALE"):
        resolve(parse(MODEL.replace("SES=INTRCPT2+random/", "SES=/FEMALE"), "x.hlm"), KNOWN)


LAID_OUT = f"""{MODEL}# contrasts
gamma1:0,1.0,0,0
 GAMMA2: 0,0,1.0,-1
gamma2:0,1,1,0
constrain:0,5,5,0
lvr:O,P,I
level1weight:WT
"""


def test_positional_lines_follow_the_model():
    file = parse(LAID_OUT, "x.hlm")
    spec = resolve(file, KNOWN)
    more = write(add_level2(spec, "SES", "SIZE"), KNOWN, None, HERE, file).splitlines()
    assert more[6:] == [
        "gamma1:0,1,0,0,0",
        " GAMMA2: 0,0,1,0,-1",
        "gamma2:0,1,1,0,0",
        "constrain:0,1,1,0,0",
        "lvr:O,P,I",
        "level1weight:WT",
    ]
    less = write(delete_level1(spec, "SES"), KNOWN, None, HERE, file).splitlines()
    assert less[4:] == ["# contrasts", "gamma1:0,1,0", "constrain:N", "lvr:n", "level1weight:WT"]
    swapped = add_level1(delete_level1(spec, "FEMALE"), "V")
    assert write(swapped, KNOWN, None, HERE, file).splitlines()[5:] == [
        "# contrasts",
        "gamma1:0,1.0,0,0",
        " GAMMA2: 0,1,1,0",
        "constrain:0,5,5,0",
        "lvr:O,P,I",
        "level1weight:WT",
    ]


def test_contrasts_come_and_go_where_they_belong():
    file = parse(f"{MODEL}homvar:n\nhypoth:n\ngamma1:0,1,0,0\nmlf:n\n", "x.hlm")
    spec = replace(PLAIN, hypotheses=(Hypothesis((FIRST, SECOND)), Hypothesis((FIRST,))))
    text = write(spec, KNOWN, None, HERE, file)
    lines = ["homvar:n", "hypoth:n", "gamma1:0,1,0,0", "gamma1:0,0,1,-1", "gamma2:0,1,0,0", "mlf:n"]
    assert text.splitlines()[5:] == lines
    more = replace(PLAIN, hypotheses=(Hypothesis((FIRST, SECOND, FIRST)), spec.hypotheses[1]))
    lines.insert(4, "gamma1:0,1,0,0")
    text = write(more, KNOWN, None, HERE, parse(text, "x.hlm"))
    assert text.splitlines()[5:] == lines
    bare = write(PLAIN, KNOWN, None, HERE, parse(text, "x.hlm"))
    assert bare.splitlines()[5:] == ["homvar:n", "hypoth:n", "mlf:n"]


def test_fixed_effects_are_those_of_the_data_whatever_the_case_of_their_names():
    file = parse(f"{MODEL}constrain:0,1,1,0\ngamma1:0,1,-1,0\n".replace("SE", "Se"), "x.hlm")
    spec = resolve(file, KNOWN)
    assert spec.constraints == ((G01, G10),)
    assert spec.hypotheses == (Hypothesis((((G01, 1.0), (G10, -1.0)),)),)


def test_constraints_and_contrasts_in_any_order_are_saved():
    spec = replace(
        PLAIN,
        constraints=((G20, G01),),
        hypotheses=(Hypothesis((((G20, 1.0), (G10, 0.0), (G00, 2.0)),)),),
        deletion=((2, "SIZE"), (1, "V")),
    )
    lines = write(spec, KNOWN, None, HERE).splitlines()
    for line in ("constrain:0,1,0,1", "gamma1:2,0,0,1", "level1deletion:V", "level2deletion:SIZE"):
        assert line in lines


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (replace(PLAIN, constraints=((G00, G01), (G01, G10))), "stands in two constraints"),
        (replace(PLAIN, hypotheses=(Hypothesis(()),)), "Hypothesis 1 has no contrast"),
        (delete_level2(hypotheses((FIRST,)), INTRCPT1, "SECTOR"), None),
        (replace(hypotheses((FIRST,)), equations=PLAIN.equations[1:]), "is not in the model"),
        (settings(fixed_sigma2=-1.0), "fixsigma2 takes a number"),
        (settings(comparison=Comparison(float("nan"), 1)), "deviance takes a number"),
    ],
)
def test_what_no_command_file_can_hold(spec, words):
    if words is None:
        assert "gamma" not in write(spec, KNOWN, None, HERE)
        return
    with pytest.raises(SpecError, match=f"(?s)cannot be saved as it is.*{words}"):
        write(spec, KNOWN, None, HERE)


def test_a_coefficient_without_covariances_whose_name_comes_to_fit_two():
    known = Catalogue(variables("Y Ses ses"))
    file = parse("level1:Y=Ses+RANDOM\nlevel2:Ses=INTRCPT2/\nuncorrelated:SES\n", "x.hlm")
    text = write(add_level1(resolve(file, known), "ses"), known, None, HERE, file)
    assert "uncorrelated:Ses\n" in text


IDLE = [
    ("uncorrelated:SES,FEMALE", "where there is no random effect (FEMALE)"),
    ("uncorrelated:SES\ndiagonalize:y", "beside diagonalize:y, which takes every covariance out"),
    ("lvr:i,i,i", "where every coefficient is ignored (i)"),
    ("heterol1likelihood:reml\nheterol1var:V\nlevel1weight:WT", "beside design weights, whose"),
    ("heterol1likelihood:reml", "without predictors of level-1 variance (heterol1var)"),
    ("seed:7", "without bootstrap samples (bootstrap)"),
    ("seed:7\nbootstrap:0", "without bootstrap samples (bootstrap)"),
]


@pytest.mark.parametrize(("lines", "why"), IDLE, ids=[lines for lines, _ in IDLE])
def test_a_line_without_effect_is_told(lines, why):
    (warning,) = parse(f"{MODEL}{lines}\n", "x.hlm").warnings
    assert warning.startswith(f"x.hlm, line 6: {lines.splitlines()[0]} has no effect {why}")


@pytest.mark.parametrize(
    ("level2", "line", "words"),
    [
        ("INTRCPT2/", "variancetests:y", "variancetests:y has no effect without random effects"),
        ("INTRCPT2/", "fixsigma2:2\nprofileintervals:y", "profileintervals:y has no effect where"),
        ("INTRCPT2+random/", "uncorrelated:SES", "uncorrelated:SES has no effect with a single"),
    ],
)
def test_a_line_without_effect_on_few_variances_is_told(level2, line, words):
    model = f"level1:Y=SES+RANDOM\nlevel2:SES={level2}\n"
    (warning,) = parse(f"{model}{line}\n", "x.hlm").warnings
    assert warning.startswith(f"x.hlm, line {2 + len(line.splitlines())}: {words}")


def test_candidates_without_a_random_effect_are_told():
    (warning,) = parse(MODEL.replace("FEMALE=INTRCPT2/", "FEMALE=INTRCPT2/A,B"), "x.hlm").warnings
    assert warning.startswith("x.hlm, line 5: A, B behind the slash has no effect, for the coeff")


@pytest.mark.parametrize(
    "lines",
    [
        "heterol1likelihood:full",
        "heterol1likelihood:reml\nheterol1var:V",
        "uncorrelated:n\nseed:",
        "uncorrelated:INTRCPT1",
        "variancetests:y\nprofileintervals:y\nfixsigma2:2",
        "fixtau:3\naccel:5\nlvr:n",
    ],
)
def test_lines_with_effect_or_none_to_have_are_not_told(lines):
    assert parse(f"{MODEL}{lines}\n", "x.hlm").warnings == ()


# -------------------------------------------------------------------------- imputed data files


def test_imputed_data_files_are_found_as_the_data_are(tmp_path):
    for name in ("b.mdmx", "C.mdmx"):
        (tmp_path / name).touch()
    file = parse(f"{MODEL}imputations:b.mdmx, C:\\study\\c.mdm, d.mdmx\n", "x.hlm")
    files = imputation_files(file, tmp_path)
    assert [each.path.name.lower() for each in files] == ["b.mdmx", "c.mdmx", "d.mdmx"]
    assert files[0] == DataFile(tmp_path / "b.mdmx")
    assert files[1].path.samefile(tmp_path / "C.mdmx")
    assert "in place of c.mdm" in files[1].note
    assert imputation_files(parse(MODEL, "x.hlm"), tmp_path) == ()


def test_imputed_data_files_are_found_from_another_folder(tmp_path):
    home, other = tmp_path / "one", tmp_path / "two"
    for name in ("one/b.mdmx", "one/C.mdmx", "two/b.mdmx", "shared/d.mdmx"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    d = (tmp_path / "shared" / "d.mdmx").as_posix()
    file = parse(f"{MODEL}imputations:b.mdmx,c.mdm,{d},nope.mdmx\n", "x.hlm")
    assert write(file.spec, KNOWN, None, home, file, home) == "".join(file.lines)
    text = write(file.spec, KNOWN, None, other, file, home)
    line = f"imputations:../one/b.mdmx,../one/C.mdmx,{d},../one/nope.mdmx\n"
    assert text == "".join((*file.lines[:-1], line))
    moved = parse(text, "x.hlm")
    there = [each.path.resolve() for each in imputation_files(moved, other)]
    assert there == [each.path.resolve() for each in imputation_files(file, home)]
    # The model still names them as seen from the first folder, wherever it is saved next.
    assert write(file.spec, KNOWN, None, other, moved, home) == text
    assert write(file.spec, KNOWN, None, home, moved, home).splitlines()[-1] == (
        f"imputations:b.mdmx,c.mdm,{d},nope.mdmx"
    )


@pytest.mark.parametrize(
    ("name", "words"),
    [("b.csv", r"b\.csv is no data file \(\.mdmx\)"), ("b.mdm", r"b\.mdm is a data file of HLM's")],
)
def test_an_imputed_file_of_another_kind_is_refused(tmp_path, name, words):
    file = parse(f"{MODEL}imputations:{name}\n", "x.hlm")
    with pytest.raises(SpecError, match=rf"x\.hlm, line 6: {words}"):
        imputation_files(file, tmp_path)
