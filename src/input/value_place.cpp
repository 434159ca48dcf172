#include "sojourn/input/value_place.hpp"

#include <utility>

namespace sojourn::inline v0_1 {

void refuse_value(const value_place& where, std::string value, std::string rule, std::string advice) {
  if (where.row != problem::no_row)
    throw data_error({std::string(where.name), where.row, std::move(value), std::move(rule), std::move(advice)});
  throw schema_error(std::string(where.name) + " '" + value + "' " + rule + (advice.empty() ? "" : "; " + advice));
}

}  // namespace sojourn::inline v0_1
