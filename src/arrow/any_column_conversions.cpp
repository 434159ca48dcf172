// What any column may become: numbers, days, money, segments, accounts. Every refusal says what would have been accepted.
#include <algorithm>
#include <cmath>
#include <limits>
#include <unordered_map>

#include "input/amount_text.hpp"
#include "sojourn/arrow/any_column.hpp"
#include "sojourn/arrow/ids.hpp"
#include "sojourn/arrow/moments.hpp"
#include "sojourn/arrow/wrong_type.hpp"
#include "sojourn/domain/calendar.hpp"
#include "sojourn/input/account_numbers.hpp"
#include "sojourn/input/read_days.hpp"
#include "sojourn/input/whole_numbers.hpp"

namespace sojourn::inline v0_1::arrow {

namespace {

constexpr std::int64_t exact_in_double = std::int64_t{1} << 53;

[[noreturn]] void refuse(const std::string& name, const any_column& source, const std::string& accepted) {
  std::string holds(to_string(source.type()));
  if (source.type() == kind::instant)
    holds += source.zone().empty() ? " without time zone" : " with time zone " + source.zone();
  throw wrong_type("column \"" + name + "\" holds " + holds + "; accepted: " + accepted);
}

/// Calls `visit(view)` with the typed values of a whole-number column (booleans count as 0 and 1); false for other kinds.
template <class Visit>
bool visit_integers(const any_column& source, Visit&& visit) {
  switch (source.type()) {
    case kind::boolean:
    case kind::uint8:
      visit(source.view<std::uint8_t>());
      return true;
    case kind::int8:
      visit(source.view<std::int8_t>());
      return true;
    case kind::int16:
      visit(source.view<std::int16_t>());
      return true;
    case kind::int32:
      visit(source.view<std::int32_t>());
      return true;
    case kind::int64:
      visit(source.view<std::int64_t>());
      return true;
    case kind::uint16:
      visit(source.view<std::uint16_t>());
      return true;
    case kind::uint32:
      visit(source.view<std::uint32_t>());
      return true;
    case kind::uint64:
      visit(source.view<std::uint64_t>());
      return true;
    default:
      return false;
  }
}

template <class Visit>
bool visit_floats(const any_column& source, Visit&& visit) {
  if (source.type() == kind::float64) return visit(source.view<double>()), true;
  if (source.type() == kind::float32) return visit(source.view<float>()), true;
  return false;
}

/// A converted copy that keeps the source's bitmap (and the memory that it lives in).
template <class T>
struct copied {
  std::vector<T> values;
  any_column source;
};

template <class T>
any_column keep(kind what, std::vector<T> values, const any_column& source) {
  const auto memory = std::make_shared<const copied<T>>(copied<T>{std::move(values), source});
  return any_column::borrow(what, memory->values.data(), memory->values.size(), source.validity(), source.bit_offset(),
                            memory);
}

/// A column of `rows` rows that are all missing, readable as any type T.
template <class T>
any_column all_missing(std::size_t rows) {
  return any_column::from(std::vector<T>(rows), std::vector<std::uint8_t>(rows, 0));
}

/// `convert(value, row)` for every present row; missing rows become T{}.
template <class T, class View, class Convert>
std::vector<T> map_present(const View& view, Convert&& convert) {
  std::vector<T> out(view.size());
  for (std::size_t row = 0; row < view.size(); ++row) {
    if (view.present(row)) out[row] = convert(view[row], row);
  }
  return out;
}

template <class T>
any_column integers_as(const any_column& source, const std::string& name, kind what) {
  std::vector<T> out;
  visit_integers(source, [&](const auto& view) {
    out = map_present<T>(view, [&](auto value, std::size_t row) {
      if (!std::in_range<T>(value)) {
        refuse_value({name, row}, std::to_string(value), "does not fit " + std::string(to_string(what)),
                     "check the unit of the column");
      }
      return static_cast<T>(value);
    });
  });
  return keep(what, std::move(out), source);
}

/// The number as a T; an error where it does not fit.
template <class T>
T narrowed(std::int64_t value, const value_place& where) {
  if (!std::in_range<T>(value))
    refuse_value(where, std::to_string(value), "does not fit " + std::to_string(8 * sizeof(T)) + " bits",
                 "check the unit of the column");
  return static_cast<T>(value);
}

/// Whole floats as integers; NaN is missing.
template <class T>
any_column floats_as(const any_column& source, const std::string& name) {
  std::vector<T> out(source.size());
  std::vector<std::uint8_t> present(source.size(), 1);
  visit_floats(source, [&](const auto& view) {
    for (std::size_t row = 0; row < view.size(); ++row) {
      const double value = static_cast<double>(view[row]);
      if (!view.present(row) || std::isnan(value))
        present[row] = 0;
      else
        out[row] = narrowed<T>(read_whole(value, {name, row}), {name, row});
    }
  });
  return any_column::from(std::move(out), present);
}

template <class T>
any_column decimals_as(const any_column& source, const std::string& name, kind what) {
  return keep(what,
              map_present<T>(source.view<std::int64_t>(),
                             [&](std::int64_t unscaled, std::size_t row) {
                               return narrowed<T>(read_whole(unscaled, source.scale(), {name, row}), {name, row});
                             }),
              source);
}

template <class T>
held_column<T> whole_numbers(const any_column& source, std::string name, kind exact) {
  if (source.type() == exact) return {source, std::move(name)};
  if (source.type() == kind::null) return {all_missing<T>(source.size()), std::move(name)};
  if (visit_integers(source, [](const auto&) {})) return {integers_as<T>(source, name, exact), std::move(name)};
  if (visit_floats(source, [](const auto&) {})) return {floats_as<T>(source, name), std::move(name)};
  if (source.type() == kind::decimal) return {decimals_as<T>(source, name, exact), std::move(name)};
  refuse(name, source, "integers, booleans, floats and decimals that are whole numbers");
}

std::int64_t power_of_ten(int exponent) {
  std::int64_t power = 1;
  for (int i = 0; i < exponent; ++i) {
    if (__builtin_mul_overflow(power, std::int64_t{10}, &power))
      throw overflow_error("10^" + std::to_string(exponent) + " leaves 64 bits");
  }
  return power;
}

}  // namespace

held_column<double> as_double(const any_column& source, std::string name) {
  if (source.type() == kind::float64) return {source, std::move(name)};
  if (source.type() == kind::null) return {all_missing<double>(source.size()), std::move(name)};
  std::vector<double> out;
  const bool number =
      visit_integers(source,
                     [&](const auto& view) {
                       out = map_present<double>(view, [&](auto value, std::size_t row) {
                         if (std::cmp_greater(value, exact_in_double) || std::cmp_less(value, -exact_in_double)) {
                           refuse_value({name, row}, std::to_string(value),
                                        "has no exact floating-point value (beyond 2^53)", "scale the column down");
                         }
                         return static_cast<double>(value);
                       });
                     }) ||
      visit_floats(source, [&](const auto& view) {
        out = map_present<double>(view, [](auto value, std::size_t) { return static_cast<double>(value); });
      });
  if (source.type() == kind::decimal) {
    const auto divisor = static_cast<double>(power_of_ten(source.scale()));
    out = map_present<double>(source.view<std::int64_t>(),
                              [&](std::int64_t value, std::size_t) { return static_cast<double>(value) / divisor; });
  } else if (!number) {
    refuse(name, source, "integers, floats, decimals, booleans");
  }
  return {keep(kind::float64, std::move(out), source), std::move(name)};
}

held_column<std::int64_t> as_int64(const any_column& source, std::string name) {
  return whole_numbers<std::int64_t>(source, std::move(name), kind::int64);
}

held_column<std::int32_t> as_int32(const any_column& source, std::string name) {
  return whole_numbers<std::int32_t>(source, std::move(name), kind::int32);
}

held_column<std::uint8_t> as_flag(const any_column& source, std::string name, std::string_view rule) {
  if (source.type() == kind::boolean) return {source, std::move(name)};
  const auto numbers = as_int64(source, name);
  const auto view = numbers.view();
  std::vector<std::uint8_t> flags(view.size()), present(view.size());
  for (std::size_t row = 0; row < view.size(); ++row) {
    present[row] = static_cast<std::uint8_t>(view.present(row));
    if (!view.present(row)) continue;
    if (view[row] != 0 && view[row] != 1)
      throw data_error({name, row, std::to_string(view[row]), std::string(rule), "code what happened as 0 or 1"});
    flags[row] = static_cast<std::uint8_t>(view[row]);
  }
  return {any_column::booleans(std::move(flags), present), std::move(name)};
}

namespace {

/// Text and dictionaries as days; blank text is missing.
any_column days_of_text(const any_column& source, const std::string& name, const date_reading& reading) {
  std::vector<std::int32_t> days(source.size());
  std::vector<std::uint8_t> present(source.size(), 0);
  for (std::size_t row = 0; row < source.size(); ++row) {
    const auto text = text_at(source, row);
    if (!text || detail::without_blanks(*text).empty()) continue;
    present[row] = 1;
    days[row] = read_day(*text, {name, row}, reading).since_epoch;
  }
  return any_column::dates(std::move(days), present);
}

any_column read_days(const any_column& source, const std::string& name, const date_reading& reading) {
  if (source.type() == kind::text || source.type() == kind::dictionary) return days_of_text(source, name, reading);
  if (source.type() != kind::instant) refuse(name, source, "dates, timestamps, text YYYY-MM-DD");
  const bool of_utc = !source.zone().empty();
  auto days = map_present<std::int32_t>(source.view<std::int64_t>(), [&](std::int64_t count, std::size_t row) {
    return day_of({count, source.scale(), of_utc}, {name, row}, reading).since_epoch;
  });
  return keep(kind::date, std::move(days), source);
}

/// The same days, where those that stand for "not ended" are missing and counted.
any_column without_far_ends(const any_column& days, std::int64_t& count) {
  const auto view = days.view<std::int32_t>();
  unsigned may_be_far = 0;  // in slots of missing values too, so that the loop needs no branch
  for (const std::int32_t value : view.values()) may_be_far |= static_cast<unsigned>(is_far_end(day{value}));
  if (may_be_far == 0) return days;
  std::int64_t found = 0;
  for (std::size_t row = 0; row < view.size(); ++row)
    found += static_cast<std::int64_t>(view.present(row) && is_far_end(day{view[row]}));
  count += found;
  if (found == 0) return days;
  std::vector<std::uint8_t> present(view.size());
  for (std::size_t row = 0; row < view.size(); ++row)
    present[row] = static_cast<std::uint8_t>(view.present(row) && !is_far_end(day{view[row]}));
  return any_column::dates({view.values().begin(), view.values().end()}, present);
}

}  // namespace

held_column<std::int32_t> as_day(const any_column& source, std::string name, const date_reading& reading,
                                 std::int64_t* far_ends) {
  if (source.type() == kind::null) {
    const std::vector<std::uint8_t> none(source.size(), 0);
    return {any_column::dates(std::vector<std::int32_t>(source.size()), none), std::move(name)};
  }
  any_column days = source.type() == kind::date ? source : read_days(source, name, reading);
  if (far_ends != nullptr) days = without_far_ends(days, *far_ends);
  return {std::move(days), std::move(name)};
}

namespace {

/// Dense codes in order of first appearance. Look-up by label for text, by value for numbers, by old code for dictionaries.
template <class Key, class View, class Label>
segment_codes encode(const any_column& source, std::string name, const View& view, Label&& label) {
  segment_codes result;
  std::unordered_map<Key, std::uint32_t> seen;
  auto codes = map_present<std::uint32_t>(view, [&](const auto& value, std::size_t) {
    const auto [place, is_new] = seen.try_emplace(Key(value), static_cast<std::uint32_t>(seen.size()));
    if (is_new) result.labels.push_back(label(value));
    return place->second;
  });
  result.codes = {keep(kind::uint32, std::move(codes), source), std::move(name)};
  return result;
}

/// Numbers of 8 and 16 bits: a table of all of them instead of a hash.
template <class T>
segment_codes encode_small(const any_column& source, std::string name, const column<T>& view) {
  segment_codes result;
  std::vector<std::uint32_t> numbers(std::size_t{1} << (8 * sizeof(T)));  // plus one
  auto codes = map_present<std::uint32_t>(view, [&](T value, std::size_t) {
    std::uint32_t& number = numbers[static_cast<std::make_unsigned_t<T>>(value)];
    if (number == 0) {
      result.labels.push_back(std::to_string(value));
      number = static_cast<std::uint32_t>(result.labels.size());
    }
    return number - 1;
  });
  result.codes = {keep(kind::uint32, std::move(codes), source), std::move(name)};
  return result;
}

segment_codes encode_dictionary(const any_column& source, std::string name) {
  constexpr std::uint32_t unseen = std::numeric_limits<std::uint32_t>::max();
  segment_codes result;
  // Two labels of a dictionary may be the same text; they are one segment.
  std::unordered_map<std::string_view, std::uint32_t> by_label;
  std::vector<std::uint32_t> translated(source.labels().size(), unseen);
  auto codes = map_present<std::uint32_t>(source.view<std::uint32_t>(), [&](std::uint32_t code, std::size_t) {
    if (translated[code] == unseen) {
      const auto [place, is_new] = by_label.try_emplace(source.labels()[code], static_cast<std::uint32_t>(by_label.size()));
      if (is_new) result.labels.emplace_back(place->first);
      translated[code] = place->second;
    }
    return translated[code];
  });
  result.codes = {keep(kind::uint32, std::move(codes), source), std::move(name)};
  return result;
}

/// The values, each of which is there.
template <class T>
column<T> owned_rows(const any_column& source, const std::string& name) {
  const auto view = source.view<T>();
  if (!view.may_have_missing()) return view;
  for (std::size_t row = 0; row < view.size(); ++row) {
    if (!view.present(row))
      refuse_value({name, row}, "missing", "has no account", "every row belongs to an account: remove the row or name it");
  }
  return view;
}

/// Integers of any width as ids; nothing for a column without rows.
std::optional<std::vector<std::int64_t>> ids_of(const any_column& source, const std::string& name) {
  if (source.type() == kind::null) {
    if (source.size() > 0)
      refuse_value({name, 0}, "missing", "has no account", "every row belongs to an account: remove the row or name it");
    return std::nullopt;
  }
  std::optional<std::vector<std::int64_t>> ids;
  const auto widen = [&]<class T>(const column<T>&) {
    ids = map_present<std::int64_t>(owned_rows<T>(source, name), [&](T key, std::size_t row) {
      if (!std::in_range<std::int64_t>(key))
        refuse_value({name, row}, std::to_string(key), "does not fit 64 signed bits", "pass the keys as text");
      return static_cast<std::int64_t>(key);
    });
  };
  require_ids(source, name);
  if (!visit_integers(source, widen)) {
    if (source.size() > 0)
      refuse_value({name, 0}, "missing", "has no account", "every row belongs to an account: remove the row or name it");
    return std::nullopt;  // floats without rows
  }
  return ids;
}

}  // namespace

segment_codes as_segments(const any_column& source, std::string name) {
  if (source.type() == kind::null) return {{all_missing<std::uint32_t>(source.size()), std::move(name)}, {}};
  if (source.type() == kind::dictionary) return encode_dictionary(source, std::move(name));
  if (source.type() == kind::text) {
    return encode<std::string_view>(source, std::move(name), source.view<std::string_view>(),
                                    [](std::string_view text) { return std::string(text); });
  }
  segment_codes result;
  const auto encode_integers = [&](const auto& view) {
    using value_type = std::remove_cvref_t<decltype(view[0])>;
    if constexpr (sizeof(value_type) <= 2) {
      if (source.type() != kind::boolean) {
        result = encode_small(source, name, view);
        return;
      }
    }
    result = encode<value_type>(source, name, view, [&](value_type value) {
      if (source.type() == kind::boolean) return std::string(value != 0 ? "true" : "false");
      return std::to_string(value);
    });
  };
  if (visit_integers(source, encode_integers)) return result;
  if (source.type() == kind::date) {
    return encode<std::int32_t>(source, std::move(name), source.view<std::int32_t>(),
                                [](std::int32_t value) { return to_string(day{value}); });
  }
  refuse(name, source, "text, dictionaries (categories), integers, booleans, dates");
}

held_column<std::uint32_t> as_accounts(const any_column& source, account_index& index, std::string name,
                                       const any_executor& host) {
  std::vector<std::uint32_t> out;
  const auto number = [&](const auto& keys) {
    out.resize(keys.size());
    number_accounts(index, keys, out, host);
  };
  if (source.type() == kind::text) {
    number(owned_rows<std::string_view>(source, name).values());
  } else if (source.type() == kind::int64) {
    number(owned_rows<std::int64_t>(source, name).values());
  } else if (source.type() == kind::dictionary) {
    constexpr std::uint32_t unseen = std::numeric_limits<std::uint32_t>::max();
    std::vector<std::uint32_t> translated(source.labels().size(), unseen);
    out = map_present<std::uint32_t>(owned_rows<std::uint32_t>(source, name), [&](std::uint32_t code, std::size_t) {
      if (translated[code] == unseen) translated[code] = index.intern(source.labels()[code]).index;
      return translated[code];
    });
  } else if (const auto ids = ids_of(source, name)) {
    number(std::span<const std::int64_t>(*ids));
  }
  return {any_column::from(std::move(out)), std::move(name)};
}

nameless_accounts as_nameless_accounts(const any_column& source, std::string name, const any_executor& host) {
  std::vector<std::uint32_t> out(source.size());
  std::size_t below = 0;
  if (source.type() == kind::text) {
    below = number_accounts(owned_rows<std::string_view>(source, name).values(), out, host);
  } else if (source.type() == kind::int64) {
    below = tell_apart(owned_rows<std::int64_t>(source, name).values(), out, host);
  } else if (source.type() == kind::dictionary) {
    account_index index;  // labels may repeat
    return {as_accounts(source, index, std::move(name), host), std::max<std::size_t>(index.size(), 1)};
  } else if (const auto ids = ids_of(source, name)) {
    below = tell_apart(*ids, out, host);
  }
  return {{any_column::from(std::move(out)), std::move(name)}, std::max<std::size_t>(below, 1)};
}

}  // namespace sojourn::inline v0_1::arrow
