// One bind_x for each header of revenue that Python sees; each lives in its own bind_x.cpp.
#pragma once

#include "sojourn/revenue/book/book.hpp"
#include "sojourn/revenue/ledger/keyed_ledger.hpp"
#include "whole_argument.hpp"

namespace sojourn::python {

/// The classes of ledgers and of books, to which several files add.
using ledger_class = pybind11::class_<keyed_ledger>;
using book_class = pybind11::class_<book>;

void bind_available_to_renew(pybind11::module_& m);
book_class bind_book(pybind11::module_& m);
void bind_cause_movements(pybind11::module_& m);
void bind_cohort(pybind11::module_& m);
void bind_currencies(pybind11::module_& m);
void bind_commitments(pybind11::module_& m);
void bind_comparison(pybind11::module_& m);
void bind_contributors(pybind11::module_& m);
void bind_economics(pybind11::module_& m);
ledger_class bind_keyed_ledger(pybind11::module_& m);
void bind_label_rows(pybind11::module_& m);
void bind_lifetime_value(pybind11::module_& m);
void bind_mrr_series(pybind11::module_& m);
void bind_policy(pybind11::module_& m);
void bind_price(pybind11::module_& m);
void bind_rates(pybind11::module_& m);
void bind_reconcile(pybind11::module_& m);
void bind_renewal(pybind11::module_& m);
void bind_retention(pybind11::module_& m);
void bind_retention_windows(pybind11::module_& m);
void bind_revenue_partial(pybind11::module_& m);
void bind_ownership(pybind11::module_& m, ledger_class& ledger);
void bind_owners(book_class& books);
void bind_snapshot_stream(pybind11::module_& m);
void bind_snapshot_tally(pybind11::module_& m);
void bind_usage_movements(pybind11::module_& m);

}  // namespace sojourn::python
