// Cards per segment: several scorecards in one document, who gets which, and a card that is another one with changes.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sojourn/health/card/scorecard.hpp"
#include "sojourn/health/score/score.hpp"

namespace sojourn::inline v0_1 {
namespace health SOJOURN_EXPORT {

/// Accounts for which `when` holds get this card. It is a condition over columns: "plan == 'enterprise' and seats >= 100".
struct card_choice {
  std::string when;
  std::string card;
  friend bool operator==(const card_choice&, const card_choice&) = default;
};

struct card_set_spec {
  std::string set = "cards";          ///< name of the set
  std::vector<scorecard_spec> cards;  ///< names differ; what they inherit is filled in
  std::vector<card_choice> assign{};  ///< the first that holds decides
  std::string otherwise{};            ///< card of everybody else; there must be one
  friend bool operator==(const card_set_spec&, const card_set_spec&) = default;
};

namespace detail {
struct set_plan;
}

/// Compiled and immutable, as `scorecard` is.
class card_set {
 public:
  card_set(const card_set&) noexcept = default;
  card_set& operator=(const card_set&) noexcept = default;
  ~card_set() = default;
  [[nodiscard]] const card_set_spec& spec() const noexcept;
  [[nodiscard]] const std::vector<scorecard>& cards() const noexcept;
  /// Canonical JSON with every card written out; inheritance is resolved.
  [[nodiscard]] const std::string& to_json() const noexcept;
  [[nodiscard]] std::uint64_t hash() const noexcept;
  [[nodiscard]] const diagnostics& warnings() const noexcept;
  /// Columns that the choice of the card reads.
  [[nodiscard]] const std::vector<std::string>& inputs() const noexcept;
  [[nodiscard]] const detail::set_plan& plan() const noexcept { return *plan_; }

 private:
  friend card_set compile(const card_set_spec& spec);
  explicit card_set(std::shared_ptr<const detail::set_plan> plan) noexcept : plan_(std::move(plan)) {}
  std::shared_ptr<const detail::set_plan> plan_;
};

/// Throws `card_error` with all diagnostics of all cards; their pointers begin with "/cards/0", "/assign/0" ...
[[nodiscard]] card_set compile(const card_set_spec& spec);

/// `{"sojourn": 1, "set": "by plan", "cards": [{..}, {"card": "large", "extends": "small", ..}], "assign": [{"if": ..,
/// "card": ..}], "default": "small"}`. The grammar, and what a card that extends another may change, is in
/// docs/definitions/health.md.
[[nodiscard]] card_set compile_set_json(std::string_view json);

[[nodiscard]] diagnostics validate(const card_set_spec& spec);
/// Never throws for bad text; limits as `validate_json`.
[[nodiscard]] diagnostics validate_set_json(std::string_view json);
[[nodiscard]] std::string to_json(const card_set_spec& spec);

/// Which card every account gets, by position in `card_set::cards()`.
struct card_assignment {
  std::vector<std::uint32_t> card;
  std::int64_t undecided = 0;  ///< accounts for which a choice before theirs compared something missing
};

/// Throws `schema_error` for a column that is not there or of another length. O(rows x choices).
[[nodiscard]] card_assignment assign(const card_set& set, const signals& columns);

/// The rows of every card, in the order of the table.
[[nodiscard]] std::vector<std::vector<std::size_t>> rows_by_card(const card_assignment& assigned, std::size_t cards);

inline constexpr std::uint32_t no_card = 0xffffffffu;

struct set_options {
  day as_of{};
  std::span<const double> previous_score{};        ///< as `score_options`
  std::span<const tier_code> previous_tier{};      ///< codes of the previous card's tiers
  std::span<const std::uint32_t> previous_card{};  ///< position in this set; `no_card`: another one, or not scored before
  const signals* previous_signals = nullptr;
  std::span<const manual_value> manual{};
};

/// The accounts of one card.
struct set_part {
  std::size_t card = 0;
  std::vector<std::size_t> rows;  ///< in the order of the table
  scores result;                  ///< one entry per row of `rows`
};

struct set_scores {
  card_assignment assigned;
  std::vector<set_part> parts;  ///< one a card, in the set's order, empty ones included
  std::vector<double> score;    ///< of the whole table
  std::vector<std::uint16_t>
      flags;  ///< `card_changed`: the score before is another card's, so `delta` compares unlike things
};

namespace detail {

[[nodiscard]] set_scores score(const card_set& set, const signals& columns, const set_options& options,
                               const any_executor& host);
[[nodiscard]] std::vector<scores> score_all(const card_set& set, const signals& columns, const score_options& options,
                                            const any_executor& host);

}  // namespace detail

/// Every account under the card it is assigned: bit for bit what scoring each card's accounts alone gives.
///
/// A column that any card reads must be there, whether or not the card has accounts. Cost of copying the columns a card
/// reads once.
template <executor E = serial_executor>
[[nodiscard]] set_scores score(const card_set& set, const signals& columns, const set_options& options = {},
                               E&& host = E{}) {
  return detail::score(set, columns, options, any_executor(host));
}

/// Every account under every card: one result per card, in the set's order. For accounts with several products, or to
/// compare cards.
template <executor E = serial_executor>
[[nodiscard]] std::vector<scores> score_all(const card_set& set, const signals& columns, const score_options& options = {},
                                            E&& host = E{}) {
  return detail::score_all(set, columns, options, any_executor(host));
}

}  // namespace health SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
