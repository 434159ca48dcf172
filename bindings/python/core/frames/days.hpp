// Columns of days made of columns of days or months.
#pragma once

#include <string>

#include "sojourn/arrow/any_column.hpp"
#include "sojourn/input/read_days.hpp"

namespace sojourn::python {

/// The first day of each month.
arrow::any_column first_days_of_months(const arrow::any_column& source, const std::string& name,
                                       const date_reading& reading);

/// The day after each: the last day with MRR becomes the first without.
arrow::any_column days_after(const arrow::any_column& last);

}  // namespace sojourn::python
