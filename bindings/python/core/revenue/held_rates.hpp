// A table of exchange rates as Python holds it.
#pragma once

#include <memory>

#include "sojourn/revenue/currencies/named_quotes.hpp"

namespace sojourn::python {

struct held_rates {
  std::shared_ptr<const named_rate_table> table;
};

}  // namespace sojourn::python
