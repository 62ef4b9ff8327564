"""Processes of our own: for readers that may crash or hold up every thread, and to share work.

A child is this Python, started anew, so that scripts need no guard.  It reads a request from
standard input and calls `main` of a module with it.
"""

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

import estimation

Child = subprocess.Popen[bytes]
_PROGRAM = """
import json, sys
request = json.load(sys.stdin)
sys.path[:] = request["sys_path"]
from {module} import main
main(request)
"""
_ONE_THREAD = {f"{each}_NUM_THREADS": "1" for each in ("OPENBLAS", "OMP", "MKL")}


def program(module: str) -> str:
    """Return what a child runs that calls `main` of the module."""
    return _PROGRAM.format(module=module)


def packed(request: dict[str, object]) -> bytes:
    """Return a request as a child reads it."""
    paths = [str(Path(estimation.__file__).parents[1]), *sys.path]
    return json.dumps({"sys_path": paths, **request}).encode()


def start(code: str, errors: int | IO[bytes]) -> Child:
    """Start a child that waits for its request; its standard error goes to `errors`."""
    # -S: without the paths of site, for ours are sent; -P: nor the current folder.
    return subprocess.Popen(
        [sys.executable, "-S", "-P", "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=errors,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        env={**os.environ, **_ONE_THREAD},
    )


def reason(code: int, errors: str) -> str:
    """Say why a child ended with an exit code other than 0."""
    lines = errors.strip().splitlines()
    if lines and code > 0:
        return lines[-1]
    with suppress(ValueError):
        return signal.Signals(-code).name
    return f"code {code}"
