// From a price on a price list to MRR.
#include "sojourn/revenue/sources/price.hpp"

#include "frames/words.hpp"
#include "revenue/bind_revenue.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

py::dict price_to_mrr(std::int64_t amount_minor, std::int32_t every, const std::string& unit, std::int64_t quantity,
                      std::int32_t basis_points, std::int64_t off_minor, const std::string& term,
                      const revenue_policy& policy) {
  const price_mrr found = mrr_from_price({amount_minor, every, named<billing_unit>("unit", unit), quantity},
                                         {basis_points, off_minor, named<discount_term>("discount_term", term)}, policy);
  return py::dict(py::arg("ticks") = found.value.ticks(), py::arg("residue_numerator") = found.residue_numerator,
                  py::arg("residue_denominator") = found.residue_denominator);
}

}  // namespace

void bind_price(py::module_& m) {
  m.attr("TICKS_PER_MINOR") = mrr::ticks_per_minor;
  m.def("price_to_mrr", &price_to_mrr, py::arg("amount_minor"), py::arg("every"), py::arg("unit"), py::arg("quantity"),
        py::arg("discount_basis_points"), py::arg("discount_minor"), py::arg("discount_term"), py::arg("policy"));
}

}  // namespace sojourn::python
