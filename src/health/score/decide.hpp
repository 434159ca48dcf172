// Conditions on one account: three-valued, over whatever the caller knows about it.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <algorithm>
#include <cmath>
#include <compare>
#include <cstdint>
#include <limits>
#include <string_view>
#include <variant>

#include "health/card/condition.hpp"
#include "health/score/inputs.hpp"
#include "sojourn/domain/shown_value.hpp"

namespace sojourn::inline v0_1::health::detail {

/// Kleene's three values, in order: and is the least, or the greatest.
enum class truth : std::uint8_t { no, unknown, yes };
inline truth from(bool known) {
  return known ? truth::yes : truth::no;
}

/// A number, text, or nothing (a NaN without text).
struct cell {
  double number = std::numeric_limits<double>::quiet_NaN();
  std::string_view text{};
  bool is_text = false;
  [[nodiscard]] bool missing() const { return !is_text && std::isnan(number); }
};

/// What a column says about one row; text as it is, not as its code.
[[nodiscard]] inline cell cell_at(const signal_column& column, std::size_t row) {
  if (!column.labels.empty()) {
    const auto& codes = std::get<sojourn::column<std::int32_t>>(column.values);
    const std::int64_t code = codes.present(row) ? std::int64_t{codes[row]} : -1;
    if (code < 0 || static_cast<std::size_t>(code) >= column.labels.size()) return {};
    return {std::numeric_limits<double>::quiet_NaN(), column.labels[static_cast<std::size_t>(code)], true};
  }
  return std::visit(
      [row](const auto& values) { return values.present(row) ? cell{static_cast<double>(values[row])} : cell{}; },
      column.values);
}

[[nodiscard]] inline truth opposite(truth one) {
  return one == truth::unknown ? one : from(one == truth::no);
}

/// One comparison; numbers as they are shown.
[[nodiscard]] inline truth compare_cells(term_kind how, const cell& a, const cell& b) {
  if (a.missing() || b.missing() || a.is_text != b.is_text) return truth::unknown;
  if (a.is_text) {
    if (how == term_kind::equal) return from(a.text == b.text);
    if (how == term_kind::unequal) return from(a.text != b.text);
    return truth::unknown;
  }
  const std::partial_ordering order = compare_shown(a.number, b.number);
  switch (how) {
    case term_kind::less:
      return from(order < 0);
    case term_kind::less_equal:
      return from(order <= 0);
    case term_kind::greater:
      return from(order > 0);
    case term_kind::greater_equal:
      return from(order >= 0);
    case term_kind::equal:
      return from(order == 0);
    default:
      return from(order != 0);
  }
}

/// Decides conditions; numbers are compared as they are shown. `Facts::value(term)` gives the cell of every term that is
/// neither a literal nor a comparison.
template <class Facts>
class decider {
 public:
  explicit decider(const Facts& facts) : facts_(facts) {}

  truth operator()(const condition& what) const { return decide(what, what.terms.size() - 1); }

 private:
  [[nodiscard]] truth decide(const condition& c, std::size_t at) const {
    const term& t = c.terms[at];
    switch (t.kind) {
      case term_kind::all_of:
      case term_kind::any_of: {
        truth result = t.kind == term_kind::all_of ? truth::yes : truth::no;
        for (const std::size_t arg : t.args) {
          const truth part = decide(c, arg);
          result = t.kind == term_kind::all_of ? std::min(result, part) : std::max(result, part);
        }
        return result;
      }
      case term_kind::negation:
        return opposite(decide(c, t.args[0]));
      case term_kind::missing:
        return from(value(c, t.args[0]).missing());
      case term_kind::one_of: {
        truth result = truth::no;
        for (std::size_t j = 1; j < t.args.size(); ++j) {
          result = std::max(result, compare_cells(term_kind::equal, value(c, t.args[0]), value(c, t.args[j])));
        }
        return result;
      }
      case term_kind::between: {
        const cell x = value(c, t.args[0]);
        return std::min(compare_cells(term_kind::greater_equal, x, value(c, t.args[1])),
                        compare_cells(term_kind::less_equal, x, value(c, t.args[2])));
      }
      default:
        return compare_cells(t.kind, value(c, t.args[0]), value(c, t.args[1]));
    }
  }

  [[nodiscard]] cell value(const condition& c, std::size_t at) const {
    const term& t = c.terms[at];
    if (t.kind == term_kind::number) return {t.number};
    if (t.kind == term_kind::text) return {std::numeric_limits<double>::quiet_NaN(), t.text, true};
    return facts_.value(t);
  }

  const Facts& facts_;
};

}  // namespace sojourn::inline v0_1::health::detail
