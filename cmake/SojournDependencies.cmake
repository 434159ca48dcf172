# Needed by sojourn's own sources only: no public header shows any of these.
# Debian's Eigen 3.4.0 refuses a version range that crosses a major, newer ones accept it: hence two steps.
find_package(Eigen3 3.4...5 CONFIG QUIET)
if(NOT TARGET Eigen3::Eigen)
  find_package(Eigen3 3.4 CONFIG REQUIRED)
endif()
# Boost's own package where there is one; CMake's module for it is on its way out.
find_package(Boost 1.74 CONFIG QUIET)
if(NOT TARGET Boost::headers)
  find_package(Boost 1.74 REQUIRED)
endif()
find_package(nlohmann_json 3.11 CONFIG REQUIRED)
find_package(Threads REQUIRED)
