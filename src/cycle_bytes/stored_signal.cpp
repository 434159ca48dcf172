#include "cycle_bytes/stored_signal.hpp"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <memory>
#include <string_view>
#include <unordered_map>

#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

using arrow::any_column;
using arrow::kind;

constexpr std::uint64_t most_rows = std::numeric_limits<std::uint32_t>::max();

/// Texts are stored as places in a list of words.
std::size_t stored_width(kind what) {
  return what == kind::text ? sizeof(std::uint32_t) : arrow::fixed_width(what);
}

[[noreturn]] void refuse_column(const std::string& what) {
  throw state_error("cycle bytes: " + what);
}

bool all_present(const any_column& source) {
  for (std::size_t row = 0; row < source.size(); ++row) {
    if (!source.present(row)) return false;
  }
  return true;
}

void put_value(std::vector<std::uint8_t>& to, std::uint64_t bits, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i) to.push_back(static_cast<std::uint8_t>(bits >> (8 * i)));
}

/// Values of one type by their bits; a missing one holds 0.
template <class Bits, class ToBits>
void put_values(const any_column& source, stored_signal& to, ToBits&& bits_of) {
  to.values.reserve(source.size() * sizeof(Bits));
  for (std::size_t row = 0; row < source.size(); ++row)
    put_value(to.values, source.present(row) ? std::uint64_t{static_cast<Bits>(bits_of(row))} : 0, sizeof(Bits));
}

template <class Value, class Bits>
void put_numbers(const any_column& source, stored_signal& to) {
  const auto* const values = static_cast<const Value*>(source.data());
  put_values<Bits>(source, to, [values](std::size_t row) {
    Value value = values[row];
    if constexpr (std::is_floating_point_v<Value>) {
      if (std::isnan(value)) value = std::numeric_limits<Value>::quiet_NaN();
    }
    return std::bit_cast<Bits>(value);
  });
}

std::string_view word_in(const any_column& source, std::size_t row) {
  if (source.type() == kind::text) return static_cast<const std::string_view*>(source.data())[row];
  return source.labels()[static_cast<const std::uint32_t*>(source.data())[row]];
}

void put_words(const any_column& source, stored_signal& to) {
  std::unordered_map<std::string_view, std::uint32_t> codes;
  put_values<std::uint32_t>(source, to, [&](std::size_t row) {
    const auto [at, fresh] = codes.try_emplace(word_in(source, row), static_cast<std::uint32_t>(to.words.size()));
    if (fresh) to.words.emplace_back(at->first);
    return at->second;
  });
}

/// Memory that a restored column points into.
struct restored_memory {
  std::vector<std::uint64_t> values;
  std::vector<std::uint8_t> present;
};

template <class Bits>
void take_values(const stored_signal& from, std::vector<std::uint64_t>& to) {
  to.resize((from.values.size() + 7) / 8);
  auto* const bytes = reinterpret_cast<std::uint8_t*>(to.data());
  for (std::size_t row = 0; row < from.rows; ++row) {
    std::uint64_t bits = 0;
    for (std::size_t i = 0; i < sizeof(Bits); ++i) bits |= std::uint64_t{from.values[row * sizeof(Bits) + i]} << (8 * i);
    const auto value = static_cast<Bits>(bits);
    std::memcpy(bytes + row * sizeof(Bits), &value, sizeof(Bits));
  }
}

void require_codes(const stored_signal& from, const std::vector<std::uint64_t>& values, const any_column& made) {
  const auto* const codes = reinterpret_cast<const std::uint32_t*>(values.data());
  for (std::size_t row = 0; row < from.rows; ++row) {
    if (made.present(row) && codes[row] >= from.words.size()) refuse_column("a code has no word");
  }
}

void require_shape(const stored_signal& from) {
  if (static_cast<std::uint8_t>(from.kind) > static_cast<std::uint8_t>(kind::dictionary) || from.kind == kind::text)
    refuse_column("a column of no known type");
  if (from.rows > most_rows || (from.kind == kind::null && !from.present.empty())) refuse_column("a column of no length");
  if (from.values.size() != from.rows * stored_width(from.kind)) refuse_column("a column of another length than it says");
  if (!from.present.empty() && from.present.size() != (from.rows + 7) / 8)
    refuse_column("a column with marks of other rows than it has");
  if (from.kind == kind::boolean) {
    for (const std::uint8_t value : from.values) {
      if (value > 1) refuse_column("a yes/no value that is neither");
    }
  }
}

}  // namespace

stored_signal stored_form(const any_column& source) {
  stored_signal to;
  to.kind = source.type() == kind::text ? kind::dictionary : source.type();
  to.rows = source.size();
  to.scale = source.scale();
  to.zone = source.zone();
  if (source.type() != kind::null && !all_present(source)) {
    to.present.assign((source.size() + 7) / 8, 0);
    for (std::size_t row = 0; row < source.size(); ++row) {
      if (source.present(row)) to.present[row / 8] |= static_cast<std::uint8_t>(1u << (row % 8));
    }
  }
  switch (source.type()) {
    case kind::null:
      break;
    case kind::boolean:
    case kind::uint8:
      put_numbers<std::uint8_t, std::uint8_t>(source, to);
      break;
    case kind::int8:
      put_numbers<std::int8_t, std::uint8_t>(source, to);
      break;
    case kind::int16:
      put_numbers<std::int16_t, std::uint16_t>(source, to);
      break;
    case kind::uint16:
      put_numbers<std::uint16_t, std::uint16_t>(source, to);
      break;
    case kind::int32:
    case kind::date:
      put_numbers<std::int32_t, std::uint32_t>(source, to);
      break;
    case kind::uint32:
      put_numbers<std::uint32_t, std::uint32_t>(source, to);
      break;
    case kind::float32:
      put_numbers<float, std::uint32_t>(source, to);
      break;
    case kind::int64:
    case kind::instant:
    case kind::decimal:
      put_numbers<std::int64_t, std::uint64_t>(source, to);
      break;
    case kind::uint64:
      put_numbers<std::uint64_t, std::uint64_t>(source, to);
      break;
    case kind::float64:
      put_numbers<double, std::uint64_t>(source, to);
      break;
    case kind::text:
    case kind::dictionary:
      put_words(source, to);
      break;
  }
  return to;
}

any_column restored(const stored_signal& from) {
  require_shape(from);
  const auto memory = std::make_shared<restored_memory>();
  memory->present = from.present;
  switch (stored_width(from.kind)) {
    case 1:
      take_values<std::uint8_t>(from, memory->values);
      break;
    case 2:
      take_values<std::uint16_t>(from, memory->values);
      break;
    case 4:
      take_values<std::uint32_t>(from, memory->values);
      break;
    case 8:
      take_values<std::uint64_t>(from, memory->values);
      break;
    default:
      return any_column::missing(static_cast<std::size_t>(from.rows));
  }
  const std::uint8_t* const validity = memory->present.empty() ? nullptr : memory->present.data();
  any_column made =
      any_column::borrow(from.kind, memory->values.data(), static_cast<std::size_t>(from.rows), validity, 0, memory);
  made.set_scale(from.scale);
  made.set_zone(from.zone);
  if (from.kind != kind::dictionary) return made;
  require_codes(from, memory->values, made);
  struct held_words {
    std::vector<std::string> words;
    std::vector<std::string_view> views;
  };
  const auto held = std::make_shared<held_words>();
  held->words = from.words;
  held->views.assign(held->words.begin(), held->words.end());
  made.set_labels(std::shared_ptr<const std::string_view[]>(held, held->views.data()), held->views.size());
  return made;
}

}  // namespace sojourn::inline v0_1::detail
