"""The command line: what it writes where, and how it ends."""

import io
import json
import os
import re
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from estimation import __version__, imputation
from estimation.cli import main
from estimation.errors import NumericalError

MODEL = "level1:Y=INTRCPT1+RANDOM\nlevel2:INTRCPT1=INTRCPT2+random/\n"
TWO_GAMMAS = "level1:Y=INTRCPT1+RANDOM\nlevel2:INTRCPT1=INTRCPT2+W+random/\nl2fname:units.csv\n"
TEMPLATE = r"""#HLM2 MDM CREATION TEMPLATE
rawdattype:ascii
l1fname:C:\study\DATA.CSV
l2fname:C:\study\units.csv
l1missing:n
timeofdeletion:now
mdmname:study.mdm
*begin l1vars
level2id:ID
Y
*end l1vars
*begin l2vars
level2id:ID
W
*end l2vars
"""
ROWS = [(j, 10 * (j % 4) + (3 * i * j) % 7) for j in range(1, 9) for i in range(3 + j % 4)]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Work in a folder with small data and a model file that names them."""
    monkeypatch.chdir(tmp_path)
    text = "\n".join(["ID,Y", *(f"{a},{b}" for a, b in ROWS)])
    Path("data.csv").write_text(text, encoding="utf-8")
    Path("units.csv").write_text(
        "ID,W\n" + "".join(f"{j},{j}\n" for j in range(1, 9)), encoding="utf-8"
    )
    write_model()
    return tmp_path


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def write_model(text: str = MODEL, name: str = "m.hlm", data: str = "data.csv") -> None:
    head = f"#WHLM CMD FILE FOR {data}\nlevel2id:ID\n"
    Path(name).write_text(head + text, encoding="utf-8")


def test_the_example(capsys):
    assert main(["example", "hsb2", "--json", "out.json"]) == 0
    printed = capsys.readouterr()
    assert "FEMALE   ,alpha1    -0.091313        0.034089" in printed.out
    assert printed.err == ""
    result = json.loads(Path("out.json").read_text(encoding="utf-8"))
    assert round(result["deviance"], 6) == 47042.274825
    assert round(result["homogeneous"]["deviance"], 6) == 47049.462723


def test_a_model_of_the_example_that_ships(capsys):
    lines = "level1:MATHACH=INTRCPT1+RANDOM\nlevel2:INTRCPT1=INTRCPT2+random/\n"
    Path("m.hlm").write_text(f"#WHLM CMD FILE FOR example:hsb2\n{lines}", encoding="utf-8")
    assert main(["run", "m.hlm", "--json", "out.json"]) == 0
    assert "High School & Beyond" in capsys.readouterr().out
    assert json.loads(Path("out.json").read_text(encoding="utf-8"))["n_level1"] == 7185


def test_the_data_are_those_the_model_names_beside_it(folder, capsys, monkeypatch):
    (folder / "elsewhere").mkdir()
    monkeypatch.chdir("elsewhere")
    assert main(["run", "../m.hlm"]) == 0
    assert "data.csv" in capsys.readouterr().out


def test_two_files_named_in_the_model(capsys):
    write_model("l2fname:units.csv\nlevel1:Y=INTRCPT1+RANDOM\nlevel2:INTRCPT1=INTRCPT2+W/\n")
    assert main(["run", "m.hlm"]) == 0
    assert "W, G01" in capsys.readouterr().out


def test_data_given_on_the_command_line(capsys):
    write_model("level1:Y=INTRCPT1+RANDOM\nlevel2:INTRCPT1=INTRCPT2+W/\n", data="other.mdm")
    options = ["--level1", "data.csv", "--level2", "units.csv", "--id", "id"]
    assert main(["run", "m.hlm", *options]) == 0
    assert "data.csv, units.csv" in capsys.readouterr().out


TWO = "level1:Y=INTRCPT1+RANDOM\nlevel2:INTRCPT1=INTRCPT2+W/\n"


def test_a_data_file_of_two_files_is_made_and_used(capsys):
    sources = ["--level1", "data.csv", "--level2", "units.csv", "--id", "id"]
    assert main(["mdm", *sources]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("Rows and units\n")
    assert printed.out.endswith("The data file is data.mdmx\n")
    assert printed.err == ""
    write_model(TWO, data="data.mdmx")
    assert main(["run", "m.hlm", "--json", "1.json"]) == 0
    write_model(TWO, data="other.mdm")
    assert main(["run", "m.hlm", "--data", "data.mdmx", "--json", "2.json"]) == 0
    assert main(["run", "m.hlm", *sources, "--json", "3.json"]) == 0
    results = [json.loads(Path(f"{n}.json").read_text(encoding="utf-8")) for n in (1, 2, 3)]
    assert [each.pop("data") for each in results] == ["data.mdmx"] * 2 + ["data.csv, units.csv"]
    assert results[0] == results[1] == results[2]


def test_a_data_file_of_one_file_is_made_anew(capsys):
    for _ in range(2):
        assert main(["mdm", "--level1", "data.csv", "--id", "ID", "--out", "new.mdmx"]) == 0
    write_model(data="new.mdmx")
    assert main(["run", "m.hlm"]) == 0
    assert "Data                         : new.mdmx" in capsys.readouterr().out


@pytest.fixture
def imputed(capsys):
    """Three data files with different values of Y."""
    for k in range(3):
        rows = [f"{a},{b + 0.5 * k * ((a + b) % 3)}" for a, b in ROWS]
        Path("rows.csv").write_text("\n".join(["ID,Y", *rows]), encoding="utf-8")
        options = ["--level1", "rows.csv", "--id", "ID", "--out", f"imp{k}.mdmx"]
        assert main(["mdm", *options]) == 0
    capsys.readouterr()


def test_data_given_several_times_are_imputations(capsys, imputed):
    data = [word for k in range(3) for word in ("--data", f"imp{k}.mdmx")]
    assert main(["run", "m.hlm", *data, "--json", "out.json"]) == 0
    assert " AVERAGE OVER 3 IMPUTED DATA FILES\n" in capsys.readouterr().out
    result = json.loads(Path("out.json").read_text(encoding="utf-8"))
    names = [f"imp{k}.mdmx" for k in range(3)]
    assert result["pooled"] == {"kind": "multiple imputation", "n": 3, "names": names}
    singles = []
    for name in names:
        assert main(["run", "m.hlm", "--data", name, "--json", "1.json"]) == 0
        singles.append(json.loads(Path("1.json").read_text(encoding="utf-8")))
    assert result["analyses"] == singles
    mean = np.mean([each["fixed"][0]["est"] for each in singles])
    assert result["fixed"][0]["est"] == pytest.approx(mean, rel=1e-14)


def test_a_command_file_names_its_imputations_beside_it(folder, capsys, imputed, monkeypatch):
    (folder / "elsewhere").mkdir()
    monkeypatch.chdir("elsewhere")
    write_model(f"imputations:imp1.mdmx,imp2.mdmx\n{MODEL}", "../m.hlm", data="imp0.mdmx")
    assert main(["run", "../m.hlm", "--json", "out.json"]) == 0
    result = json.loads(Path("out.json").read_text(encoding="utf-8"))
    assert result["pooled"]["names"] == [f"imp{k}.mdmx" for k in range(3)]
    assert main(["run", "../m.hlm", "--output", "../imp2.mdmx"]) == 2
    assert "imp2.mdmx holds the data" in capsys.readouterr().err
    data = ["--data", "../imp0.mdmx", "--data", "../imp2.mdmx"]
    assert main(["run", "../m.hlm", *data, "--json", "out.json"]) == 0
    result = json.loads(Path("out.json").read_text(encoding="utf-8"))
    assert result["pooled"]["names"] == ["imp0.mdmx", "imp2.mdmx"]
    (folder / "imp2.mdmx").unlink()
    assert main(["run", "../m.hlm"]) == 2
    words = capsys.readouterr().err
    assert words.startswith("levelwise: ../m.hlm, line 3: ")
    assert "imp2.mdmx could not be read" in words


def test_imputations_that_do_not_belong_to_the_data_are_told_with_their_line(capsys, imputed):
    write_model(f"{MODEL}imputations:imp0.mdmx\n", data="imp0.mdmx")
    assert main(["run", "m.hlm"]) == 2
    words = "imp0.mdmx is named twice, as data file 1 and as data file 2"
    assert f"levelwise: m.hlm, line 5: {words}" in capsys.readouterr().err
    assert main(["run", "m.hlm", "--data", "imp0.mdmx", "--data", "imp0.mdmx"]) == 2
    assert f"levelwise: m.hlm: {words}" in capsys.readouterr().err


def test_a_command_file_names_its_plausible_values(capsys):
    rows = [f"{a},{b},{b + (a + b) % 3}" for a, b in ROWS]
    Path("data.csv").write_text("\n".join(["ID,Y,Y2", *rows]), encoding="utf-8")
    write_model(f"plausvals:Y,Y2\n{MODEL}")
    assert main(["run", "m.hlm", "--json", "out.json"]) == 0
    assert " AVERAGE OVER 2 PLAUSIBLE VALUES\n" in capsys.readouterr().out
    result = json.loads(Path("out.json").read_text(encoding="utf-8"))
    assert result["pooled"] == {"kind": "plausible values", "n": 2, "names": ["Y", "Y2"]}


def test_an_imputation_without_estimate_is_named(capsys, imputed, monkeypatch):
    run = imputation.run

    def fail_at_the_second(data, spec, observer):
        if data.name == "imp1.mdmx":
            raise NumericalError("no maximum")
        return run(data, spec, observer)

    monkeypatch.setattr(imputation, "run", fail_at_the_second)
    assert main(["run", "m.hlm", "--data", "imp0.mdmx", "--data", "imp1.mdmx"]) == 2
    assert capsys.readouterr().err == "levelwise: m.hlm: Data file 2 of 2 (imp1.mdmx): no maximum\n"


def test_every_data_file_given_is_spared(folder, capsys, imputed):
    before = Path("imp1.mdmx").read_bytes()
    data = ["--data", "imp0.mdmx", "--data", "imp1.mdmx"]
    assert main(["run", "m.hlm", *data, "--output", "imp1.mdmx"]) == 2
    assert "imp1.mdmx is named twice" in capsys.readouterr().err
    assert Path("imp1.mdmx").read_bytes() == before


def test_which_of_several_analyses_is_shown_on_a_terminal(imputed, monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    data = ["--data", "imp0.mdmx", "--data", "imp1.mdmx"]
    assert main(["run", "m.hlm", *data, "--output", "out.txt"]) == 0
    assert "\rData file 2 of 2: homogeneous: iteration 1, -2 log L" in terminal.getvalue()


def test_a_template_of_hlm_makes_the_data_file_that_stands_for_hlms(capsys):
    Path("creatmdm.mdmt").write_text(f"colour:red\n{TEMPLATE}", encoding="utf-8")
    write_model(TWO, data=r"C:\study\study.mdm")
    assert main(["run", "m.hlm"]) == 2
    assert "levelwise mdm creatmdm.mdmt" in capsys.readouterr().err
    assert main(["mdm", "creatmdm.mdmt"]) == 0
    printed = capsys.readouterr()
    assert printed.err.startswith("levelwise: creatmdm.mdmt, line 1: the keyword 'colour'")
    assert f"The data file is {Path.cwd().resolve() / 'study.mdmx'}" in printed.out
    assert main(["run", "m.hlm"]) == 0
    note = "study.mdmx is used in place of study.mdm, which only HLM reads."
    assert note in capsys.readouterr().out


def test_a_failed_making_keeps_the_data_file_that_was_there(folder, capsys, monkeypatch):
    from estimation.data import store

    make = ["mdm", "--level1", "data.csv", "--id", "ID"]
    assert main(make) == 0
    before = {each: each.read_bytes() for each in folder.iterdir()}

    def fail(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "_write_level", fail)
    assert main(make) == 130
    assert {each: each.read_bytes() for each in folder.iterdir()} == before


def test_the_making_of_data_is_shown_on_a_terminal(monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    assert main(["mdm", "--level1", "data.csv", "--id", "ID"]) == 0
    assert "\rJoining the levels" in terminal.getvalue()
    assert terminal.getvalue().endswith(" \r")


def test_output_goes_to_a_file_instead(capsys):
    assert main(["run", "m.hlm", "--output", "out.txt", "--json", "out.json", "--quiet"]) == 0
    assert capsys.readouterr() == ("", "")
    assert "Output file                  : out.txt" in Path("out.txt").read_text(encoding="utf-8")
    assert json.loads(Path("out.json").read_text(encoding="utf-8"))["n_level1"] == len(ROWS)


def test_what_was_written_is_told_on_a_terminal(monkeypatch):
    for quiet, told in (([], 1), (["--quiet"], 0)):
        terminal = Terminal()
        monkeypatch.setattr(sys, "stderr", terminal)
        main(["run", "m.hlm", "--output", "out.txt", "--json", "out.json", *quiet])
        for name in ("out.txt", "out.json"):
            assert terminal.getvalue().count(f"\r{name} was written.\n") == told


def test_several_models(capsys):
    write_model(f"title:second\n{MODEL}", "n.hlm")
    assert main(["run", "m.hlm", "n.hlm", "--output", "out.txt"]) == 0
    text = Path("out.txt").read_text(encoding="utf-8")
    assert text.count("Specifications for this run") == 2
    assert text.index("m.hlm") < text.index("second")


def test_warnings_of_the_command_file_are_in_the_output(capsys):
    write_model(f"{MODEL}resfil1:y\n")
    main(["run", "m.hlm", "--json", "out.json"])
    assert "* m.hlm, line 5: this version has no level-1 residual file" in capsys.readouterr().out
    result = json.loads(Path("out.json").read_text(encoding="utf-8"))
    assert "residual file" in result["warnings"][0]


def test_not_converging_is_3_with_the_output_written(capsys):
    write_model(f"{MODEL}numit:1\n")
    assert main(["run", "m.hlm", "--output", "out.txt", "--json", "out.json"]) == 3
    assert "NOT CONVERGED" in Path("out.txt").read_text(encoding="utf-8")
    assert json.loads(Path("out.json").read_text(encoding="utf-8"))["converged"] is False
    assert capsys.readouterr().err == "levelwise: m.hlm did not converge. The output says why.\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("run none.hlm", "none.hlm could not be read"),
        ("run bad.hlm", "bad.hlm, line 5: the keyword 'foo' is not known"),
        ("run bad.hlm", "bad.hlm, line 6: 'bar' is not of the form"),
        ("run bad.hlm --level1 data.csv --id ID", "bad.hlm, line 5: the keyword 'foo'"),
        ("run other.hlm", "other.hlm, line 1: there is no example 'popular'"),
        (
            "run unknown.hlm",
            "unknown.hlm, line 3: the data have no level-1 variable X. There are: Y",
        ),
        ("run nodata.hlm", "none.csv could not be read"),
        ("run mdm.hlm", "mdm.hlm, line 1: hsb.mdm is a data file of HLM's own kind"),
        ("run mdmx.hlm", "none.mdmx could not be read"),
        ("run noid.hlm", "noid.hlm does not name the variable that links"),
        ("run nofirst.hlm", "nofirst.hlm names no data file"),
        ("run empty.hlm", "empty.hlm: The model has no fixed effect"),
        ("run m.hlm --level1 data.csv", "--id"),
        ("run m.hlm --level2 units.csv --id ID", "--level1"),
        (
            "run m.hlm --level1 units.csv --id ID",
            "m.hlm, line 3: the data have no level-1 variable Y",
        ),
        ("run m.hlm --level1 data.csv --id SCHOOL", "data.csv has no column SCHOOL"),
        ("run m.hlm --data x.mdmx", "x.mdmx could not be read"),
        ("run m.hlm --data data.csv", "--data takes a data file (.mdmx), not data.csv"),
        ("run m.hlm --data .", "no Parquet files"),
        ("run m.hlm --data x.mdmx --scheduler a", "--scheduler goes with a folder"),
        ("run m.hlm --data x.mdmx --level1 data.csv --id ID", "not with both"),
        ("run m.hlm m.hlm --json out.json", "--json holds the result of one model"),
        ("run m.hlm --json nowhere/out.json", "no such folder"),
        ("run m.hlm --output m.hlm", "m.hlm is named twice"),
        ("run m.hlm --json data.csv", "data.csv holds the data"),
        ("run m.hlm --output out.txt --json out.txt", "out.txt is named twice"),
        ("mdm", "Name the template (.mdmt), or the files"),
        ("mdm x.mdmt", "x.mdmt could not be read"),
        ("mdm x.mdmt --level1 data.csv --id ID", "either a template or --level1"),
        ("mdm --level1 data.csv", "--level1 needs --id"),
        ("mdm --level2 units.csv --id ID", "need --level1"),
        ("mdm --level1 none.csv --id ID", "none.csv could not be read"),
        ("mdm --level1 data.csv --id SCHOOL", "data.csv has no column SCHOOL"),
        ("mdm --level1 data.csv --id ID --out data.csv", "ends in .mdmx"),
        ("mdm --level1 odd.mdmx --id ID", "odd.mdmx is a source of the data"),
        ("mdm --level1 data.csv --id ID --out odd.mdmx", "odd.mdmx is there already"),
        ("mdm --level1 data.csv --id ID --out nowhere/x.mdmx", "no such folder"),
        ("mdm noid.mdmt", "noid.mdmt does not name the variable that links the levels"),
        ("mdm three.mdmt", "three.mdmt is a template of another kind (HLM3"),
        ("mdm data.csv", "data.csv is no template of two-level data"),
        ("example popular", "invalid choice"),
        ("run", "required"),
        ("fit", "invalid choice"),
        ("", "required"),
    ],
)
def test_bad_input_is_2_with_one_message_and_nothing_written(folder, capsys, arguments, words):
    write_model(f"{MODEL}foo:1\nbar\n", "bad.hlm")
    write_model(MODEL, "other.hlm", "example:popular")
    write_model(MODEL.replace("Y", "X"), "unknown.hlm")
    write_model(MODEL, "nodata.hlm", "none.csv")
    write_model(MODEL, "mdm.hlm", "hsb.mdm")
    write_model(MODEL, "mdmx.hlm", "none.mdmx")
    Path("odd.mdmx").write_text("ID,Y\n1,2\n", encoding="utf-8")
    Path("noid.mdmt").write_text(TEMPLATE.replace(":ID", ":"), encoding="utf-8")
    Path("three.mdmt").write_text(TEMPLATE.replace("HLM2", "HLM3"), encoding="utf-8")
    write_model(MODEL.replace("INTRCPT2+", ""), "empty.hlm")
    Path("noid.hlm").write_text(f"#WHLM CMD FILE FOR data.csv\n{MODEL}", encoding="utf-8")
    Path("nofirst.hlm").write_text(MODEL, encoding="utf-8")
    before = {each: each.read_bytes() for each in folder.iterdir()}
    assert main(arguments.split()) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("levelwise: ") == 1
    assert words in printed.err
    assert {each: each.read_bytes() for each in folder.iterdir()} == before


def test_an_error_of_the_fit_names_the_model_and_spares_the_others(capsys, monkeypatch):
    write_model(f"title:second\n{MODEL}", "n.hlm")
    run = imputation.run

    def sometimes(data, spec, observer):
        if spec.settings.title == "no title":
            raise NumericalError("no maximum")
        return run(data, spec, observer)

    monkeypatch.setattr(imputation, "run", sometimes)
    assert main(["run", "m.hlm", "n.hlm"]) == 2
    printed = capsys.readouterr()
    assert printed.err == "levelwise: m.hlm: no maximum\n"
    assert "second" in printed.out


def test_of_several_models_bad_input_outweighs_no_convergence(capsys):
    write_model(f"{MODEL}numit:1\n", "n.hlm")
    write_model(f"{MODEL}numit:0\n", "o.hlm")
    assert main(["run", "m.hlm", "n.hlm"]) == 3
    assert main(["run", "m.hlm", "n.hlm", "o.hlm"]) == 2


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [(KeyboardInterrupt, 130, "interrupted"), (MemoryError, 2, "memory")],
)
def test_interrupted_or_out_of_memory(capsys, monkeypatch, error, code, words):
    def fail(*_):
        raise error

    monkeypatch.setattr(imputation, "run", fail)
    assert main(["run", "m.hlm", "--output", "out.txt"]) == code
    assert words in capsys.readouterr().err
    assert not Path("out.txt").exists()


def test_a_run_that_is_terminated_ends_as_if_interrupted(capsys, monkeypatch):
    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(imputation, "run", lambda *_: signal.raise_signal(signal.SIGTERM))
    try:
        assert main(["run", "m.hlm"]) == 130
    finally:
        signal.signal(signal.SIGTERM, before)
    assert capsys.readouterr().err == "levelwise: interrupted.\n"


def test_help_and_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"levelwise {__version__}\n"
    assert main(["run", "--help"]) == 0
    text = capsys.readouterr().out
    assert "--data DATA" in text
    assert "--scheduler ADDRESS" in text
    assert main(["mdm", "--help"]) == 0
    assert "--out FILE.mdmx" in capsys.readouterr().out
    main(["--help"])
    assert "the example of the README's lesson (High School & Beyond)" in capsys.readouterr().out


def test_without_streams(monkeypatch):
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", None)
    assert main(["run", "m.hlm", "--output", "out.txt"]) == 0
    assert main(["run", "m.hlm"]) == 0
    assert main(["run", "none.hlm"]) == 2


def levelwise(arguments: str, **options) -> subprocess.CompletedProcess:
    root = Path(__file__).parents[2]
    code = "import sys; from estimation.cli import main; sys.exit(main())"
    environment = os.environ | {"PYTHONPATH": str(root)} | options.pop("env", {})
    return subprocess.run(
        [sys.executable, "-c", code, *arguments.split()], env=environment, check=False, **options
    )


def test_a_console_without_greek_letters():
    done = levelwise("run m.hlm", capture_output=True, env={"PYTHONIOENCODING": "cp1252"})
    assert done.returncode == 0
    assert b"Yij = beta0j + rij" in done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_behind_standard_output():
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = levelwise("run m.hlm", stdout=full, stderr=subprocess.PIPE, text=True)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "could not be shown" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of another kind")
def test_a_reader_that_has_seen_enough():
    reading, writing = os.pipe()
    os.close(reading)
    done = levelwise("run m.hlm", stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.fixture
def terminal():
    """A pseudo-terminal, where there are any."""
    try:
        return os.openpty()
    except OSError as error:
        pytest.skip(f"no pseudo-terminal: {error}")


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT of this kind, no pseudo-terminal")
def test_interrupted_in_the_midst_of_a_run(folder, terminal):
    rng = np.random.default_rng(1)
    unit, x = np.arange(300_000) // 100, rng.normal(size=300_000)
    y = rng.normal(size=3000)[unit] + np.exp(0.3 * x) * rng.normal(size=len(x))
    pd.DataFrame({"ID": unit, "Y": y, "X": x}).to_csv("big.csv", index=False, float_format="%.6g")
    write_model(f"heterol1var:X\n{MODEL}", data="big.csv")
    before = sorted(folder.iterdir())
    code = (
        "import signal, sys; from estimation.cli import main;"
        "signal.signal(signal.SIGINT, signal.default_int_handler);"  # also below nohup
        "sys.exit(main('run m.hlm --output out.txt --json out.json'.split()))"
    )
    ours, theirs = terminal
    environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    with subprocess.Popen([sys.executable, "-c", code], env=environment, stderr=theirs) as running:
        os.close(theirs)
        shown = b""
        while b"heterogeneous: iteration 1," not in shown:
            shown += os.read(ours, 1000)  # OSError if the program ends before
        running.send_signal(signal.SIGINT)
        while not shown.endswith(b"\rlevelwise: interrupted.\r\n"):
            shown += os.read(ours, 1000)
        assert running.wait(60) == 130
    os.close(ours)
    assert sorted(folder.iterdir()) == before


def test_help_loads_neither_numpy_nor_pandas_nor_qt():
    code = (
        "import sys; from estimation.cli import main; main(['--help']);"
        "print([m for m in ('numpy', 'pandas', 'scipy', 'PySide6') if m in sys.modules])"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith("[]\n")


def test_the_readme_s_command_file_runs(capsys):
    """As it stands there, on data of its names."""
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    lines = re.search(r"((?: {4}.+\n)+)", readme[readme.index("## Your own data") :])[1]
    Path("model.hlm").write_text(textwrap.dedent(lines), encoding="utf-8")
    students = [f"{a},{b},{k % 2}" for k, (a, b) in enumerate(ROWS)]
    Path("students.csv").write_text("\n".join(["ID,MATHACH,FEMALE", *students]), encoding="utf-8")
    schools = [f"{j},{j % 3}" for j in range(1, 9)]
    Path("schools.csv").write_text("\n".join(["ID,SECTOR", *schools]), encoding="utf-8")
    assert main(["run", "model.hlm"]) == 0
    assert "log(Sigma_squared) = alpha0 + alpha1(FEMALE" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ("bootstrap:1", "A bootstrap of 1 says nothing."),
        ("constrain:1,0", "A constraint makes at least two fixed effects equal"),
        ("constrain:1", "constrain has 1 value, but the model has 2 fixed effects"),
        ("gamma4:0,0\ngamma2:0,1", "Hypothesis 2 has a contrast of zeros only"),
        ("gamma4:0,0\ngamma4:0,1\ngamma2:0,1", "Hypothesis 2 has a contrast of zeros only"),
        ("plausvals:Y", "Plausible values are at least two variables"),
        ("lvr:p", "The latent variable regression needs at least one outcome"),
        ("precisionweight:Y", "Y is an outcome and in the weighting"),
        ("level1weight:y", "Y is an outcome and in the weighting"),
        ("fixsigma2:2\nheterol1var:W", "The level-1 variance is fixed at 2"),
        ("level2weight:W\ndfmethod:satterthwaite", "Design weights do not go with Satterthwaite"),
    ],
)
def test_an_option_that_cannot_be_is_told_with_its_line(lines, message, capsys):
    write_model(f"{TWO_GAMMAS}{lines}\n")
    assert main(["run", "m.hlm"]) == 2
    assert f"m.hlm, line 6: {message}" in capsys.readouterr().err


def test_the_line_of_an_equation_is_its_own(capsys):
    second = "level2: x = INTRCPT2+W+random/W\n"
    text = TWO_GAMMAS.replace("INTRCPT1+RANDOM", "INTRCPT1+X+RANDOM")
    rows = [f"{a},{b},{(a + b) % 3}" for a, b in ROWS]
    Path("data.csv").write_text("\n".join(["ID,Y,X", *rows]), encoding="utf-8")
    write_model(f"{text}{second}")
    assert main(["run", "m.hlm"]) == 2
    assert "m.hlm, line 6: W is a predictor in the equation of X already" in capsys.readouterr().err


def test_data_at_fault_are_told_with_the_line_of_their_variable(capsys):
    units = "".join(f"{j},{j},{j - 2}\n" for j in range(1, 9))
    Path("units.csv").write_text(f"ID,W,WT\n{units}", encoding="utf-8")
    write_model(f"{TWO_GAMMAS}level2weight:wt\n")
    assert main(["run", "m.hlm"]) == 2
    assert "m.hlm, line 6: WT is zero or negative in 2 of 8 cases" in capsys.readouterr().err


@pytest.mark.parametrize("keyword", ["varianceknown", "level1weight", "precisionweight"])
def test_so_are_they_over_plausible_values(keyword, capsys):
    rows = [f"{a},{b},{b + (a + b) % 3},{a - 2}" for a, b in ROWS]
    Path("data.csv").write_text("\n".join(["ID,Y,Y2,NEG", *rows]), encoding="utf-8")
    write_model(f"{MODEL}plausvals:Y,Y2\n{keyword}:neg\n")
    assert main(["run", "m.hlm"]) == 2
    words = "m.hlm, line 6: Plausible value 1 of 2 (Y): NEG is zero or negative"
    assert words in capsys.readouterr().err


def test_a_plausible_value_is_no_candidate_for_its_own_variance(capsys):
    rows = [f"{a},{b},{b + (a + b) % 3}" for a, b in ROWS]
    Path("data.csv").write_text("\n".join(["ID,Y,Y2", *rows]), encoding="utf-8")
    write_model(f"{MODEL}plausvals:Y,Y2\nheterol1candidates:Y2\n")
    assert main(["run", "m.hlm"]) == 2
    assert "m.hlm, line 6: Y2 is an outcome and a candidate" in capsys.readouterr().err
