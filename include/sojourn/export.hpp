// What every header stands on: the language it needs, the version, and which symbols a shared library shows.
// Layer: 0. Needs: std only.
//
// Public headers open `inline namespace v0_1 SOJOURN_EXPORT`: code built against 0.1 and code built against a later minor
// version can live in one process, because their symbols differ; callers write sojourn::x. Everything that is not declared
// in a public header stays hidden, the libraries behind src/ included.
#pragma once

#if defined(__cplusplus) && __cplusplus < 202002L && !(defined(_MSVC_LANG) && _MSVC_LANG >= 202002L)
#error "sojourn needs C++20: compile with -std=c++20 or newer (CMake: target_compile_features(<target> PRIVATE cxx_std_20))."
#endif

#include "sojourn/version.hpp"

// SOJOURN_SHARED is set by the CMake target and the pkg-config file of a shared build. A static library shows nothing of its
// own, so that a host's shared library does not export sojourn by accident.
#if defined(SOJOURN_SHARED) && defined(__GNUC__)
#define SOJOURN_EXPORT __attribute__((visibility("default")))
#else
#define SOJOURN_EXPORT
#endif
