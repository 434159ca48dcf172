include(CMakePackageConfigHelpers)

install(TARGETS sojourn sojourn_headers EXPORT sojournTargets
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/sojourn DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} FILES_MATCHING PATTERN "*.hpp")
# what sojourn/headers.hpp compiles into the host
foreach(body domain/calendar stats/estimate stats/net_share stats/proportion stats/score_counts)
  get_filename_component(room ${body} DIRECTORY)
  install(FILES ${PROJECT_SOURCE_DIR}/src/${body}.cpp DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/sojourn/bodies/${room})
endforeach()
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE ${PROJECT_SOURCE_DIR}/NOTICES.md ${PROJECT_BINARY_DIR}/sojourn.cdx.json
        DESTINATION ${CMAKE_INSTALL_DOCDIR})

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/sojourn)
install(EXPORT sojournTargets NAMESPACE sojourn:: DESTINATION ${package_dir})
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/sojournConfig.cmake.in ${PROJECT_BINARY_DIR}/sojournConfig.cmake
                              INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/sojournConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/sojournConfig.cmake ${PROJECT_BINARY_DIR}/sojournConfigVersion.cmake
        DESTINATION ${package_dir})

# Relative, so that the installed tree can be moved; lib may be lib64 or lib/<triplet>.
file(RELATIVE_PATH prefix_from_pc /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
get_target_property(kind sojourn TYPE)
if(kind STREQUAL "SHARED_LIBRARY")
  set(pc_shared " -DSOJOURN_SHARED")
else()
  set(pc_shared "")
endif()
configure_file(${PROJECT_SOURCE_DIR}/cmake/sojourn.pc.in ${PROJECT_BINARY_DIR}/sojourn.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/sojourn.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
