#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>

#include "paths.hpp"

namespace sojourn::test {

std::string in_repository(const std::string& path) {
  return SOJOURN_SOURCE_DIR "/" + path;
}
std::string in_shared(const std::string& path) {
  return SOJOURN_SOURCE_DIR "/../shared/" + path;
}

}  // namespace sojourn::test
