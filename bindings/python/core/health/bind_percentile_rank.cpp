// Percentile ranks for Python.
#include "sojourn/health/score/percentile_rank.hpp"

#include <memory>
#include <string>

#include "frames/words.hpp"
#include "health/bind_health.hpp"
#include "interruptible_threads.hpp"
#include "sojourn/arrow/any_column.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
namespace h = health;

py::dict percentile_rank(const any_column& values, const std::string& precision, std::size_t threads) {
  const auto wanted = named<h::rank_precision>("precision", precision);
  auto found = std::make_shared<h::percentile_ranks>();
  {
    const py::gil_scoped_release release;
    const auto numbers = arrow::as_double(values, "values");
    *found = h::percentile_rank(numbers.view(), {wanted}, interruptible_threads(threads));
  }
  py::dict out;
  out["rank"] = any_column::borrow(arrow::kind::float64, found->rank.data(), found->rank.size(), nullptr, 0, found);
  out["ranked"] = found->ranked;
  out["error"] = found->error;
  return out;
}

}  // namespace

void bind_percentile_rank(py::module_& m) {
  m.def("percentile_rank", &percentile_rank, py::arg("values"), py::arg("precision"), py::arg("threads"));
}

}  // namespace sojourn::python
