// What bytes of books must hold to be believed.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <string>

#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1::detail {

[[noreturn]] inline void refuse_book_bytes(const std::string& what) {
  throw state_error("book bytes: " + what);
}

inline void require_in_bytes(bool good, const char* what) {
  if (!good) refuse_book_bytes(what);
}

}  // namespace sojourn::inline v0_1::detail
