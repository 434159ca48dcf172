#include <string>

#include "bind.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

std::string compiler() {
#if defined(__clang__)
  return std::string("clang ") + __clang_version__;
#elif defined(__GNUC__)
  return std::string("gcc ") + __VERSION__;
#else
  return "unknown";
#endif
}

// What may change the last bit of a floating result, or whether invariants are checked.
std::string floating_point() {
#if defined(__FAST_MATH__)
  return "fast-math (results are not those that are documented)";
#elif defined(__FMA__)
  return "strict, FMA available";
#else
  return "strict";
#endif
}

const char* assertions() {
#if defined(NDEBUG)
  return "off";
#else
  return "on";
#endif
}

}  // namespace

/// How the compiled half was built: what a bug report needs. No paths and no dates, so that builds stay reproducible.
void bind_build(py::module_& m) {
  m.def("build_config", [] {
    py::dict config;
    config["compiler"] = compiler();
    config["c++"] = static_cast<long>(__cplusplus);
    config["build_type"] = SOJOURN_BUILD_TYPE;
    config["floating_point"] = floating_point();
    config["assertions"] = assertions();
    config["pybind11"] = std::to_string(PYBIND11_VERSION_MAJOR) + "." + std::to_string(PYBIND11_VERSION_MINOR);
    return config;
  });
}

}  // namespace sojourn::python
