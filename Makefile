# Levelwise from its source tree. GNU make 3.81 will do.
#
#   make run     open the program with the lesson's model; without a display, print its results
#   make test    run the tests
#   make lint    check formatting, style, types and import contracts
#   make check   lint and test
#   make bench   time the estimator beside other programs, and the window (ten minutes)
#   make bench-all   the same with the slow programs (hours; their results are kept in .bench)
#   make study   hold the estimator against independent searches on 800 data sets (an hour)
#   make screenshots   take the pictures of README and help, and others into build/screenshots
#   make fresh   prove `make run` and `make test` on bare Debian systems (as root, takes a while)
#   make clean   remove all that these have made
#
# The first of them also makes the virtual environment, .venv. PYTHON=... chooses its Python.

PYTHON = $(shell for python in python3.15 python3.14 python3.13 python3.12 python3.11 python3; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& echo $$python && break; done)

# What Qt needs of a Debian or Ubuntu system, and what a virtual environment does.
LIBRARIES = libgl1 libegl1 libglib2.0-0 libfontconfig1 fonts-dejavu-core libdbus-1-3 \
	libxkbcommon0 libxkbcommon-x11-0 libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 \
	libxcb-shape0 libxcb-xkb1
VENV = $(shell $(or $(PYTHON),python3) -c 'import ensurepip, venv' 2>/dev/null \
	|| echo $(or $(PYTHON),python3)-venv)
MISSING = $(shell test ! -f /etc/debian_version || for package in $(VENV) $(LIBRARIES); do \
	dpkg-query -W -f '$${db:Status-Status}\n' $$package $${package}t64 2>/dev/null \
	| grep -qx installed || echo $$package; done)

# Our matrices are tiny, and threaded BLAS can hang in small calls on virtual machines.
export OPENBLAS_NUM_THREADS = 1
export OMP_NUM_THREADS = 1
export MKL_NUM_THREADS = 1

.PHONY: help run test lint check bench bench-all study screenshots fresh clean

help:
	@sed -n 's/^#   //p' Makefile

run: .venv/ready
	@.venv/bin/python -m app resources/examples/hsb2.hlm

test: .venv/ready-test
	.venv/bin/python -m pytest

lint: .venv/ready-check
	.venv/bin/ruff format --check
	.venv/bin/ruff check
	.venv/bin/mypy
	.venv/bin/lint-imports

check: lint test

bench: .venv/ready
	.venv/bin/python tests/benchmarks/bench.py

bench-all: .venv/ready
	.venv/bin/python tests/benchmarks/bench.py --all

study: .venv/ready-test
	.venv/bin/python tests/study/study.py

screenshots: .venv/ready
	.venv/bin/python tests/screenshots/screenshots.py

fresh:
	tests/fresh/run

clean:
	rm -rf .venv .bench .hypothesis .*_cache build dist *.egg-info
	find . -name __pycache__ -prune -exec rm -rf {} +

.venv/ready-test: EXTRA = [test]
.venv/ready-check: EXTRA = [check]
.venv/ready .venv/ready-test .venv/ready-check: pyproject.toml .venv/bin/pip
	@echo "Installing Levelwise$(EXTRA) into .venv; the next time this is quick."
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --editable '.$(EXTRA)'
	@touch $@

.venv/bin/pip: .venv/system
	@test -n "$(PYTHON)" || { \
	echo 'Levelwise needs Python 3.11 or newer, and none was found.' >&2; \
	echo 'Install one (python.org, or your package manager: "brew install python" on macOS,' >&2; \
	echo '"sudo apt install python3.11-venv" on Ubuntu 22.04) and type make $(MAKECMDGOALS) again,' >&2; \
	echo 'or say where it is: make $(MAKECMDGOALS) PYTHON=/path/to/python3' >&2; \
	exit 1; }
	@$(PYTHON) -m venv .venv

.venv/system:
	@missing="$(strip $(MISSING))"; \
	if test -z "$$missing"; then :; \
	elif test "$$(id -u)" = 0; then \
		echo "Installing system packages: $$missing"; \
		apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -qy $$missing; \
	else \
		echo 'Some system packages are missing. Type' >&2; \
		if command -v sudo >/dev/null; \
		then echo "    sudo apt install $$missing" >&2; \
		else echo "    su - -c 'apt install $$missing'" >&2; fi; \
		echo 'and then make $(MAKECMDGOALS) again.' >&2; \
		exit 1; \
	fi
	@mkdir -p .venv && touch $@
