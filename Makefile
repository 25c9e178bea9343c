# Le portail « 1 emploi = 1 formation » : « make run » le démarre, « make test » le vérifie.
.DEFAULT_GOAL := help
.PHONY: help run test lint mutations bench bench-emargement requirements clean prepare prepare-dev image-install image-static

HOST ?= 127.0.0.1
PORT ?= 8000
export HOST PORT

# The machine's python3 when it is recent enough, else a newer one beside it.
RECENT := import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c '$(RECENT)' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
# Two workers by default, as on the smallest machine that builds this.
WORKERS ?= 2
# For commands that only look at production's settings: nothing is reached, nothing is secret.
PRODUCTION := DJANGO_SETTINGS_MODULE=portal.settings.production ALLOWED_HOSTS=portail.exemple.test \
	SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))') \
	DATABASE_URL=postgresql://nobody@localhost/none REDIS_URL=redis://localhost

help:  ## cette liste
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

run: prepare  ## démarre tout et affiche l’adresse (HOST=127.0.0.1, PORT=8000)
	@exec $(BIN)/python -m portal.local.run

test: prepare-dev  ## tous les tests, navigateur compris (ARGS="tests/local -k port" pour en choisir)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadscope --no-loadscope-reorder --create-db $(ARGS)

lint: prepare-dev  ## style, types, sens des imports, gabarits, migrations, réglages de production
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy .
	$(BIN)/lint-imports
	$(BIN)/djlint templates --lint --check --quiet
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING

mutations: prepare-dev  ## casse chaque ligne des règles, une à une : un cas de la table doit le voir
	$(BIN)/python -m pytest tests/rules/test_mutations.py

bench: prepare-dev  ## les mesures
	$(BIN)/python -m bench

bench-emargement: prepare-dev  ## 178 signatures par seconde, processus tués au hasard (BENCH_SECONDS=60, ARGS="--kills")
	$(BIN)/python -m bench.attendance $(ARGS)

requirements: prepare-dev  ## refait les fichiers de versions épinglées d’après pyproject.toml
	$(BIN)/python -m pip install --quiet uv
	$(COMPILE) pyproject.toml -o requirements.txt
	$(COMPILE) --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt

# No index line and no annotation: the files name packages and hashes, never a registry.
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-header --no-annotate --no-emit-index-url

clean:  ## efface l’environnement, les données locales et les caches
	rm -rf .venv var staticfiles .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

prepare:
	@test -n "$(PYTHON)" || { echo "Il faut Python 3.11 ou plus récent (apt-get install python3)." >&2; exit 1; }
	@$(PYTHON) portal/local/prepare.py

prepare-dev:
	@test -n "$(PYTHON)" || { echo "Il faut Python 3.11 ou plus récent (apt-get install python3)." >&2; exit 1; }
	@$(PYTHON) portal/local/prepare.py --dev

# The image's two steps (Dockerfile).
image-install: prepare

image-static:
	$(PRODUCTION) $(BIN)/python manage.py collectstatic --noinput
