"""What holds for the project as a whole: what is promised in one file is kept in another."""

import re
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata
from itertools import chain
from pathlib import Path

import pytest

import estimation

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def test_the_installed_version_is_the_package_s():
    assert metadata.version("levelwise") == estimation.__version__


def test_the_changelog_knows_the_version():
    assert f"## {estimation.__version__}" in text("CHANGELOG.md")


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", ".ci/run"])
def test_every_make_command_named_in_a_document_exists(document):
    targets = re.search(r"^\.PHONY: (.*)$", text("Makefile"), re.MULTILINE)[1].split()
    named = re.findall(r"^(?: {4})?make (\w+)|`make (\w+)", text(document), re.MULTILINE)
    assert {"".join(pair) for pair in named} <= set(targets)


def test_every_dependency_has_its_reason_in_contributing():
    required = chain(PROJECT["dependencies"], *PROJECT["optional-dependencies"].values())
    names = {re.match(r"[\w.-]+", requirement)[0] for requirement in required}
    reasons = set(re.findall(r"^- `([\w.-]+)`: ", text("CONTRIBUTING.md"), re.MULTILINE))
    assert names == reasons


def test_no_file_names_a_folder_of_someone_s_machine():
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("not a git checkout")
    folders = r"(/(home|root|Users|work)/|[A-Z]:\\+Users\\+)[[:alnum:]]"
    command = ["git", "grep", "--line-number", "--extended-regexp", "-I", folders]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (1, "")


def test_no_module_is_longer_than_400_lines():
    modules = [
        path for package in ("app", "estimation") for path in ROOT.glob(f"{package}/**/*.py")
    ]
    assert modules
    assert not [path for path in modules if path.read_bytes().count(b"\n") > 400]


def test_signals_may_be_emitted_thousands_of_times():
    """PySide6 6.12 aborts here on Python 3.11: the reason for its pin in pyproject.toml."""
    program = """
from PySide6.QtCore import QObject, Signal
class Source(QObject):
    sent = Signal(int)
source, received = Source(), []
source.sent.connect(received.append)
for number in range(5000):
    source.sent.emit(number)
assert received == list(range(5000))
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
