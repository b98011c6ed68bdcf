# Every line works without make as well.
PYTHON = .venv/bin/python

.PHONY: setup fmt check test interop bench soak example all

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

soak:
	KITH_EXAMPLES=50000 $(PYTHON) -m pytest -q -o timeout=0 tests/properties/test_convergence.py
	KITH_KILLS=200 KITH_CARDS=1000 $(PYTHON) -m pytest -q -o timeout=0 -m soak tests

example:
	.venv/bin/kith config example > config.example.toml

all:
	.ci/run
