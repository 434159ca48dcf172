// On an argument that a result looks into: a compiler that knows the attribute warns when the argument dies first.
// Layer: 0. Needs: std only.
#pragma once

#if defined(__has_cpp_attribute)
#if __has_cpp_attribute(clang::lifetimebound)
#define SOJOURN_LIFETIMEBOUND [[clang::lifetimebound]]
#elif __has_cpp_attribute(msvc::lifetimebound)
#define SOJOURN_LIFETIMEBOUND [[msvc::lifetimebound]]
#endif
#endif
#ifndef SOJOURN_LIFETIMEBOUND
#define SOJOURN_LIFETIMEBOUND
#endif
