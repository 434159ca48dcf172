// What separates the MRR of two lines of invoices: usage, or a discount that ends.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <vector>

#include "revenue/sources/derived_causes.hpp"
#include "sojourn/input/invoice_lines.hpp"
#include "sojourn/revenue/policy.hpp"

namespace sojourn::inline v0_1::detail {

/// Compares lines of invoices, see `cause_facts::compare`. Lines do not say how many seats they bill, so what is left after
/// discounts is unknown. Views of `table` and `policy` are kept.
class line_comparison {
 public:
  line_comparison(const invoice_lines& table, const revenue_policy& policy) : t_(table), policy_(policy) {}

  void operator()(compared_row before, compared_row after, std::vector<cause_part>& parts) const;

 private:
  [[nodiscard]] bool bills_usage(compared_row row) const;
  [[nodiscard]] std::int64_t gross(compared_row row) const;
  [[nodiscard]] std::int64_t off(compared_row row) const;

  const invoice_lines& t_;
  const revenue_policy& policy_;
};

}  // namespace sojourn::inline v0_1::detail
