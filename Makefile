# make run: set up and serve · make test: what a change must pass. See README.md.
.DEFAULT_GOAL := run
.PHONY: env check test test-all run bench evidence demo pictures lock
MAKEFLAGS += --no-print-directory

PYTHON ?= python3
PORT ?= 8000
SIZE ?= s
SEED ?= 0
TRUTH ?=
# Programs are started through this Python: the first line of an installed script breaks on a path with a space.
OURS := .venv/bin/python

env:
	@"$(PYTHON)" tools/env.py

check: env
	@$(OURS) tools/check.py

test: env
	@$(OURS) tools/test.py

test-all: env
	@$(OURS) tools/test.py --all

run: export PORT := $(PORT)
run:
	@"$(PYTHON)" src/yunchou/site/port.py '$(PORT)'
	@"$(PYTHON)" tools/env.py
	@$(OURS) -m yunchou.site.serve --until-parent-ends

bench: env
	@$(OURS) tools/bench.py

evidence: env
	@$(OURS) tools/evidence.py

demo: env
	@$(OURS) -m yunchou.demo --size '$(SIZE)' --seed '$(SEED)' --force $(if $(TRUTH),--truth '$(TRUTH)')
	@$(OURS) -m yunchou.site.manage load_demo --clear --size '$(SIZE)' --seed '$(SEED)' $(if $(TRUTH),--truth '$(TRUTH)')

pictures: env
	@$(OURS) tools/pictures.py

lock: env
	@$(OURS) tools/lock.py
