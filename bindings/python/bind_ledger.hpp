// What the revenue bindings share.
#pragma once

#include <pybind11/pybind11.h>

#include <cstdint>
#include <string>
#include <vector>

#include "sojourn/arrow/any_column.hpp"
#include "sojourn/detail/int128.hpp"
#include "sojourn/mrr/policy.hpp"

namespace sojourn::python {

/// The fields of `sojourn.Policy`, by name.
revenue_policy policy_of(const pybind11::dict& fields);

/// A total of ticks as an exact Python int.
pybind11::int_ exact_int(detail::int128 value);

void bind_ledger(pybind11::module_& m);

}  // namespace sojourn::python
