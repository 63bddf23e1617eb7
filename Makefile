# Everything is done by tools/make.py, which also runs where there is no make: python3 tools/make.py TARGET
PYTHON ?= python3

.DEFAULT_GOAL := help
.PHONY: demo test test-lowest bench fuzz lock upgrade format clean help

demo test test-lowest bench fuzz lock upgrade format clean:
	@$(PYTHON) tools/make.py $@

help:
	@$(PYTHON) tools/make.py --help
