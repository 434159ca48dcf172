// A forecast as Python holds it: with the words of its segments and causes, and the keys of its largest accounts.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sojourn/forecast/mrr_forecast.hpp"

namespace sojourn::python {

struct held_forecast {
  mrr_forecast found;
  std::vector<std::string> segments, causes;
  std::vector<std::string> largest;

  [[nodiscard]] const forecast_part& part(std::optional<std::size_t> segment) const {
    return segment ? found.segments.at(*segment) : found.total;
  }
};

}  // namespace sojourn::python
