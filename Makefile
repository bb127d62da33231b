# The market's commands.  `make run` needs Python 3.11 or newer, and nothing else.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --quiet --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help run test check bench mutants messages clean

help:                     ## lists these commands
	@sed -n 's/^\([a-z]*\):.*## /  make \1	/p' $(MAKEFILE_LIST) | expand -t 18

run: $(VENV)/.run         ## opens the market at http://127.0.0.1:8000 (HOST and PORT change it)
	@$(BIN)/python -m flask --app app serve

test: $(VENV)/.test       ## runs every test; what is skipped for want of something is named at the end
	@$(BIN)/python -m pytest -n auto --maxprocesses=4 --dist loadfile -rs

check: $(VENV)/.test      ## lint, format, types, translations, tests with coverage
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m flask --app app messages --check
	$(BIN)/python -m pytest -n auto --maxprocesses=4 --dist loadfile -rs --cov --cov-report=term

bench: $(VENV)/.test      ## measures speed, queries, page weight and memory against their budgets
	@$(BIN)/python -m bench

mutants: $(VENV)/.test    ## breaks the core in some thousand ways and counts which of them the tests notice: an hour
	@$(PIP) install mutmut==3.8.1
	@rm -rf mutants instance/mutants
	@DEMO=off INSTANCE_PATH=instance/mutants $(BIN)/python -m flask --app app init
	@CI=true OVOP_TEST_TEMPLATE=$(CURDIR)/instance/mutants $(BIN)/mutmut run
	@$(BIN)/mutmut results

messages: $(VENV)/.test   ## brings the translation files up to what the pages say
	@$(BIN)/python -m flask --app app messages

clean:                    ## removes what these commands made, but never the market's own data in instance/
	rm -rf $(VENV) .coverage htmlcov .pytest_cache .mypy_cache .ruff_cache .hypothesis test-results mutants
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +

# The environment is made anew when what it is made from changes, so that nothing of before stays in it.
$(VENV)/.run: requirements.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed; PYTHON=... names one")'
	@echo "Making $(VENV) from requirements.txt: once, about a minute."
	@$(PYTHON) -m venv --clear $(VENV) || { echo "Debian and Ubuntu have this in a package of its own: apt install python3-venv"; exit 1; }
	@$(PIP) install -r requirements.txt
	@touch $@

$(VENV)/.test: requirements-dev.txt $(VENV)/.run
	@echo "Adding what tests and checks need, from requirements-dev.txt."
	@$(PIP) install -r requirements-dev.txt
	@touch $@
