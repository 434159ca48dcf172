#!/bin/sh
# cmake_4.sh <cmake> <checkout> <installed prefix> <empty folder>: hosts of both kinds, configured by another cmake than the build's.
set -eu
cmake=$1 source=$2 prefix=$3 folder=$4
rm -rf "$folder" && mkdir -p "$folder"
"$cmake" --version | head -1
"$cmake" -S "$source/tests/consumer/fetch_content" -B "$folder/fetch_content" -DSOJOURN_SOURCE_DIR="$source" >"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
"$cmake" --build "$folder/fetch_content" --target headers_only >>"$folder/log" 2>&1 || { tail -20 "$folder/log"; exit 1; }
"$cmake" -S "$source/tests/consumer/find_package" -B "$folder/find_package" -DCMAKE_PREFIX_PATH="$prefix" >>"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }
"$cmake" --build "$folder/find_package" >>"$folder/log" 2>&1 || { tail -20 "$folder/log"; exit 1; }
"$folder/find_package/consumer"
if grep -i "deprecat" "$folder/log"; then echo "cmake 4: something is deprecated"; exit 1; fi
echo "cmake 4: FetchContent with install(EXPORT), and find_package"
