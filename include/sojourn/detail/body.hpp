// Stands before the bodies that sojourn/headers.hpp brings along where nothing is linked.
// Layer: 0. Needs: std only.
#pragma once

#ifdef SOJOURN_HEADERS_ONLY
#define SOJOURN_BODY inline
#else
#define SOJOURN_BODY
#endif
