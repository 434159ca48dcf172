# Unverified: vcpkg loads its tools and its packages from hosts that the project's machines do not reach. Use it as an overlay port,
# `vcpkg install sojourn --overlay-ports=packaging`; it builds the checkout it stands in.
vcpkg_cmake_configure(
  SOURCE_PATH "${CMAKE_CURRENT_LIST_DIR}/../.."
  OPTIONS -DSOJOURN_BUILD_TESTS=OFF -DSOJOURN_BUILD_EXAMPLES=OFF -DSOJOURN_BUILD_C=OFF -DSOJOURN_INSTALL=ON -DSOJOURN_UNITY=ON -DSOJOURN_CCACHE=OFF)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH lib/cmake/sojourn)
vcpkg_fixup_pkgconfig()
file(REMOVE_RECURSE "${CURRENT_PACKAGES_DIR}/debug/include" "${CURRENT_PACKAGES_DIR}/debug/share")
vcpkg_install_copyright(FILE_LIST "${CMAKE_CURRENT_LIST_DIR}/../../LICENSE" "${CMAKE_CURRENT_LIST_DIR}/../../NOTICES.md")
file(INSTALL "${CMAKE_CURRENT_LIST_DIR}/usage" DESTINATION "${CURRENT_PACKAGES_DIR}/share/${PORT}")
