#include <pybind11/stl.h>

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "bind.hpp"
#include "frames/table.hpp"
#include "interruptible_threads.hpp"
#include "sojourn/arrow/any_column.hpp"
#include "sojourn/datasets/acme.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
using namespace datasets;

/// The names of all accounts, written once and shared by every table.
struct key_labels {
  std::vector<std::string> texts;
  std::vector<std::string_view> views;
  std::int64_t first = 0;
  std::vector<std::uint32_t> rows;  ///< account number - first -> position in texts

  explicit key_labels(const std::vector<std::int64_t>& accounts) {
    if (accounts.empty()) return;
    first = accounts.front();
    rows.resize(static_cast<std::size_t>(accounts.back() - first) + 1);
    for (const std::int64_t account : accounts) {
      rows[static_cast<std::size_t>(account - first)] = static_cast<std::uint32_t>(texts.size());
      texts.push_back(acme_key(account));
    }
    views.assign(texts.begin(), texts.end());
  }
};

any_column key_column(const std::vector<std::int64_t>& accounts, const std::shared_ptr<const key_labels>& keys) {
  if (!keys) return any_column::from(accounts);
  const auto codes = std::make_shared<std::vector<std::uint32_t>>();
  codes->reserve(accounts.size());
  for (const std::int64_t account : accounts) codes->push_back(keys->rows[static_cast<std::size_t>(account - keys->first)]);
  any_column result = any_column::borrow(arrow::kind::dictionary, codes->data(), codes->size(), nullptr, 0, codes);
  result.set_labels(std::shared_ptr<const std::string_view[]>(keys, keys->views.data()), keys->views.size());
  return result;
}

template <class T>
any_column plain_column(field_kind what, const std::vector<T>& values, const std::vector<std::uint8_t>& present,
                        labels names) {
  if constexpr (std::is_same_v<T, std::uint8_t>) {
    if (what == field_kind::flag) return any_column::booleans(values, present);
    return any_column::dictionary(std::vector<std::uint32_t>(values.begin(), values.end()),
                                  std::vector<std::string>(names.begin(), names.end()), present);
  } else if constexpr (std::is_same_v<T, std::int32_t>) {
    return what == field_kind::day ? any_column::dates(values, present) : any_column::from(values, present);
  } else {
    return any_column::from(values, present);
  }
}

template <class T>
any_column to_column(field_kind what, const std::vector<T>& values, labels names,
                     const std::shared_ptr<const key_labels>& keys) {
  if constexpr (std::is_same_v<T, std::int64_t>) {
    if (what == field_kind::key) return key_column(values, keys);
  }
  return plain_column(what, values, {}, names);
}
template <class T>
any_column to_column(field_kind what, const gappy<T>& column, labels names, const std::shared_ptr<const key_labels>&) {
  return plain_column(what, column.values, column.present, names);
}

using columns_in_order = std::vector<std::pair<std::string, any_column>>;

/// Frees each table once it is converted, so that a large set exists once and not twice.
std::vector<std::pair<std::string, columns_in_order>> columns_of_tables(acme_tables tables, bool text_keys) {
  const auto keys = text_keys ? std::make_shared<const key_labels>(tables.accounts.account) : nullptr;
  std::vector<std::pair<std::string, columns_in_order>> result;
  acme_tables::each([&](std::string_view name, auto member) {
    const auto table = std::exchange(tables.*member, {});
    columns_in_order columns;
    std::remove_cvref_t<decltype(table)>::fields([&](std::string_view column, field_kind what, auto field, labels names) {
      columns.emplace_back(column, to_column(what, table.*field, names, keys));
    });
    result.emplace_back(name, std::move(columns));
  });
  return result;
}

py::dict dict_of_columns(const columns_in_order& columns) {
  py::dict out;
  for (const auto& [name, column] : columns) out[py::str(name)] = column;
  return out;
}

py::dict make_acme(std::int64_t accounts, std::uint64_t seed, std::int32_t first_day, std::int32_t last_day,
                   std::int32_t as_of, bool weekly, bool text_keys, std::size_t threads) {
  std::vector<std::pair<std::string, columns_in_order>> tables;
  {
    const py::gil_scoped_release release;
    const acme_options options{accounts,      seed,       day{first_day},
                               day{last_day}, day{as_of}, weekly ? usage_detail::weekly : usage_detail::latest};
    tables = columns_of_tables(acme(options, interruptible_threads{threads}), text_keys);
  }
  py::dict out;
  for (const auto& [name, columns] : tables) out[py::str(name)] = dict_of_columns(columns);
  return out;
}

py::dict coefficients() {
  const auto rows = acme_coefficients();
  return table(rows)
      .add("term", &acme_coefficient::term)
      .add("amount", &acme_coefficient::amount)
      .add("log2_ratio", [](const acme_coefficient& c) { return c.log2_ratio_q16 / 65536.0; })
      .columns();
}

py::dict base_hazards() {
  py::dict out;
  std::size_t segment = 0;
  for (const std::uint32_t hazard : acme_base_hazards())
    out[py::str(std::string(acme_segments[segment++]))] = hazard / 4294967296.0;
  return out;
}

}  // namespace

void bind_datasets(py::module_& m) {
  m.def("acme", &make_acme, py::kw_only(), py::arg("accounts"), py::arg("seed"), py::arg("first_day"), py::arg("last_day"),
        py::arg("as_of"), py::arg("weekly"), py::arg("text_keys"), py::arg("threads"));
  m.def("acme_coefficients", &coefficients);
  m.def("acme_base_hazards", &base_hazards);
}

}  // namespace sojourn::python
