#!/bin/sh
# debian.sh <checkout> <empty folder>: builds the package, holds it against lintian, unpacks it elsewhere and compiles a host with it.
set -eu
source=$1 folder=$2
for tool in dpkg-buildpackage lintian; do
  command -v $tool >/dev/null || { echo "debian: not verified, there is no $tool (Debian: debhelper lintian)"; exit 0; }
done
rm -rf "$folder" && mkdir -p "$folder/sojourn"
cp -R "$source/CMakeLists.txt" "$source/LICENSE" "$source/NOTICES.md" "$source/cmake" "$source/include" "$source/src" "$folder/sojourn"
cp -R "$source/packaging/debian" "$folder/sojourn/debian"
(cd "$folder/sojourn" && dpkg-buildpackage -us -uc -b >"$folder/build.log" 2>&1) || { tail -40 "$folder/build.log"; exit 1; }
package=$(echo "$folder"/libsojourn-dev_*.deb)
lintian --fail-on error "$package"
dpkg -x "$package" "$folder/root"
if grep -rIl "$folder" "$folder/root"; then echo "debian: the package names the folder it was built in"; exit 1; fi
PKG_CONFIG_PATH=$(dirname "$(find "$folder/root" -name sojourn.pc)")
export PKG_CONFIG_PATH
# shellcheck disable=SC2046  # the flags are words
g++ "$source/tests/consumer/main.cpp" $(pkg-config --cflags --libs sojourn) -o "$folder/consumer"
"$folder/consumer"
echo "debian: $(basename "$package") builds, passes lintian, and a host links it"
