#!/bin/bash
# Double-click (macOS): set Levelwise up the first time, then open its window.
cd "$(dirname "$0")" || exit 1

fail() {
    printf '\n%s\n\nPress Return to close this window. ' "$1"
    read -r _
    exit 1
}

if ! [[ .venv/ready -nt pyproject.toml ]]; then
    for python in python3.15 python3.14 python3.13 python3.12 python3.11 python3 ''; do
        "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break
    done
    [ -n "$python" ] || fail 'Levelwise needs Python 3.11 or newer. Install it from https://www.python.org/downloads/ and double-click Levelwise.command again.'
    echo 'Setting up Levelwise; the next time this is quick.'
    {
        "$python" -m venv .venv &&
            .venv/bin/python -m pip install --quiet --disable-pip-version-check --editable . &&
            touch .venv/ready
    } || fail 'Setting up failed; the lines above say why.'
fi

.venv/bin/python -m app "$@" || fail 'Levelwise ended with an error; the lines above say why.'
