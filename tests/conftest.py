"""What every test has in common: one BLAS thread, no screen, no trace in the user's home."""

import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

for library in ("OPENBLAS", "OMP", "MKL"):  # read when numpy is first imported
    os.environ[f"{library}_NUM_THREADS"] = "1"
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# The same examples at every run, so that a newcomer's is green; new ones are sought on purpose,
# with --hypothesis-profile=explore.
hypothesis.settings.register_profile("steady", deadline=None, derandomize=True)
hypothesis.settings.register_profile("explore", deadline=None, max_examples=1000)
hypothesis.settings.load_profile("steady")


def pytest_configure(config: pytest.Config) -> None:
    """Turn warnings into errors in CI only: no dependency's release breaks a user's tests."""
    if os.environ.get("CI"):
        config.addinivalue_line("filterwarnings", "error")


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test an empty home, where settings and recent files go."""
    path = tmp_path_factory.mktemp("home")
    for name in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(name, str(path))
    for name in ("CONFIG", "DATA", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(path / name.lower()))
    if "PySide6.QtCore" in sys.modules:  # Qt has read the environment once and for all
        from PySide6.QtCore import QSettings

        for form in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
            QSettings.setPath(form, QSettings.Scope.UserScope, str(path / "config"))
    return path


@pytest.fixture(autouse=True, scope="module")
def collected_here(request: pytest.FixtureRequest) -> Iterator[None]:
    """Collect garbage in the main thread between the modules that open windows, as app.collector.

    A collection that starts in a worker thread would destroy Qt objects there.
    """
    windows = request.path.parent.name in {"app", "workflow"}
    if windows:
        gc.disable()
    yield
    if windows:
        gc.collect()
        gc.enable()
