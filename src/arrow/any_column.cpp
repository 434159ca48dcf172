#include "sojourn/arrow/any_column.hpp"

#include <algorithm>
#include <array>

namespace sojourn::inline v0_1::arrow {

namespace {

/// Values and bitmap of a column that owns its memory.
template <class T>
struct owned_values {
  std::vector<T> values;
  std::vector<std::uint8_t> bits;
};

struct owned_text {
  std::vector<std::string> strings;
  std::vector<std::string_view> views;
  std::vector<std::uint8_t> bits;

  void refresh_views() { views.assign(strings.begin(), strings.end()); }
};

/// One bit per row from one byte per row; empty when nothing is missing.
std::vector<std::uint8_t> pack(const std::vector<std::uint8_t>& present, std::size_t rows) {
  if (present.empty()) return {};
  if (present.size() != rows) {
    throw schema_error("a column of " + std::to_string(rows) + " rows was given " + std::to_string(present.size()) +
                       " presence flags");
  }
  if (std::find(present.begin(), present.end(), std::uint8_t{0}) == present.end()) return {};
  std::vector<std::uint8_t> bits((rows + 7) / 8);
  for (std::size_t row = 0; row < rows; ++row) {
    if (present[row] != 0) bits[row / 8] = static_cast<std::uint8_t>(bits[row / 8] | (1u << (row % 8)));
  }
  return bits;
}

const std::uint8_t* bitmap(const std::vector<std::uint8_t>& bits) {
  return bits.empty() ? nullptr : bits.data();
}

template <class T>
any_column own(kind what, std::vector<T> values, const std::vector<std::uint8_t>& present) {
  const std::size_t rows = values.size();
  auto bits = pack(present, rows);
  const auto memory = std::make_shared<const owned_values<T>>(owned_values<T>{std::move(values), std::move(bits)});
  return any_column::borrow(what, memory->values.data(), rows, bitmap(memory->bits), 0, memory);
}

}  // namespace

std::size_t fixed_width(kind type) noexcept {
  switch (type) {
    case kind::null:
    case kind::text:
      return 0;
    case kind::boolean:
    case kind::int8:
    case kind::uint8:
      return 1;
    case kind::int16:
    case kind::uint16:
      return 2;
    case kind::int32:
    case kind::uint32:
    case kind::float32:
    case kind::date:
    case kind::dictionary:
      return 4;
    case kind::int64:
    case kind::uint64:
    case kind::float64:
    case kind::instant:
    case kind::decimal:
      return 8;
  }
  return 0;
}

std::string_view to_string(kind what) noexcept {
  static constexpr std::array<std::string_view, 17> names{"null",  "boolean", "int8",    "int16",  "int32",     "int64",
                                                          "uint8", "uint16",  "uint32",  "uint64", "float32",   "float64",
                                                          "date",  "instant", "decimal", "text",   "dictionary"};
  return names[static_cast<std::size_t>(what)];
}

any_column any_column::from(std::vector<double> values, const std::vector<std::uint8_t>& present) {
  return own(kind::float64, std::move(values), present);
}
any_column any_column::from(std::vector<std::int64_t> values, const std::vector<std::uint8_t>& present) {
  return own(kind::int64, std::move(values), present);
}
any_column any_column::from(std::vector<std::int32_t> values, const std::vector<std::uint8_t>& present) {
  return own(kind::int32, std::move(values), present);
}
any_column any_column::from(std::vector<std::uint32_t> values, const std::vector<std::uint8_t>& present) {
  return own(kind::uint32, std::move(values), present);
}
any_column any_column::from(std::vector<std::uint8_t> values, const std::vector<std::uint8_t>& present) {
  return own(kind::uint8, std::move(values), present);
}
any_column any_column::dates(std::vector<std::int32_t> days, const std::vector<std::uint8_t>& present) {
  return own(kind::date, std::move(days), present);
}

any_column any_column::instants(std::vector<std::int64_t> since_epoch, const std::vector<std::uint8_t>& present,
                                std::string zone, int places) {
  any_column result = own(kind::instant, std::move(since_epoch), present);
  result.set_zone(std::move(zone));
  result.set_scale(places);
  return result;
}

any_column any_column::decimals(std::vector<std::int64_t> unscaled, int scale, const std::vector<std::uint8_t>& present) {
  any_column result = own(kind::decimal, std::move(unscaled), present);
  result.set_scale(scale);
  return result;
}

any_column any_column::missing(std::size_t rows) {
  return borrow(kind::null, nullptr, rows, nullptr, 0, nullptr);
}

any_column any_column::booleans(std::vector<std::uint8_t> values, const std::vector<std::uint8_t>& present) {
  for (auto& value : values) value = value != 0;
  return own(kind::boolean, std::move(values), present);
}

any_column any_column::from(std::vector<std::string> values, const std::vector<std::uint8_t>& present) {
  const auto memory = std::make_shared<owned_text>();
  memory->bits = pack(present, values.size());
  memory->strings = std::move(values);
  memory->refresh_views();
  return borrow(kind::text, memory->views.data(), memory->views.size(), bitmap(memory->bits), 0, memory);
}

any_column any_column::dictionary(std::vector<std::uint32_t> codes, std::vector<std::string> labels,
                                  const std::vector<std::uint8_t>& present) {
  std::uint32_t largest = 0;
  for (const std::uint32_t code : codes) largest = std::max(largest, code);
  const bool all_named = codes.empty() || largest < labels.size();
  for (std::size_t row = 0; row < codes.size() && !all_named; ++row) {
    if (!present.empty() && present.size() == codes.size() && present[row] == 0) continue;
    if (codes[row] >= labels.size()) {
      throw schema_error("dictionary code " + std::to_string(codes[row]) + " in row " + std::to_string(row) +
                         " has no label; there are " + std::to_string(labels.size()));
    }
  }
  any_column result = own(kind::dictionary, std::move(codes), present);
  const auto memory = std::make_shared<owned_text>();
  memory->strings = std::move(labels);
  memory->refresh_views();
  result.set_labels(std::shared_ptr<const std::string_view[]>(memory, memory->views.data()), memory->views.size());
  return result;
}

any_column any_column::borrow(kind what, const void* values, std::size_t rows, const std::uint8_t* validity,
                              std::size_t bit_offset, std::shared_ptr<const void> owner) {
  any_column result;
  result.kind_ = what;
  if (what == kind::instant) result.scale_ = microseconds;
  result.rows_ = rows;
  result.values_ = values;
  result.validity_ = validity;
  result.bit_offset_ = bit_offset;
  result.owner_ = std::move(owner);
  return result;
}

}  // namespace sojourn::inline v0_1::arrow
