# Clippings. Every target sets up what it needs first; a finished set-up costs nothing the next time.
PYTHON ?= python3
BIN    := .venv/bin
READY  := .venv/clippings-ready
Q      ?=
ARGS   ?=
# As typed: a "$5" in a question is money, not a variable of make.
export QUESTION := $(value Q)

.PHONY: help run ask ingest test screenshots check setup evaluate benchmark clean

help:            ## this list
	@grep -hE '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/ ·/' | sed 's/^/make /'

setup: $(READY)  ## virtual environment, packages, models (10 to 15 minutes the first time)

$(READY): requirements.txt scripts/install.py
	@$(PYTHON) scripts/install.py

run: $(READY)    ## open the page
	@$(BIN)/python app.py $(ARGS)

ask: $(READY)    ## ask in the shell: make ask Q="Who will replace Kenneth Genalo?"
	@$(BIN)/python -m rag.ask $(ARGS) -- "$$QUESTION"

ingest: $(READY) ## bring the articles in seeds/ into the library
	@$(BIN)/python scripts/ingest.py $(ARGS)

check: $(READY)  ## ruff, mypy, import-linter, deptry
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/deptry .
	@$(BIN)/deptry . --non-dev-dependency-groups test,evaluate --exclude .venv --extend-exclude scripts/peers.py

test: $(READY)   ## every test, with the real models and a real browser
	@$(PYTHON) scripts/install.py browser
	@$(BIN)/python -m pytest $(ARGS)

screenshots: $(READY) ## the pictures in docs/screenshots, made by the tests of the page
	@$(PYTHON) scripts/install.py browser
	@CLIPPINGS_SCREENSHOTS=docs/screenshots $(BIN)/python -m pytest -n 0 tests/browser $(ARGS)

evaluate: $(READY) ## quality: pages, the two seed files, every development set that is there (hours; goes on where it was)
	@$(BIN)/python scripts/evaluate.py reading
	@$(BIN)/python scripts/evaluate.py seeds
	@$(BIN)/python scripts/evaluate.py all $(ARGS); code=$$?; $(BIN)/python scripts/evaluate.py table; exit $$code

benchmark: $(READY) ## speed and memory on this computer
	@$(BIN)/python scripts/benchmark.py

clean:           ## remove what was built here (kept: ~/.cache/clippings)
	rm -rf .venv index/library.sqlite* index/passages.faiss* .pytest_cache .mypy_cache .ruff_cache
