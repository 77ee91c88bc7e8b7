# `make check` before a push: every check and every test, the slow ones too. Each part can be run alone.

RUN = uv run

.PHONY: check static format lint types imports generated test docs fuzz audit fix generate

check: static test

static: format lint types imports generated

format: ## the layout of the code
	$(RUN) ruff format --check .

lint: ## mistakes that can be seen without running
	$(RUN) ruff check .

types: ## strict, tests and benchmarks included
	$(RUN) mypy

imports: ## which way imports point
	$(RUN) lint-imports

generated: ## the keys table, docs/cli.md, the pictures and the JSON Schemas are what the program says
	$(RUN) python docs/generate.py --check

test: ## every test, on two cores; `uv run pytest` leaves out the slow ones
	$(RUN) pytest --all -n 2 --dist worksteal

SITE = site

docs: ## the site of the manual, into site/; a link that leads nowhere is an error
	NO_MKDOCS_2_WARNING=1 $(RUN) --group docs mkdocs build --strict --quiet --site-dir $(SITE)

SECONDS_EACH = 60

fuzz: ## every reader of what comes from outside, a minute each, two at once
	$(RUN) --with "atheris>=2.3,<4" python -m tests.fuzz.run --seconds $(SECONDS_EACH) --jobs 2

audit: ## the installed packages against the published advisories; asks the network
	$(RUN) --with "pip-audit>=2.9,<3" pip-audit --skip-editable

fix: ## what can be mended by a program
	$(RUN) ruff format .
	$(RUN) ruff check --fix .

generate: ## write the generated files anew
	$(RUN) python docs/generate.py
