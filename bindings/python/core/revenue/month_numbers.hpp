// Months of a column: whole numbers are months since 1970 already; anything else holds dates.
#pragma once

#include <cstdint>
#include <string>

#include "sojourn/arrow/any_column.hpp"
#include "sojourn/arrow/moments.hpp"

namespace sojourn::python {

inline arrow::held_column<std::int32_t> month_numbers(const arrow::any_column& months, const std::string& name) {
  const bool dates =
      months.type() == arrow::kind::date || months.type() == arrow::kind::instant || months.type() == arrow::kind::text;
  return dates ? arrow::held_column<std::int32_t>(arrow::as_months(months, name), name) : arrow::as_int32(months, name);
}

}  // namespace sojourn::python
