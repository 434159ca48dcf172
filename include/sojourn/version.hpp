// The one place that knows the version; CMake and the Python package read it from here.
// Layer: 0. Needs: std only.
#pragma once

#define SOJOURN_VERSION_MAJOR 0
#define SOJOURN_VERSION_MINOR 1
#define SOJOURN_VERSION_PATCH 0
#define SOJOURN_VERSION "0.1.0"
