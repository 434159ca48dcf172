# A thin front: CMake presets and pip do the work. `make demo` and `make test` are all a newcomer needs.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1

BUILD_PACKAGES := g++ cmake ninja-build pkg-config libeigen3-dev libboost-dev nlohmann-json3-dev python3-venv python3-dev
TEST_PACKAGES  := doctest-dev abigail-tools valgrind libreoffice-calc-nogui postgresql
CHECK_PACKAGES := clang-19 clang-format-19 clang-tidy-19 libclang-rt-19-dev ccache git chromium chromium-driver
BENCH_PACKAGES := libbenchmark-dev

CORE_SOURCES   := $(shell find include src cmake -type f 2>/dev/null) CMakeLists.txt
PYTHON_SOURCES := $(shell find bindings/python -type f -not -path '*/__pycache__/*' 2>/dev/null) pyproject.toml

CPP_FILES      := git ls-files '*.cpp' '*.hpp'

.PHONY: packages demo test test-cpp test-python bench bench-full bench-commit bench-cpp generate clean help build-packages test-packages check-packages bench-packages \
        ci check format format-check structure types sanitize threads tidy fuzz fuzz-corpus mutants abi-update languages

help:
	@echo "make demo    install what is missing, build, measure a whole account set, write report.html"
	@echo "make test    build and run every C++ and Python test"
	@echo "make format  clang-format 19 and ruff over every file"
	@echo "make generate  write the files that repeat facts of the core: the fields of Policy, the index of metrics"
	@echo "make check   all that can be checked without a build: formats, layers, and types where the package is built already"
	@echo "make ci      make check, make test, clang 19 with the sanitizers, clang-tidy; prints the time of each step"
	@echo "make tidy    clang-tidy 19 over the sources"
	@echo "make fuzz    libFuzzer with clang 19, ten minutes for each target (FUZZ_SECONDS=600); fuzz-corpus: the corpus once"
	@echo "make languages  the C interface from Rust, Go and Node, where their toolchains are there"
	@echo "make abi-update  write the C interface that ctest compares builds with, after something was added to it"
	@echo "make mutants inject a list of small bugs into a copy and say which the tests notice"
	@echo "make packages  the wheel, sdist, Debian and Conan packages and CMake 4, each tried as its users would"
	@echo "make bench   compare with DuckDB, Polars and others on this machine, minutes; writes docs/benchmarks.md (bench-full: an hour)"

demo: $(VENV)/.sojourn
	$(BIN)/sojourn demo --out report.html

test: test-cpp test-python

test-cpp: test-packages
	@test -f build/test/CMakeCache.txt || cmake --preset test
	cmake --build --preset test
	ctest --preset test

test-python: test-packages $(VENV)/.sojourn $(VENV)/.test $(VENV)/.pandas-3
	$(BIN)/python -m pytest -q
	PYTHONPATH=$(VENV)/pandas-3 $(BIN)/python -m pytest -q tests/python/frames/test_columns_roads.py tests/python/revenue/test_ledger_days.py

# --- what CI runs, cheap checks first --------------------------------------------------------------------------------------------
CI_STEPS := format-check structure test languages types sanitize threads tidy

ci: check-packages
	@mkdir -p build && : > build/ci_times
	@for step in $(CI_STEPS); do \
	  start=$$(date +%s); $(MAKE) --no-print-directory $$step || { echo "make ci: $$step failed"; exit 1; }; \
	  echo "$$step $$(( $$(date +%s) - start ))" >> build/ci_times; done
	@awk '{ printf "%-14s %3d min %02d s\n", $$1, $$2 / 60, $$2 % 60; all += $$2 } END { printf "%-14s %3d min %02d s\n", "all", all / 60, all % 60 }' build/ci_times

check: format-check structure types

format: check-packages $(VENV)/.lint
	$(CPP_FILES) | xargs clang-format-19 -i
	$(BIN)/ruff format -q .
	$(BIN)/ruff check -q --fix .

generate: $(VENV)/.sojourn
	$(BIN)/python docs/generate.py

format-check: check-packages $(VENV)/.lint
	$(CPP_FILES) | xargs clang-format-19 --dry-run -Werror
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

structure:
	$(PYTHON) -B tests/structure/check_house.py --self-test
	$(PYTHON) -B tests/structure/check_house.py .
	$(PYTHON) -B tests/structure/check_states.py --self-test
	$(PYTHON) -B tests/structure/check_states.py include tests

types: $(VENV)/.sojourn $(VENV)/.test $(VENV)/.lint
	$(BIN)/mypy --strict bindings/python/sojourn
	$(BIN)/pyright --pythonpath $(BIN)/python
	$(BIN)/python -m pytest -q tests/python/test_stubs.py

# The address and undefined-behaviour sanitizers in one build, which also holds every source to clang's warnings.
sanitize: check-packages
	cmake --preset asan && cmake --build --preset asan && ctest --preset asan

# The thread sanitizer, over the tests that use threads.
threads: check-packages
	cmake --preset tsan && cmake --build --preset tsan && ctest --preset tsan

# Forty sources at a time, so that headers are read five times and not two hundred times. `TIDY=` adds the path-sensitive
# clang-analyzer, which costs many times the rest together. Only findings are printed; build/tidy/log has the rest.
# Joined sources hide names of each other; builds that do not join them hold each to -Wshadow.
TIDY ?= -checks=-clang-analyzer-*
tidy: check-packages
	cmake --preset tidy
	run-clang-tidy-19 -quiet -j 2 -p build/tidy -extra-arg=-Wno-shadow $(TIDY) > build/tidy/log 2>&1 || \
	  { grep -E -A 3 '(error|warning): .*\[|^Error while|rror:' build/tidy/log; exit 1; }

# Each target from its seeds; what it finds beyond them stays in build/fuzz. A crash stops with the input that made it.
FUZZ_SECONDS ?= 600
FUZZ_TARGETS := state_bytes state_pairs book_bytes read_json rule_conditions read_text arrow_reader
fuzz: check-packages
	cmake --preset fuzz && cmake --build --preset fuzz
	@for target in $(FUZZ_TARGETS); do \
	  mkdir -p build/fuzz/found/$$target && echo "fuzz: $$target, $(FUZZ_SECONDS) s" && \
	  build/fuzz/tests/fuzz/$${target}_fuzz -max_total_time=$(FUZZ_SECONDS) -max_len=4096 -timeout=10 -rss_limit_mb=2048 \
	    -print_final_stats=1 build/fuzz/found/$$target tests/fuzz/corpus/$$target || exit 1; done

# The seeds and what was found before, once: seconds, for CI.
fuzz-corpus: check-packages
	cmake --preset fuzz && cmake --build --preset fuzz
	@for target in $(FUZZ_TARGETS); do build/fuzz/tests/fuzz/$${target}_fuzz -runs=0 tests/fuzz/corpus/$$target || exit 1; done

# Each language over the C interface whose toolchain is on this machine: its example, and the kit of tests/kit.
LANGUAGE_LIB = $(abspath build/test/src/capi)
languages: test-packages
	@test -f build/test/CMakeCache.txt || cmake --preset test
	cmake --build --preset test --target sojourn_c
	@if command -v cargo >/dev/null; then cd bindings/rust && SOJOURN_LIB_DIR=$(LANGUAGE_LIB) cargo test -q --locked && \
	  SOJOURN_LIB_DIR=$(LANGUAGE_LIB) cargo run -q --locked --example movements; else echo "languages: Rust is skipped: no cargo"; fi
	@if command -v go >/dev/null; then cd bindings/go && SOJOURN_LIB=$(LANGUAGE_LIB)/libsojourn_c.so CGO_ENABLED=0 go test ./...; \
	  else echo "languages: Go is skipped: no go"; fi
	@if command -v npm >/dev/null; then cd bindings/node && npm ci --ignore-scripts --no-audit --no-fund --silent && \
	  SOJOURN_LIB=$(LANGUAGE_LIB)/libsojourn_c.so node --test test/ && \
	  SOJOURN_LIB=$(LANGUAGE_LIB)/libsojourn_c.so node example.js; else echo "languages: Node is skipped: no npm"; fi

# The C interface that ctest compares builds with, anew: after a function or a field was added on purpose.
abi-update: test-packages
	cmake --preset dev >/dev/null && cmake --build --preset dev --target capi_interface
	abidw --no-corpus-path --no-comp-dir-path --no-show-locs build/dev/tests/capi/libcapi_interface.so | sed "s| path='[^']*'| path='interface.c'|" > tests/capi/abi.xml

mutants: check-packages
	$(PYTHON) tests/mutation/run.py --python $(abspath $(BIN))/python --core "$$(ls -d $(abspath $(VENV))/lib/python3*/site-packages/sojourn/_core*.so)"

# Minutes, unattended: measures, writes bench/results/bench.json, then docs/benchmarks.md and its picture from it.
bench: $(VENV)/.sojourn $(VENV)/.test $(VENV)/.bench
	$(BIN)/python bench/compare.py

# An hour and 8 GB of disk: larger sizes, growth over sizes, a billion rows in a stream.
bench-full: $(VENV)/.sojourn $(VENV)/.test $(VENV)/.bench
	$(BIN)/python bench/compare.py --full

# Puts what the last runs measured, and the page made of it, into one commit.
bench-commit:
	$(BIN)/python bench/report.py --check
	git add bench/results docs/benchmarks.md docs/benchmarks.svg
	git commit -q -m "docs(bench): what the last run measured" -- bench/results docs/benchmarks.md docs/benchmarks.svg

# The programs of bench/ in C++, into build/release/bench.
bench-cpp: bench-packages
	cmake --preset release && cmake --build --preset release

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
bench-packages:
	$(call need_packages,$(BUILD_PACKAGES) $(BENCH_PACKAGES))

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

$(VENV)/.bench: $(VENV)/.test bench/requirements.txt
	$(BIN)/pip install -q -c bindings/python/constraints.txt -r bench/requirements.txt
	@touch $@

# pandas 3 beside the pandas 2 of the constraints: whatever reads frames is tested with both.
$(VENV)/.pandas-3: $(VENV)/.test Makefile
	$(BIN)/pip install -q --no-deps --upgrade --target $(VENV)/pandas-3 pandas==3.1.1
	@touch $@

$(VENV)/.lint: $(VENV)/.created pyproject.toml bindings/python/constraints.txt
	$(BIN)/pip install -q -c bindings/python/constraints.txt --group lint
	@touch $@
