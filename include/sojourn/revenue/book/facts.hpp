// The caller's rows as they are: what a book of revenue is made of.
// Layer: 3. Needs: std only.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sojourn/input/invoice_lines.hpp"
#include "sojourn/input/mrr_changes.hpp"
#include "sojourn/input/priced_subscriptions.hpp"
#include "sojourn/input/snapshots.hpp"
#include "sojourn/input/subscriptions.hpp"
#include "sojourn/input/usage_lines.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// What the rows of a book say.
enum class fact_source : std::uint8_t {
  periods,    ///< an account pays so much from one day to another
  snapshots,  ///< it paid so much in a month
  changes,    ///< from a moment on it pays so much, or so much more
  prices,     ///< a subscription at a price, and what happened to it
  invoices,   ///< lines of invoices
  usage,      ///< commitments and consumption; a book of any source may hold these beside its own rows
};
constexpr std::array<std::string_view, 6> values_of(fact_source) {
  return {"periods", "snapshots", "changes", "prices", "invoices", "usage"};
}

/// Rows of one source, by their roles; in the order of `fact_source`.
using fact_rows = std::variant<subscriptions, snapshots, mrr_changes, priced_subscriptions, invoice_lines, usage_lines>;

/// A column of words: codes below the number of words; missing: the row does not say.
struct word_facts {
  column<std::uint32_t> code{};
  std::vector<std::string> words{};
};

struct label_facts {
  std::string name;  ///< plan, region, owner ...
  word_facts label;
};

/// A table of facts: the rows of its source, and the columns that every source may have.
struct facts {
  fact_rows rows;
  /// Knowledge: a row counts in what was known on day d when recorded_from <= d < recorded_until. Missing: always, and
  /// still.
  column<std::int32_t> recorded_from{};
  column<std::int32_t> recorded_until{};
  word_facts currency{};                ///< ISO 4217 codes; no column: the book has one currency
  word_facts cause{};                   ///< why MRR ends, in the caller's words
  column<std::int32_t> purchased_on{};  ///< whose rate values the row, under `fx_rule::purchase`
  column<std::uint32_t> parent{};       ///< whose account it is, by number of the accounts' index; missing: its own
  std::vector<label_facts> labels{};
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
