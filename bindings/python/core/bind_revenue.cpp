#include "revenue/bind_revenue.hpp"

#include "bind.hpp"

namespace sojourn::python {

void bind_revenue(pybind11::module_& m) {
  bind_policy(m);
  bind_retention(m);
  bind_revenue_partial(m);
  bind_cohort(m);
  ledger_class ledger = bind_keyed_ledger(m);
  bind_ownership(m, ledger);
  bind_currencies(m);
  bind_label_rows(m);
  book_class books = bind_book(m);
  bind_owners(books);
  bind_cause_movements(m);
  bind_price(m);
  bind_mrr_series(m);
  bind_snapshot_stream(m);
  bind_snapshot_tally(m);
  bind_rates(m);
  bind_retention_windows(m);
  bind_commitments(m);
  bind_usage_movements(m);
  bind_comparison(m);
  bind_contributors(m);
  bind_reconcile(m);
  bind_renewal(m);
  bind_available_to_renew(m);
  bind_lifetime_value(m);
  bind_economics(m);
}

}  // namespace sojourn::python
