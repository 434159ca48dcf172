#include "sojourn/arrow/held_signals.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "sojourn/health/card/day_inputs.hpp"

namespace sojourn::inline v0_1::arrow {
namespace {

template <class T>
column<T> view_as(const any_column& source) {
  return column<T>(std::span<const T>(static_cast<const T*>(source.data()), source.size()), source.validity(),
                   source.bit_offset());
}

/// Text as int32 codes: dictionaries as they are, plain text by one pass.
signal_column text_signal(const std::string& name, const any_column& source, held_signals& held) {
  signal_column result{name, {}, {}, {}};
  any_column codes = source;
  if (source.type() == kind::text) {
    auto segments = as_segments(source, name);
    const auto values = segments.codes.view();
    std::vector<std::uint32_t> copied(values.values().begin(), values.values().end());
    std::vector<std::uint8_t> present(values.size());
    for (std::size_t row = 0; row < present.size(); ++row) present[row] = values.present(row) ? 1 : 0;
    codes = any_column::from(std::move(copied), present);
    result.labels = std::move(segments.labels);
  } else {
    result.labels.assign(source.labels().begin(), source.labels().end());
  }
  result.values = view_as<std::int32_t>(codes);  // the signed twin of the stored type
  held.columns.push_back(std::move(codes));
  return result;
}

void add_signal(const std::string& name, const any_column& source, held_signals& held) {
  signal_column one{name, {}, {}, {}};
  switch (source.type()) {
    case kind::float64:
      one.values = view_as<double>(source);
      break;
    case kind::float32:
      one.values = view_as<float>(source);
      break;
    case kind::int64:
      one.values = view_as<std::int64_t>(source);
      break;
    case kind::date:
      health::require_calendar_days(view_as<std::int32_t>(source), name);
      one.values = view_as<std::int32_t>(source);
      break;
    case kind::int32:
      one.values = view_as<std::int32_t>(source);
      break;
    case kind::uint8:
    case kind::boolean:
      one.values = view_as<std::uint8_t>(source);
      break;
    case kind::instant:  // pandas has no dates, only timestamps
      held.columns.push_back(as_day(source, name).source());
      health::require_calendar_days(held.columns.back().view<std::int32_t>(name), name);
      one.values = view_as<std::int32_t>(held.columns.back());
      held.views.push_back(std::move(one));
      return;
    case kind::text:
    case kind::dictionary:
      held.views.push_back(text_signal(name, source, held));
      return;
    default:
      held.numbers.push_back(as_double(source, name));
      one.values = held.numbers.back().view();
  }
  held.columns.push_back(source);
  held.views.push_back(std::move(one));
}

}  // namespace

held_signals hold_signals(std::span<const std::pair<std::string, any_column>> columns) {
  held_signals held;
  held.columns.reserve(columns.size());
  held.numbers.reserve(columns.size());
  for (const auto& [name, source] : columns) add_signal(name, source, held);
  return held;
}

}  // namespace sojourn::inline v0_1::arrow
