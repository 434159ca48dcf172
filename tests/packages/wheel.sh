#!/bin/sh
# wheel.sh <python with build and auditwheel> <checkout> <empty folder>: the wheel needs nothing of the system, and works in an empty
# place; the sdist has everything that a wheel is built from.
set -eu
python=$1 source=$2 folder=$3
rm -rf "$folder" && mkdir -p "$folder/elsewhere"
"$python" -m build --sdist --outdir "$folder/dist" "$source" >"$folder/log" 2>&1 || { tail -20 "$folder/log"; exit 1; }
# from the sdist, in an isolated environment
"$python" -m build --wheel --outdir "$folder/dist" --installer pip "$(tar -xzf "$folder"/dist/sojourn-*.tar.gz -C "$folder" && echo "$folder"/sojourn-*/)" \
  >>"$folder/log" 2>&1 || { tail -40 "$folder/log"; exit 1; }
"$python" -m auditwheel show "$folder"/dist/*.whl | tee "$folder/policy"
grep -q "manylinux_" "$folder/policy" || { echo "wheel: no manylinux policy fits"; exit 1; }
"$python" -m auditwheel repair --wheel-dir "$folder/wheelhouse" "$folder"/dist/*.whl >>"$folder/log" 2>&1 || { tail -20 "$folder/log"; exit 1; }
cd "$folder/elsewhere"
"$python" -m venv fresh
fresh/bin/pip install --quiet --no-index "$folder"/wheelhouse/sojourn-*.whl
fresh/bin/python -c 'import sojourn as sj; print("sojourn", sj.__version__, sj.nps([10, 9, 2]))'
fresh/bin/sojourn --help >/dev/null
echo "wheel: $(basename "$folder"/wheelhouse/*.whl)"
