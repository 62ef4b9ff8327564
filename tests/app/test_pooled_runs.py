"""Runs of the window over plausible values and imputed data files."""

from dataclasses import replace
from pathlib import Path

import pytest
from imputed import SPEC, made, plausible
from PySide6.QtCore import QObject

from app.main_window import MainWindow
from app.model.document import Document
from app.runs import Runs, run_analysis, where
from estimation.cli import main
from estimation.progress import Progress
from estimation.result import PooledAnalysis

MODEL = """#WHLM CMD FILE FOR imp0.mdmx
level1:Y=INTRCPT1+RANDOM
level2:INTRCPT1=INTRCPT2+random/
imputations:imp1.mdmx
"""


@pytest.fixture
def runs(qtbot, inline):
    """The runs of a document, which end at once."""
    parent = QObject()
    document = Document(parent)
    runs = Runs(document, run_analysis, inline, parent)
    runs.document = document
    yield runs
    runs.close()


def shown(qtbot, runs):
    """Run; return the report that comes of it."""
    with qtbot.waitSignal(runs.reported):
        runs.start()
    return runs.document.shown.report


@pytest.fixture
def folder(tmp_path, monkeypatch, capsys):
    """Two imputed data files, and a command file that names them."""
    monkeypatch.chdir(tmp_path)
    for k in range(2):
        rows = [
            f"{j},{10 * (j % 4) + (3 * i * j) % 7 + k * (i % 2)}"
            for j in range(8)
            for i in range(6)
        ]
        Path("rows.csv").write_text("\n".join(["ID,Y", *rows]), encoding="utf-8")
        options = ["--level1", "rows.csv", "--id", "ID", "--out", f"imp{k}.mdmx"]
        assert main(["mdm", *options]) == 0
    Path("m.hlm").write_text(MODEL, encoding="utf-8")
    return tmp_path


@pytest.fixture
def window(qtbot, inline, folder, monkeypatch):
    """A window with the model that names two data files, opened from another folder."""
    monkeypatch.chdir(folder.parent)
    window = MainWindow(run_analysis, reader=inline)
    qtbot.addWidget(window)
    with qtbot.waitSignal(window.files.opened):
        window.open_file(folder / "m.hlm")
    yield window
    window.close()


def test_plausible_values_are_run_and_pooled(qtbot, runs):
    said = []
    runs.said.connect(said.append)
    runs.document.open(made(1), plausible(n=2))
    report = shown(qtbot, runs)
    assert isinstance(report.analysis, PooledAnalysis)
    assert "AVERAGE OVER 2 PLAUSIBLE VALUES" in report.text
    assert "Plausible value 2 of 2 (Y2)" in [each.text for each in report.outline]
    assert runs.document.is_current(runs.document.shown)
    assert said[-1] == "All 2 analyses converged"


def test_a_missing_plausible_value_hinders_the_run(runs):
    runs.document.open(made(1), replace(plausible(n=2), plausible_values=("Y1", "Y9")))
    assert runs.obstacle.startswith("The data have no level-1 variable Y9.")


def test_which_analysis_is_said():
    assert where(Progress("homogeneous", part="Plausible value 2 of 5")).startswith(
        "Plausible value 2 of 5: Homogeneous"
    )


def test_data_files_of_a_command_file_are_opened_from_its_folder_and_pooled(qtbot, window):
    with qtbot.waitSignal(window.runs.reported):
        window.runs.start()
    assert "AVERAGE OVER 2 IMPUTED DATA FILES" in window.output.text
    assert "imp0.mdmx, imp1.mdmx" in window.output.text


def test_a_missing_data_file_is_told_in_the_output(qtbot, window, folder):
    (folder / "imp1.mdmx").unlink()
    with qtbot.waitSignal(window.runs.reported):
        window.runs.start()
    words = " ".join(window.output.text.split())
    assert "THIS MODEL WAS NOT ESTIMATED" in words
    assert "imp1.mdmx could not be read: the folder or file does not exist." in words


def test_data_files_are_found_after_the_model_is_saved_elsewhere(qtbot, window, folder):
    elsewhere = folder / "models"
    elsewhere.mkdir()
    (elsewhere / "imp1.mdmx").write_bytes(b"another file of that name")
    for target in (elsewhere / "m.hlm", folder / "again.hlm", elsewhere / "m.hlm"):
        window.files._save_as(target, lambda: None)
        assert not window.document.modified
    with qtbot.waitSignal(window.runs.reported):
        window.runs.start()
    assert "imp0.mdmx, imp1.mdmx" in window.output.text
    assert "imputations:../imp1.mdmx\n" in (elsewhere / "m.hlm").read_text(encoding="utf-8")
    assert "imputations:imp1.mdmx\n" in (folder / "again.hlm").read_text(encoding="utf-8")


def test_no_output_is_written_over_an_imputed_data_file(window, folder):
    assert (folder / "imp1.mdmx").resolve() in [p.resolve() for p in window.document.data_paths]


def test_a_model_of_no_file_says_where_its_data_files_must_be(qtbot, runs):
    runs.document.open(made(1), replace(SPEC, imputations=("imp1.mdmx",)))
    words = " ".join(shown(qtbot, runs).text.split())
    assert "The model names further data files (imp1.mdmx), but stands in no file yet." in words
