#include "sojourn/arrow/money.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "sojourn/arrow/moments.hpp"
#include "sojourn/domain/words.hpp"

namespace sojourn::inline v0_1::arrow {
namespace {

bool holds_text(const any_column& source) {
  return source.type() == kind::text || source.type() == kind::dictionary;
}

bool holds_integers(const any_column& source) {
  switch (source.type()) {
    case kind::int8:
    case kind::int16:
    case kind::int32:
    case kind::int64:
    case kind::uint8:
    case kind::uint16:
    case kind::uint32:
    case kind::uint64:
      return true;
    default:
      return false;
  }
}

/// Whether no row holds anything: then there is no amount whose unit could be asked for.
bool is_empty(const any_column& source) {
  for (std::size_t row = 0; row < source.size(); ++row) {
    if (source.present(row)) return false;
  }
  return true;
}

/// An amount of the column as text, for the question which unit it has; empty where there is none that is simple to show.
std::string sample_of(const any_column& source, const std::string& name) {
  for (std::size_t row = 0; row < source.size(); ++row) {
    if (!source.present(row)) continue;
    if (holds_integers(source)) return std::to_string(as_int64(source, name).view()[row]);
    if (source.type() == kind::decimal && source.scale() == 0) return std::to_string(source.view<std::int64_t>()[row]);
    return std::string(text_at(source, row).value_or(""));
  }
  return {};
}

/// The currency of a row: one for all, or that of its cell.
class row_currency {
 public:
  row_currency(const iso_currency& all, const currency_column* each) : all_(all), each_(each) {
    if (each != nullptr) places_ = each->place.view();
  }
  [[nodiscard]] const iso_currency& at(std::size_t row) const {
    return each_ == nullptr ? all_ : each_->currencies[places_[row]];
  }
  [[nodiscard]] bool no_decimals() const {
    if (each_ == nullptr) return all_.exponent == 0;
    return std::ranges::all_of(each_->currencies, [](const iso_currency& one) { return one.exponent == 0; });
  }

 private:
  iso_currency all_;
  const currency_column* each_;
  column<std::uint32_t> places_;
};

[[noreturn]] void refuse(const any_column& source, const std::string& name, amount_unit unit) {
  throw schema_error("column \"" + name + "\" holds " + std::string(to_string(source.type())) + "; accepted: integers, " +
                     "decimals and text" + (unit == amount_unit::minor ? " in minor units" : ", floats"));
}

any_column read(const any_column& source, const std::string& name, money_reading reading, const row_currency& currency) {
  std::vector<std::int64_t> minor(source.size());
  std::vector<std::uint8_t> present(source.size());
  const auto each = [&]<class View>(const View& view, auto&& read_one) {
    for (std::size_t row = 0; row < view.size(); ++row) {
      if (!view.present(row)) continue;
      reading.currency = currency.at(row);
      const std::optional<std::int64_t> found = read_one(view[row], amount_place{name, row});
      present[row] = static_cast<std::uint8_t>(found.has_value());
      minor[row] = found.value_or(0);
    }
  };
  const auto text = [&](std::string_view cell, const amount_place& where) { return amount_from_text(cell, reading, where); };
  switch (source.type()) {
    case kind::decimal:
      each(source.view<std::int64_t>(), [&](std::int64_t value, const amount_place& where) {
        return amount_from_decimal(value, source.scale(), reading, where);
      });
      break;
    case kind::float64:
      each(source.view<double>(),
           [&](double value, const amount_place& where) { return amount_from_float(value, reading, where); });
      break;
    case kind::float32:
      each(source.view<float>(),
           [&](float value, const amount_place& where) { return amount_from_float(value, reading, where); });
      break;
    case kind::text:
      each(source.view<std::string_view>(), text);
      break;
    case kind::dictionary:
      each(source.view<std::uint32_t>(),
           [&](std::uint32_t code, const amount_place& where) { return text(source.labels()[code], where); });
      break;
    default: {
      if (!holds_integers(source)) refuse(source, name, reading.unit);
      const auto whole = as_int64(source, name);
      each(whole.view(),
           [&](std::int64_t value, const amount_place& where) { return amount_from_integer(value, reading, where); });
    }
  }
  return any_column::from(std::move(minor), present);
}

held_column<std::int64_t> as_money(const any_column& source, std::string name, const money_options& options,
                                   const row_currency& currency) {
  if (is_empty(source)) {
    return {any_column::from(std::vector<std::int64_t>(source.size()), std::vector<std::uint8_t>(source.size())),
            std::move(name)};
  }
  const bool asks = options.amounts.empty() && !unit_by_name(name);
  const std::string sample = asks ? sample_of(source, name) : std::string();
  const money_reading reading{amount_unit_of(name, options.amounts, options.currency, sample), options.currency,
                              options.decimal};
  const bool as_they_are = reading.unit == amount_unit::minor || currency.no_decimals();
  if (as_they_are && source.type() == kind::int64) return {source, std::move(name)};
  if (as_they_are && source.type() == kind::decimal && source.scale() == 0) {
    return {any_column::borrow(kind::int64, source.data(), source.size(), source.validity(), source.bit_offset(),
                               source.owner()),
            std::move(name)};
  }
  any_column minor = read(source, name, reading, currency);
  return {std::move(minor), std::move(name)};
}

}  // namespace

currency_column as_currencies(const any_column& source, std::string name) {
  if (source.type() != kind::null && !holds_text(source)) {
    throw schema_error("column \"" + name + "\" holds " + std::string(to_string(source.type())) +
                       "; currencies are codes of ISO 4217 as text");
  }
  const segment_codes written = as_segments(source, name);
  const auto codes = written.codes.view();
  currency_column found;
  constexpr std::uint32_t unread = 0;
  std::vector<std::uint32_t> place_after(written.labels.size(), unread);  // of each label, plus one
  std::vector<std::uint32_t> places(codes.size());
  for (std::size_t row = 0; row < codes.size(); ++row) {
    if (!codes.present(row))
      throw data_error({name, row, "missing", "an amount has a currency", "write its code, or leave the row out"});
    std::uint32_t& after = place_after[codes[row]];
    if (after == unread) {
      const iso_currency one = read_currency_in(name, row, written.labels[codes[row]]);
      const auto known = std::ranges::find(found.currencies, one);
      after = static_cast<std::uint32_t>(known - found.currencies.begin()) + 1;
      if (known == found.currencies.end()) found.currencies.push_back(one);
    }
    places[row] = after - 1;
  }
  found.place = {any_column::from(std::move(places)), std::move(name)};
  return found;
}

iso_currency only_currency(const any_column& source, const std::string& name, std::string_view stated) {
  const std::optional<iso_currency> wanted = stated.empty() ? std::nullopt : std::optional(read_currency(stated));
  if (is_empty(source)) return wanted.value_or(iso_currency{});
  const currency_column found = as_currencies(source, name);
  if (wanted) {
    const auto places = found.place.view();
    for (std::size_t row = 0; row < places.size(); ++row) {
      const iso_currency& one = found.currencies[places[row]];
      if (one != *wanted) {
        throw data_error({name, row, std::string(one.code), "is not the stated currency, " + std::string(wanted->code),
                          "amounts of two currencies are never added: give rates and the currency to report in, or leave "
                          "the rows out"});
      }
    }
    return *wanted;
  }
  if (found.currencies.size() > 1) {
    std::string all;
    for (const iso_currency& one : found.currencies) all += (all.empty() ? "" : ", ") + std::string(one.code);
    throw schema_error("column \"" + name + "\" names several currencies (" + all +
                       "), and amounts of two currencies are never added: give rates and the currency to report in, or "
                       "take the rows of one currency");
  }
  return found.currencies.front();
}

held_column<std::int64_t> as_money(const any_column& source, std::string name, const money_options& options) {
  return as_money(source, std::move(name), options, row_currency(options.currency, nullptr));
}

held_column<std::int64_t> as_money(const any_column& source, std::string name, const money_options& options,
                                   const currency_column& currencies) {
  if (currencies.place.size() != source.size()) throw schema_error("column \"" + name + "\": one currency for each amount");
  return as_money(source, std::move(name), options, row_currency(options.currency, &currencies));
}

held_column<std::int64_t> as_minor(const any_column& source, std::string name, int exponent) {
  return as_money(source, std::move(name), {word_of(amount_unit::minor), {"the currency", exponent}, {}});
}

}  // namespace sojourn::inline v0_1::arrow
