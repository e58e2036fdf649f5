# Two commands for a fresh machine with Python 3.11 or later and pip: `make demo` and `make test`.
# Each makes .venv where it is missing, installs what it needs there, and runs.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

.PHONY: demo test bench clean

demo: $(VENV)/.demos
	$(BIN)/python -m demos

test: $(VENV)/.test
	$(BIN)/python -m pytest -n 2 --cov --cov-fail-under=95

bench: $(VENV)/.test
	$(BIN)/python -m benchmarks

# A stamp for each extra, older than pyproject.toml when the dependencies may have changed.
$(VENV)/.demos $(VENV)/.test: $(VENV)/.%: pyproject.toml | $(VENV)/bin/python
	$(PIP) install --editable '.[$*]'
	touch $@

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "autograd_lite needs Python 3.11 or later: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv $(VENV)

clean:
	rm -rf $(VENV) demos/out build dist *.egg-info .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
