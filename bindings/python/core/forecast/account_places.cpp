#include "forecast/account_places.hpp"

#include <charconv>
#include <optional>

#include "sojourn/domain/error.hpp"

namespace sojourn::python {
namespace {

std::optional<account> found(const account_index& index, const std::string& label) {
  if (index.holds_text()) return index.find(label);
  std::int64_t id = 0;
  const auto [end, problem] = std::from_chars(label.data(), label.data() + label.size(), id);
  if (problem != std::errc{} || end != label.data() + label.size()) return std::nullopt;
  return index.find(id);
}

}  // namespace

std::vector<std::uint32_t> places_of(const arrow::any_column& keys, const account_index& index, const std::string& name) {
  const auto rows = arrow::as_segments(keys, name);
  const auto codes = rows.codes.view();
  std::vector<std::uint32_t> places;
  for (std::size_t row = 0; row < codes.size(); ++row) {
    if (!codes.present(row)) throw data_error({name, row, "", "every row names its account", "fill in the key"});
    const std::string& label = rows.labels[codes[row]];
    const auto place = found(index, label);
    if (!place)
      throw data_error({name, row, label, "the ledger has no such account", "leave out the row, or correct the key"});
    places.push_back(place->index);
  }
  return places;
}

}  // namespace sojourn::python
