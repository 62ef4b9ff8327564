"""Templates: HLM's are read as far as they are known, ours give back every recipe."""

import json
import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from estimation.data.recipe import Missing, Recipe, Source, TextFormat
from estimation.data.steps import GroupMean, GroupSize, Rename, to_json
from estimation.data.template import Template, read_template, write_template
from estimation.errors import FileError, SpecError
from estimation.spec import Structure

HLMS = r"""#HLM2 MDM CREATION TEMPLATE
rawdattype:spss
l1fname:C:\Program Files\HLM\HSB1.SAV
l2fname:hsb2.sav
l1missing:n
timeofdeletion:now
mdmname:hsb.mdm
*begin l1vars
level2id:ID
MINORITY
FEMALE
*end l1vars
*begin l2vars
level2id:SCHOOL
SECTOR
*end l2vars
"""


@pytest.fixture
def read(tmp_path):
    """Read a text as a template."""

    def read(text: str) -> Template:
        path = tmp_path / "x.mdmt"
        path.write_text(text, encoding="utf-8")
        return read_template(path)

    return read


# ------------------------------------------------------------------------------------ HLM's


def test_a_template_that_hlm_wrote(tmp_path, read):
    (tmp_path / "hsb1.sav").touch()
    folder = tmp_path.resolve()
    assert read(HLMS) == Template(
        Recipe(
            Source(folder / "hsb1.sav"),
            Source(folder / "hsb2.sav"),
            "ID",
            "SCHOOL",
            ("MINORITY", "FEMALE"),
            ("SECTOR",),
            missing=Missing.NONE,
        ),
        folder / "hsb.mdmx",
    )


def test_capitals_order_blanks_and_endings_make_no_difference(tmp_path, read):
    head, *rest = HLMS.splitlines()
    options, blocks = rest[:6], rest[6:]
    text = "\r\n".join([head, "", *reversed(options), *blocks])
    for name in ("rawdattype", "l1fname", "mdmname", "*begin", "*end", "level2id"):
        text = text.replace(name, name.upper())
    text = text.replace("L1FNAME:", " L1FNAME : ").replace("FEMALE", "  FEMALE ")
    assert read(text) == read(HLMS)


@pytest.mark.parametrize(
    ("lines", "missing"),
    [
        ("l1missing:n\ntimeofdeletion:analysis", Missing.NONE),
        ("l1missing:y\ntimeofdeletion:now", Missing.AT_MAKING),
        ("l1missing:Y\ntimeofdeletion:Analysis", Missing.AT_RUNNING),
        ("timeofdeletion:now", Missing.AT_RUNNING),
    ],
)
def test_missing_values(read, lines, missing):
    template = read(HLMS.replace("l1missing:n\ntimeofdeletion:now", lines))
    assert template.recipe.missing is missing
    assert template.warnings == ()


def test_growth_models_are_measures_within_persons(read):
    for line, structure in (
        ("growthmodel:n", Structure.PERSONS_IN_GROUPS),
        ("growthmodel:y", Structure.MEASURES_IN_PERSONS),
        ("growthmodel:y\nstructure:measures within groups", Structure.MEASURES_IN_GROUPS),
        ("mdmtype:0", Structure.PERSONS_IN_GROUPS),
    ):
        template = read(HLMS.replace("rawdattype:spss", line))
        assert (template.recipe.structure, template.warnings) == (structure, ())


def test_the_columns_of_fixed_width_are_the_id_and_the_variables(read):
    recipe = read(HLMS.replace("l1missing:n", "l1format:(A4,2F12.3)")).recipe
    assert recipe.level1.text == TextFormat(
        columns="(A4,2F12.3)", names=("ID", "MINORITY", "FEMALE")
    )
    assert recipe.level2.text == TextFormat()


def test_one_file_that_is_named_twice(read):
    recipe = read(HLMS.replace("C:\\Program Files\\HLM\\HSB1.SAV", "hsb2.sav")).recipe
    assert (recipe.level2, recipe.id2, recipe.one_file) == (None, "", True)
    assert recipe.variables2 == ("SECTOR",)


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("hsb.mdm", "hsb.mdmx"),
        ("hsb", "hsb.mdmx"),
        ("a b.v2.MDM", "a b.v2.mdmx"),
        ("hsb.mdmx", "hsb.mdmx"),
        ("C:\\out\\hsb.mdm", "hsb.mdmx"),
        ("../out/hsb.mdm", "../out/hsb.mdmx"),
    ],
)
def test_where_the_data_file_goes(tmp_path, read, name, found):
    path = read(HLMS.replace("hsb.mdm", name)).mdm_path
    assert path == Path(os.path.normpath(tmp_path.resolve() / found))


def test_a_template_need_not_say_where_the_data_file_goes(read):
    assert read(HLMS.replace("hsb.mdm", "")).mdm_path is None


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("rawdattype", "rawdata", "line 2: the keyword 'rawdata' is not known; passed over"),
        ("rawdattype:spss", "by hand", "line 2: 'by hand' is not of the form keyword:value"),
        ("MINORITY", "weight:W", "line 10: the keyword 'weight' is not known; passed over"),
        ("MINORITY", "*all", r"line 10: '\*all' is not of the form"),
        ("timeofdeletion:now", "timeofdeletion:later", "line 6: the value 'later' of timeof"),
        ("rawdattype:spss", "mdmtype:1", "line 2: the value '1' of mdmtype is not known"),
    ],
)
def test_what_is_not_known_is_told_with_its_line_and_passed_over(read, old, new, words):
    (warning,) = read(HLMS.replace(old, new)).warnings
    assert re.search(f"x.mdmt, {words}", warning)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("HLM2", "HLM3", r"x\.mdmt is a template of another kind \(HLM3 MDM"),
        ("l1fname", "fname", "x.mdmt names no level-1 file"),
        ("*end l1vars\n", "", "line 12: l1vars have no end yet"),
        ("*end l2vars\n", "", r"line 13: \*begin l2vars has no \*end"),
        ("*begin l2vars\n", "", r"line 15: \*end l2vars has no \*begin"),
        ("*begin l2vars", "*begin l3vars", "line 13: there are no l3vars"),
        ("*begin l2vars", "*begin l1vars", "line 13: l1vars begin a second time"),
        ("FEMALE", "level2id:ID", "line 11: there is one level2id for each level"),
        ("rawdattype:spss", "mdmname:a.mdm", r"line 7: mdmname stands a second time \(first in"),
        ("rawdattype:spss", "structure:a heap", "line 2: there is no structure a heap"),
        ("rawdattype:spss", "step:{", "line 2: what stands after step: is not whole"),
        ("rawdattype:spss", "step:[]", "line 2: A data step is not an object"),
        ("rawdattype:spss", 'step:{"step": "magic"}', "line 2: There is no data step 'magic'"),
        ("rawdattype:spss", 'l1text:{"header": "y"}', "line 2: .* does not say how a text"),
        ("rawdattype:spss", 'l1text:{"colour": 1}', "line 2: .* does not say how a text"),
        ("rawdattype:spss", "l1text:,", "line 2: what stands after l1text: is not whole"),
    ],
)
def test_a_broken_structure_is_an_error_with_its_line(read, old, new, words):
    with pytest.raises(SpecError, match=words):
        read(HLMS.replace(old, new, 1))


def test_blocks_that_are_not_there(read):
    with pytest.raises(SpecError, match=r"x\.mdmt is no template.*no block \*begin l2vars"):
        read(HLMS[: HLMS.index("*begin l2vars")])


def test_a_file_that_is_no_text_or_not_there(tmp_path):
    (tmp_path / "x.mdmt").write_bytes(b"\0\1")
    for name in ("x.mdmt", "y.mdmt"):
        with pytest.raises(FileError, match=name):
            read_template(tmp_path / name)


def read_or_refused(path: Path) -> bool:
    try:
        read_template(path)
    except (SpecError, FileError) as error:
        return path.name in str(error)
    return True


@given(st.data())
def test_any_edit_of_a_good_file_is_read_or_refused_in_words(tmp_path_factory, data):
    position = data.draw(st.integers(0, len(HLMS)))
    edited = HLMS[:position] + data.draw(st.text(max_size=3)) + HLMS[position + 1 :]
    path = tmp_path_factory.getbasetemp() / "edited.mdmt"
    path.write_bytes(edited.encode("utf-8", "replace"))
    assert read_or_refused(path)


# -------------------------------------------------------------------------------------- ours


def test_a_plain_recipe_is_written_as_hlm_writes_it(tmp_path, read):
    (tmp_path / "hsb1.sav").touch()
    template = read(HLMS)
    write_template(tmp_path / "y.mdmt", template.recipe, template.mdm_path)
    text = (tmp_path / "y.mdmt").read_text(encoding="utf-8")
    foreign = "C:\\Program Files\\HLM\\HSB1.SAV"
    assert text == HLMS.replace(foreign, "hsb1.sav").replace("hsb.mdm", "hsb.mdmx")


def test_lines_of_ours(tmp_path):
    recipe = Recipe(
        Source(tmp_path / "a.csv", TextFormat(";", ",", header=False, names=("x", "y"))),
        Source(tmp_path / "sub" / "b.xlsx", sheet=" Schools"),
        "ID",
        variables1=("a:b", "*c", "#d", '"e"', " f", "g h"),
        structure=Structure.MEASURES_IN_PERSONS,
        steps=(GroupSize("N"),),
    )
    write_template(tmp_path / "x.mdmt", recipe, None)
    assert (tmp_path / "x.mdmt").read_text(encoding="utf-8").splitlines()[1:] == [
        "rawdattype:ascii",
        "l1fname:a.csv",
        "l2fname:sub/b.xlsx",
        "l1missing:y",
        "timeofdeletion:analysis",
        "structure:measures within persons",
        'l1text:{"separator": ";", "decimal": ",", "header": false, "names": ["x", "y"]}',
        'l2sheet:" Schools"',
        f"step:{json.dumps(to_json(GroupSize('N')))}",
        "*begin l1vars",
        "level2id:ID",
        '"a:b"',
        '"*c"',
        '"#d"',
        '"""e"""',
        '" f"',
        "g h",
        "*end l1vars",
        "*begin l2vars",
        "level2id:ID",
        "*all variables",
        "*end l2vars",
    ]


def test_a_name_with_a_line_break_is_refused(tmp_path):
    recipe = Recipe(Source(tmp_path / "a.csv"), id1="ID", variables1=("a\nb",))
    with pytest.raises(SpecError, match="cannot stand in a command file or a template"):
        write_template(tmp_path / "x.mdmt", recipe, None)
    assert not (tmp_path / "x.mdmt").exists()


WHERE = Path("somewhere").resolve()  # which is not there
LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0")
NAMES = st.text(LETTERS, min_size=1, max_size=9) | st.sampled_from(
    ["level2id:ID", "*end l1vars", "*all variables", "#x", '"', " x ", "a:b", "step:{}", "INTRCPT1"]
)
TEXTS = st.text(LETTERS, max_size=9)
FILES = st.text(st.sampled_from("aBc .ä#\"'"), min_size=1, max_size=9).filter(
    lambda name: name not in {".", ".."}
)

STEPS = (
    st.builds(GroupSize, NAMES)
    | st.builds(GroupMean, NAMES, NAMES)
    | st.builds(Rename, NAMES, NAMES, st.sampled_from([1, 2]))
)


@st.composite
def sources(draw) -> Source:
    def maybe(value):
        return draw(st.none() | value)

    columns = draw(st.sampled_from(["", "(A4,4F12.3)"]))
    text = TextFormat(
        maybe(st.sampled_from(',;\t| "')),
        maybe(st.sampled_from(".,")),
        maybe(st.sampled_from(["utf-8", "cp1252"])),
        maybe(st.booleans()),
        columns,
        tuple(draw(st.lists(NAMES, max_size=3))),
    )
    path = WHERE / draw(st.sampled_from([".", "sub", ".."])) / draw(FILES)
    return Source(Path(os.path.normpath(path)), text, draw(TEXTS))


@st.composite
def recipes(draw) -> Recipe:
    variables = st.none() | st.lists(NAMES, unique=True, max_size=4).map(tuple)
    level1, level2 = draw(sources()), draw(st.none() | sources())
    two = level2 is not None and level2 != level1
    return Recipe(
        level1,
        level2 if two else None,
        draw(TEXTS),
        draw(NAMES) if two else "",
        draw(variables),
        draw(variables),
        draw(st.sampled_from(Structure)),
        draw(st.sampled_from(Missing)),
        tuple(draw(st.lists(STEPS, max_size=3))),
    )


@given(recipes(), st.none() | FILES.map(lambda name: WHERE / f"{name}.mdmx"))
def test_every_recipe_comes_back(tmp_path_factory, recipe, mdm_path):
    folder = tmp_path_factory.getbasetemp() / "templates"
    folder.mkdir(exist_ok=True)
    write_template(folder / "x.mdmt", recipe, mdm_path)
    assert read_template(folder / "x.mdmt") == Template(recipe, mdm_path)


def test_what_means_the_same_is_read_as_one(tmp_path):
    first, second = (Source(tmp_path.resolve() / each) for each in ("a.sav", "b.sav"))
    for written, read in (
        (Recipe(first, first, "ID", "ID"), Recipe(first, None, "ID")),
        (Recipe(first, second, "ID"), Recipe(first, second, "ID", "ID")),
    ):
        write_template(tmp_path / "x.mdmt", written, None)
        assert read_template(tmp_path / "x.mdmt").recipe == read
