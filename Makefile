# A thin front: CMake presets and pip do the work. `make demo` and `make test` are all a newcomer needs.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

BUILD_PACKAGES := g++ cmake ninja-build pkg-config libeigen3-dev libboost-dev nlohmann-json3-dev python3-venv python3-dev
TEST_PACKAGES  := doctest-dev
CHECK_PACKAGES := clang-19 clang-tidy-19 libclang-rt-19-dev libbenchmark-dev

CORE_SOURCES   := $(shell find include src cmake -type f 2>/dev/null) CMakeLists.txt
PYTHON_SOURCES := $(shell find bindings -type f -not -path '*/__pycache__/*' 2>/dev/null) pyproject.toml

.PHONY: demo test test-cpp test-python check bench clean help build-packages test-packages check-packages

help:
	@echo "make demo    install what is missing, build, measure a whole account set, write report.html"
	@echo "make test    build and run every C++ and Python test"
	@echo "make check   make test, then clang 19, the sanitizers, clang-tidy and mypy"
	@echo "make bench   build the benchmarks and compare with DuckDB and Polars on this machine"

demo: $(VENV)/.sojourn
	$(BIN)/sojourn demo --out report.html

test: test-cpp test-python

test-cpp: test-packages
	@test -f build/dev/CMakeCache.txt || cmake --preset dev
	cmake --build --preset dev
	ctest --preset dev

test-python: $(VENV)/.sojourn $(VENV)/.test
	$(BIN)/python -m pytest -q

check: check-packages test
	cmake --preset clang && cmake --build --preset clang && ctest --preset clang
	cmake --preset asan && cmake --build --preset asan && ctest --preset asan
	cmake --preset tsan && cmake --build --preset tsan && ctest --preset tsan
	cmake --preset tidy && cmake --build --preset tidy
	$(BIN)/python -m mypy --strict bindings/python/sojourn

bench: check-packages $(VENV)/.sojourn $(VENV)/.test
	cmake --preset release && cmake --build --preset release
	$(BIN)/python bench/compare.py

clean:
	rm -rf build $(VENV) report.html

# --- what the machine must have ------------------------------------------------------------------------------------------------
# Installs missing Debian packages when it may; otherwise it stops with the line to run.
define need_packages
	@if ! command -v dpkg-query >/dev/null; then echo "Not a Debian system: these must be there: $(1)"; exit 0; fi; \
	missing=""; for package in $(1); do \
	  dpkg-query -W -f='$${Status}' $$package 2>/dev/null | grep -q "ok installed" || missing="$$missing $$package"; done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then as=""; elif sudo -n true 2>/dev/null; then as="sudo"; else \
	  echo "Missing system packages. Please run:  sudo apt-get update && sudo apt-get install -y --no-install-recommends$$missing"; exit 1; fi; \
	echo "Installing$$missing"; \
	$$as apt-get update -qq && DEBIAN_FRONTEND=noninteractive $$as apt-get install -y -qq --no-install-recommends $$missing >/dev/null
endef

build-packages:
	$(call need_packages,$(BUILD_PACKAGES))
test-packages:
	$(call need_packages,$(BUILD_PACKAGES) $(TEST_PACKAGES))
check-packages:
	$(call need_packages,$(BUILD_PACKAGES) $(TEST_PACKAGES) $(CHECK_PACKAGES))

# --- the Python side -----------------------------------------------------------------------------------------------------------
$(VENV)/.created: | build-packages
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Python 3.11 or newer is needed")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install -q --upgrade "pip>=25.1"
	$(BIN)/pip install -q "scikit-build-core>=0.11" "pybind11>=2.13" -c bindings/python/constraints.txt
	@touch $@

$(VENV)/.sojourn: $(VENV)/.created $(CORE_SOURCES) $(PYTHON_SOURCES)
	$(BIN)/pip install -q --no-build-isolation -c bindings/python/constraints.txt ".[plot,report]"
	@touch $@

$(VENV)/.test: $(VENV)/.created pyproject.toml bindings/python/constraints.txt
	$(BIN)/pip install -q -c bindings/python/constraints.txt --group test
	@touch $@
