// A table of a source without rows.
// Layer: 5. Needs: std only.
#pragma once

#include "sojourn/revenue/book/facts.hpp"

namespace sojourn::inline v0_1::detail {

[[nodiscard]] inline fact_rows empty_rows(fact_source source) {
  switch (source) {
    case fact_source::periods:
      return subscriptions{};
    case fact_source::snapshots:
      return snapshots{};
    case fact_source::changes:
      return mrr_changes{};
    case fact_source::prices:
      return priced_subscriptions{};
    case fact_source::invoices:
      return invoice_lines{};
    case fact_source::usage:
      return usage_lines{};
  }
  return subscriptions{};
}

}  // namespace sojourn::inline v0_1::detail
