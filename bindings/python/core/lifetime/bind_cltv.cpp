// Lifetime value for Python, from a churn rate, an estimate of one, or a fitted decay.
#include "sojourn/lifetime/cltv.hpp"

#include <pybind11/stl.h>

#include <optional>
#include <string>

#include "bind.hpp"
#include "frames/words.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

template <class Retention>
void bind_cltv_of(py::module_& m) {
  m.def(
      "cltv",
      [](double arpa, const Retention& retention, double margin, const std::string& timing, double discount_rate,
         double acquisition_cost, std::optional<std::int32_t> cap_periods) {
        return cltv(arpa, contribution_margin{margin}, retention, named<payment_timing>("timing", timing),
                    {discount_rate, acquisition_cost, cap_periods});
      },
      py::arg("arpa"), py::arg("retention"), py::kw_only(), py::arg("margin"), py::arg("timing"), py::arg("discount_rate"),
      py::arg("acquisition_cost"), py::arg("cap_periods"));
}

}  // namespace

void bind_cltv(py::module_& m) {
  bind_cltv_of<estimate>(m);
  bind_cltv_of<decay_fit>(m);
  bind_cltv_of<double>(m);
}

}  // namespace sojourn::python
