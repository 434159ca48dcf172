// A column or a value of a type that its role does not take.
// Layer: 4. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1 {
namespace arrow SOJOURN_EXPORT {

/// A `schema_error` about a type. Hosts whose languages tell wrong types from wrong values (Python's TypeError and
/// ValueError) do so by it.
class wrong_type : public schema_error {
 public:
  using schema_error::schema_error;
};

}  // namespace arrow SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
