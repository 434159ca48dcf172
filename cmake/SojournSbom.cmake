# What is compiled into the library and the wheel, as a software bill of materials (CycloneDX 1.5), written with each configuration.
set(sbom_pybind11 "")
if(SOJOURN_BUILD_PYTHON)
  set(sbom_pybind11 ",
    {\"type\": \"library\", \"bom-ref\": \"pybind11\", \"name\": \"pybind11\", \"version\": \"${pybind11_VERSION}\",
     \"licenses\": [{\"license\": {\"id\": \"BSD-3-Clause\"}}], \"purl\": \"pkg:pypi/pybind11@${pybind11_VERSION}\"}")
  set(sbom_depends_on_pybind11 ", \"pybind11\"")
endif()
set(sbom_eigen ${Eigen3_VERSION})
if(NOT sbom_eigen)
  set(sbom_eigen ${EIGEN3_VERSION_STRING})
endif()
set(sbom_boost ${Boost_VERSION_STRING})
if(NOT sbom_boost)
  set(sbom_boost ${Boost_VERSION})
endif()
configure_file(${CMAKE_CURRENT_LIST_DIR}/sbom.cdx.json.in ${PROJECT_BINARY_DIR}/sojourn.cdx.json @ONLY)
