#include "bind.hpp"

#include "sojourn/version.hpp"

PYBIND11_MODULE(_core, m) {
  m.doc() = "The compiled half of sojourn. Use `import sojourn`.";
  m.attr("__version__") = SOJOURN_VERSION;
  sojourn::python::bind_error(m);
  sojourn::python::bind_estimate(m);
  sojourn::python::bind_column(m);
  sojourn::python::bind_arrow(m);
  sojourn::python::bind_surveys(m);
  sojourn::python::bind_revenue(m);
  sojourn::python::bind_lifetime(m);
  sojourn::python::bind_health_rules(m);
  sojourn::python::bind_health(m);
  sojourn::python::bind_fit(m);
  sojourn::python::bind_validation(m);
  sojourn::python::bind_engagement(m);
  sojourn::python::bind_health_book(m);
  sojourn::python::bind_health_change(m);
  sojourn::python::bind_health_path(m);
  sojourn::python::bind_health_alerts(m);
  sojourn::python::bind_datasets(m);
  sojourn::python::bind_build(m);
}
