#!/bin/sh
# conan.sh <conan> <checkout> <empty folder>: `conan create` without remotes, with the consumer of the recipe.
set -eu
conan=$1 source=$2 folder=$3
rm -rf "$folder" && mkdir -p "$folder"
CONAN_HOME=$folder/home
export CONAN_HOME
"$conan" profile detect >/dev/null 2>&1
"$conan" create "$source/packaging/conan" --no-remote --build=missing -s compiler.cppstd=20 >"$folder/log" 2>&1 || { tail -40 "$folder/log"; exit 1; }
echo "conan: the recipe builds without remotes, and its consumer runs"
