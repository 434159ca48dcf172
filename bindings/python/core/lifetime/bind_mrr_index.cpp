// The MRR index for Python.
#include "sojourn/lifetime/mrr_index.hpp"

#include "bind.hpp"
#include "frames/table.hpp"

namespace py = pybind11;

namespace sojourn::python {

void bind_mrr_index(py::module_& m) {
  m.def(
      "mrr_index",
      [](const arrow::any_column& churn_rates, std::int32_t months) {
        const auto rates = arrow::as_double(churn_rates, "churn_rates");
        const mrr_index_table table = mrr_index(rates.view(), months);
        return named_columns()
            .add("churn_rate", table.rate_column())
            .add("month", table.month_column())
            .add("remaining", table.remaining)
            .columns();
      },
      py::arg("churn_rates"), py::kw_only(), py::arg("months"));
}

}  // namespace sojourn::python
