"""The peers: installed where they are missing, skipped and said so where that fails."""

import importlib.metadata
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
STORE = ROOT / ".bench"
VENV = STORE / "peers"
PYTHON = VENV / ("Scripts" if os.name == "nt" else "bin") / "python"
PYPI = ("glmm", "mixedlm", "mixedlm-rs", "lme-python", "interlace-lme", "statsmodels")
DEBIAN = {"lme4": "r-cran-lme4", "nlme": "r-cran-nlme", "glmmTMB": "r-cran-glmmtmb"}


def machine() -> str:
    """The class of machine that results belong to."""
    path = Path("/proc/cpuinfo")
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    cpu = next((line.split(":")[1].strip() for line in lines if "model name" in line), "")
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} × {cpu or 'processor'}"


def versions() -> dict[str, str]:
    """Install what is missing; the version of each peer that is there."""
    found = _python_versions() | _r_versions()
    for name in (*PYPI, *DEBIAN):
        if name not in found:
            print(f"  {name} is not here and could not be installed: skipped")
    return found


def ours() -> str:
    """Version of Levelwise and of what it computes with."""
    names = ("levelwise", "numpy", "scipy")
    of = ", ".join(f"{each} {importlib.metadata.version(each)}" for each in names)
    return f"{of}, Python {platform.python_version()}"


def _python_versions() -> dict[str, str]:
    if not PYTHON.exists():
        print(f"  (installing Python's peers into {VENV.relative_to(ROOT)})", flush=True)
        _succeeds([sys.executable, "-m", "venv", str(VENV)])
    found = _installed()
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    missing = [name for name in PYPI if name not in found]
    if missing and not _succeeds([*pip, *missing]):
        for name in missing:
            _succeeds([*pip, name])
    return _installed()


def _installed() -> dict[str, str]:
    program = (
        "import importlib.metadata as m\n"
        f"for name in {PYPI!r}:\n"
        "    try: print(name, m.version(name))\n"
        "    except m.PackageNotFoundError: pass\n"
    )
    return _pairs([str(PYTHON), "-c", program])


def _r_versions() -> dict[str, str]:
    program = (
        f"for (p in c({', '.join(map(repr, DEBIAN))}))"
        " if (requireNamespace(p, quietly = TRUE)) cat(p, format(packageVersion(p)), '\\n')"
    )
    found = _pairs(["Rscript", "-e", program])
    missing = [package for name, package in DEBIAN.items() if name not in found]
    if missing and _may_install():
        print(f"  (installing {', '.join(missing)})", flush=True)
        _succeeds(["apt-get", "update", "-q"])
        _succeeds(["apt-get", "install", "-qy", "r-base-core", *missing])
        found = _pairs(["Rscript", "-e", program])
    return found


def _may_install() -> bool:
    return Path("/etc/debian_version").exists() and hasattr(os, "geteuid") and os.geteuid() == 0


def _pairs(command: list[str]) -> dict[str, str]:
    """Name and version of each line of a command's output; none where it cannot run."""
    if shutil.which(command[0]) is None:
        return {}
    done = subprocess.run(
        command, check=False, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    return dict(line.split() for line in done.stdout.splitlines())


def _succeeds(command: list[str]) -> bool:
    if shutil.which(command[0]) is None:
        return False
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        command, check=False, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return done.returncode == 0
