#include "sojourn/arrow/rows.hpp"

#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>

namespace sojourn::inline v0_1::arrow {
namespace {

template <class T>
struct picked {
  std::vector<T> values;
  std::vector<std::uint8_t> present;
};

template <class T>
picked<T> pick(const any_column& source, std::span<const std::int64_t> rows) {
  const auto view = source.view<T>();
  picked<T> result{std::vector<T>(rows.size()), std::vector<std::uint8_t>(rows.size(), 0)};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto row = static_cast<std::size_t>(rows[i]);  // a negative one lies beyond every end
    if (row >= source.size() || !source.present(row)) continue;
    result.present[i] = 1;
    result.values[i] = view[row];
  }
  return result;
}

template <class Stored, class Owned = Stored>
any_column picked_rows(const any_column& source, std::span<const std::int64_t> rows) {
  auto found = pick<Stored>(source, rows);
  if constexpr (std::is_same_v<Stored, Owned>) {
    return any_column::from(std::move(found.values), found.present);
  } else {
    return any_column::from(std::vector<Owned>(found.values.begin(), found.values.end()), found.present);
  }
}

bool all_missing(const any_column& column) {
  for (std::size_t row = 0; row < column.size(); ++row) {
    if (column.present(row)) return false;
  }
  return true;
}

bool has_names(const any_column& column) {
  return column.type() == kind::text || column.type() == kind::dictionary;
}

any_column dictionary_of(std::vector<std::uint32_t> codes, std::vector<std::string> labels,
                         const std::vector<std::uint8_t>& present) {
  if (labels.empty()) labels.emplace_back();  // a dictionary needs one
  return any_column::dictionary(std::move(codes), std::move(labels), present);
}

any_column merge_numbers(std::span<const any_column> parts, std::span<const std::vector<std::int64_t>> rows,
                         std::size_t size) {
  std::vector<double> numbers(size, std::numeric_limits<double>::quiet_NaN());
  for (std::size_t p = 0; p < parts.size(); ++p) {
    if (rows[p].empty()) continue;
    const auto held = as_double(parts[p], "part");
    for (std::size_t i = 0; i < rows[p].size(); ++i) {
      if (held.view().present(i)) numbers[static_cast<std::size_t>(rows[p][i])] = held.view()[i];
    }
  }
  return any_column::from(std::move(numbers));
}

any_column merge_names(std::span<const any_column> parts, std::span<const std::vector<std::int64_t>> rows,
                       std::size_t size) {
  std::vector<std::uint32_t> codes(size, 0);
  std::vector<std::uint8_t> present(size, 0);
  std::vector<std::string> labels;
  std::unordered_map<std::string, std::uint32_t> known;
  for (std::size_t p = 0; p < parts.size(); ++p) {
    if (rows[p].empty()) continue;
    const auto held = as_segments(parts[p], "part");
    std::vector<std::uint32_t> code_of;
    for (const std::string& label : held.labels) {
      const auto [at, is_new] = known.emplace(label, static_cast<std::uint32_t>(labels.size()));
      if (is_new) labels.push_back(label);
      code_of.push_back(at->second);
    }
    for (std::size_t i = 0; i < rows[p].size(); ++i) {
      if (!held.codes.view().present(i)) continue;
      present[static_cast<std::size_t>(rows[p][i])] = 1;
      codes[static_cast<std::size_t>(rows[p][i])] = code_of[held.codes.view()[i]];
    }
  }
  return dictionary_of(std::move(codes), std::move(labels), present);
}

/// Values of the types that have a wider one, in that; of the rest as they are.
any_column take_widened(const any_column& source, std::span<const std::int64_t> rows) {
  switch (source.type()) {
    case kind::float32:
      return picked_rows<float, double>(source, rows);
    case kind::int32:
      return picked_rows<std::int32_t, std::int64_t>(source, rows);
    case kind::int16:
      return picked_rows<std::int16_t, std::int64_t>(source, rows);
    case kind::int8:
      return picked_rows<std::int8_t, std::int64_t>(source, rows);
    case kind::uint32:
      return picked_rows<std::uint32_t, std::int64_t>(source, rows);
    case kind::uint16:
      return picked_rows<std::uint16_t, std::int64_t>(source, rows);
    case kind::uint8:
      return picked_rows<std::uint8_t, std::int64_t>(source, rows);
    case kind::uint64: {
      const auto held = as_int64(source, "column");  // no column owns unsigned 64-bit numbers
      return picked_rows<std::int64_t>(held.source(), rows);
    }
    case kind::boolean: {
      auto found = pick<std::uint8_t>(source, rows);
      return any_column::booleans(std::move(found.values), found.present);
    }
    case kind::date: {
      auto found = pick<std::int32_t>(source, rows);
      return any_column::dates(std::move(found.values), found.present);
    }
    case kind::instant: {
      auto found = pick<std::int64_t>(source, rows);
      return any_column::instants(std::move(found.values), found.present, source.zone(), source.scale());
    }
    case kind::decimal: {
      auto found = pick<std::int64_t>(source, rows);
      return any_column::decimals(std::move(found.values), source.scale(), found.present);
    }
    default:
      return any_column::missing(rows.size());
  }
}

}  // namespace

any_column take_rows(const any_column& source, std::span<const std::int64_t> rows) {
  switch (source.type()) {
    case kind::float64:
      return picked_rows<double>(source, rows);
    case kind::int64:
      return picked_rows<std::int64_t>(source, rows);
    case kind::text: {
      const auto found = pick<std::string_view>(source, rows);
      return any_column::from(std::vector<std::string>(found.values.begin(), found.values.end()), found.present);
    }
    case kind::dictionary: {
      auto found = pick<std::uint32_t>(source, rows);
      return dictionary_of(std::move(found.values), {source.labels().begin(), source.labels().end()}, found.present);
    }
    default:
      break;
  }
  any_column found = take_widened(source, rows);
  if (all_missing(found)) return any_column::missing(rows.size());
  return found;
}

any_column merge_rows(std::span<const any_column> parts, std::span<const std::vector<std::int64_t>> rows) {
  std::size_t size = 0;
  bool named = false;
  for (const auto& part : rows) size += part.size();
  for (const any_column& part : parts) named |= has_names(part);
  return named ? merge_names(parts, rows, size) : merge_numbers(parts, rows, size);
}

}  // namespace sojourn::inline v0_1::arrow
