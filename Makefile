# Every line works without make as well.
PYTHON = .venv/bin/python

.PHONY: setup fmt check test interop bench fuzz soak soak-convergence example all

setup:
	python3 -m venv .venv
	.venv/bin/pip install -q -e '.[dev]'

fmt:
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .

check:
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	.venv/bin/lint-imports

test:
	$(PYTHON) -m pytest -q -m "not interop and not soak"

interop:
	$(PYTHON) -m pytest -q -m "interop and not soak"

bench:
	$(PYTHON) -m benchmarks.sync.run

# Hostile cards with a seed of its own each time, until something falls over; `make fuzz SECONDS=600`.
SECONDS = 3600
fuzz:
	$(PYTHON) tests/fuzz/cards.py -max_total_time=$(SECONDS)

soak: soak-convergence
	KITH_KILLS=200 KITH_CARDS=1000 $(PYTHON) -m pytest -q -o timeout=0 -m soak tests

# 200 shares of 250 histories. `make soak-convergence SHARES=41-200` goes on after the fortieth.
SHARES =
TALLY = .hypothesis/soak.jsonl
soak-convergence:
	mkdir -p .hypothesis
	KITH_EXAMPLES=50000 KITH_SEED=1001 KITH_SHARES=$(SHARES) KITH_TALLY=$(TALLY) $(PYTHON) -m pytest -q -n 2 -o timeout=0 tests/properties/test_convergence.py
	PYTHONPATH=tests KITH_TALLY=$(TALLY) $(PYTHON) -m properties.tally

example:
	.venv/bin/kith config example > config.example.toml

all:
	.ci/run
