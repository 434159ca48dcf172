// The typed columns behind purchases, and a model as Python names it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lifetime/held_exits.hpp"
#include "sojourn/lifetime/purchases.hpp"
#include "sojourn/lifetime/spend.hpp"

namespace sojourn::python {

struct held_purchases {
  arrow::held_column<std::int64_t> x, count;
  arrow::held_column<double> t_x, T;

  held_purchases(const arrow::any_column& purchases, const arrow::any_column& last, const arrow::any_column& end,
                 const optional_column& counts = std::nullopt);
  /// Views of what is held here.
  [[nodiscard]] purchase_rows view() const;
};

struct held_spend {
  arrow::held_column<double> mean;
  arrow::held_column<std::int64_t> x, count;

  held_spend(const arrow::any_column& amounts, const arrow::any_column& purchases,
             const optional_column& counts = std::nullopt);
  /// Views of what is held here.
  [[nodiscard]] spend_rows view() const;
};

/// Throws where the word or the number of parameters is wrong.
[[nodiscard]] purchase_parameters purchase_parameters_of(const std::string& model, const std::vector<double>& values);

[[nodiscard]] spend_parameters spend_parameters_of(const std::vector<double>& values);

/// Numbers as a column, missing where NaN.
[[nodiscard]] arrow::any_column known_numbers(std::vector<double> values);

}  // namespace sojourn::python
