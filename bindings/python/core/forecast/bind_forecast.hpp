// What is bound of forecasts, beside those of MRR itself.
#pragma once

#include <pybind11/pybind11.h>

namespace sojourn::python {

void bind_account_values(pybind11::module_& m);
void bind_forecast_backtest(pybind11::module_& m);

}  // namespace sojourn::python
