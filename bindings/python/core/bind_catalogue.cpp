#include "sojourn/catalogue.hpp"

#include <pybind11/stl.h>

#include <string>
#include <string_view>

#include "bind.hpp"
#include "sojourn/domain/words.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

py::dict metric_dict(const metric& one) {
  py::list options;
  for (const metric_option& option : one.options) {
    options.append(py::make_tuple(option.name, option.fallback, option.meaning));
  }
  py::dict found;
  found["name"] = one.name;
  found["title"] = one.title;
  found["family"] = word_of(one.family);
  found["unit"] = word_of(one.unit);
  found["shown_as"] = one.shown_as;
  found["source"] = word_of(one.source);
  found["result"] = word_of(one.result);
  found["meaning"] = one.meaning;
  found["formula"] = one.formula;
  found["missing"] = one.missing;
  found["not_told"] = one.not_told;
  found["page"] = one.page;
  found["function"] = one.function;
  found["python"] = one.python;
  found["options"] = options;
  return found;
}

py::list all() {
  py::list found;
  for (const metric& one : metrics()) found.append(metric_dict(one));
  return found;
}

py::dict aliases() {
  py::dict found;
  for (const metric_alias& other : metric_aliases()) found[py::str(other.alias)] = other.name;
  return found;
}

}  // namespace

void bind_catalogue(py::module_& m) {
  m.def("metrics", &all);
  m.def("aliases", &aliases);
  m.def("find_metric", [](std::string_view name) { return find_metric(name).name; }, py::arg("name"));
  m.def(
      "require_option", [](std::string_view name, std::string_view option) { (void)find_option(find_metric(name), option); },
      py::arg("metric"), py::arg("option"));
}

}  // namespace sojourn::python
