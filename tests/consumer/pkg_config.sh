#!/bin/sh
# pkg_config.sh <pkg-config> <moved prefix> <program to build> <source> <compiler> [flags]: build and run without CMake; the flags say which C++.
set -eu
pkg_config=$1 prefix=$2 program=$3 source=$4
shift 4
PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name sojourn.pc)")
export PKG_CONFIG_PATH
# shellcheck disable=SC2046  # the flags are words
"$@" "$source" $("$pkg_config" --cflags --libs sojourn) -o "$program"
"$program"
