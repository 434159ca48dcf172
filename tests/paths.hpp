// Where tests find data: in the repository, and beside it what is read but never committed.
#pragma once

#include <string>

namespace sojourn::test {

/// The path of a file of the repository, or of the folder of shared data beside it; defined in test_main.cpp.
std::string in_repository(const std::string& path);
std::string in_shared(const std::string& path);

}  // namespace sojourn::test
