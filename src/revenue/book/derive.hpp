// From facts to rows with MRR: the one place where sources, policy, knowledge, currency, labels, causes and owners meet.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "revenue/book/book_data.hpp"
#include "revenue/book/cut_rows.hpp"
#include "sojourn/revenue/book/read.hpp"
#include "sojourn/revenue/ledger/mrr_rows.hpp"

namespace sojourn::inline v0_1::detail {

/// What a view asks of a book, looked up once.
class view_of_book {
 public:
  /// Throws `schema_error` for what the facts cannot say.
  view_of_book(const book_data& data, const view& under);

  [[nodiscard]] bool holds(std::uint32_t slot) const;
  [[nodiscard]] bool holds_all() const noexcept { return filters_.empty() && !knowledge_; }
  [[nodiscard]] bool by_subscription() const noexcept { return under_.policy.unit == customer_unit::subscription; }
  [[nodiscard]] bool by_parent() const noexcept { return under_.unit == book_unit::parent && !by_subscription(); }
  /// Whether rows name the parents that are asked for.
  [[nodiscard]] bool rows_name_parents() const noexcept { return by_parent() && data_.common.parent != no_column; }
  [[nodiscard]] owner_view owners() const noexcept { return {under_.known_on, by_parent(), under_.owners_on}; }
  /// Whether rows need marks: lanes or causes.
  [[nodiscard]] bool marked() const noexcept {
    return lane_currency_ || lane_label_ != no_column || causes_ || derives_causes();
  }
  [[nodiscard]] bool derives_causes() const noexcept { return under_.causes == cause_rule::derived; }
  [[nodiscard]] bool valued_once() const noexcept { return valued_once_; }
  [[nodiscard]] std::uint16_t lane_of(std::uint32_t slot) const;
  [[nodiscard]] const std::vector<lane_name>& lanes() const noexcept { return lanes_; }
  [[nodiscard]] change_cause cause_of(std::uint32_t slot) const;
  [[nodiscard]] exchange_rate rate_of(std::uint32_t slot, day when) const;
  [[nodiscard]] const view& under() const noexcept { return under_; }

 private:
  struct filter {
    std::size_t column;
    std::vector<bool> wanted;  // by code
  };
  void find_lanes();
  [[nodiscard]] std::uint32_t currency_at(std::uint32_t slot) const;

  const book_data& data_;
  const view& under_;
  bool knowledge_ = false, valued_once_ = false, lane_currency_ = false, causes_ = false;
  std::vector<filter> filters_;
  std::size_t lane_label_ = no_column;
  std::vector<lane_name> lanes_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint16_t> lane_codes_;  // currency, label
  std::vector<change_cause> cause_codes_;
  std::vector<std::uint32_t> rate_codes_;  // of the rate table, by currency of the book
};

/// Rows of the facts in `slots` (account after account) under the view; `source` holds the caller's row numbers.
/// `accounts` is how many accounts or subscriptions there may be; `whose`, if given, says row by row whose money it was
/// before. Throws as `read`.
[[nodiscard]] mrr_rows derive_rows(const book_data& data, std::span<const std::uint32_t> slots, const view_of_book& how,
                                   const owner_index& owners, const as_of_day& as_of, row_accounts* whose = nullptr);

/// `asked`, or where a book with usage was asked without a day the first one that none of its rows reaches; see
/// `rows_from_usage`.
[[nodiscard]] as_of_day day_after_rows(const book_data& data, std::span<const std::uint32_t> slots, const view_of_book& how,
                                       const owner_index& owners, const as_of_day& asked);

/// Facts as the columns of their source, or of usage; views live as long as this object.
class gathered_facts {
 public:
  gathered_facts(const book_data& data, std::span<const std::uint32_t> slots);
  gathered_facts(const book_data& data, std::span<const std::uint32_t> slots, fact_source table);
  /// All rows, in the order of their slots; every slot holds one.
  explicit gathered_facts(const book_data& data);
  gathered_facts(const gathered_facts&) = delete;
  gathered_facts& operator=(const gathered_facts&) = delete;
  fact_rows rows;

 private:
  void take_all();
  /// Which cells hold a value; null where all do.
  template <class T>
  const std::uint8_t* presence_of(std::span<const T> cells);
  template <class T>
  void take(std::size_t number, std::string_view name, column<T>& to);

  const book_data& data_;
  std::span<const std::uint32_t> slots_;
  std::size_t rows_;
  bool whole_ = false;
  std::deque<cell_values> values_;  // a deque: what it holds stays where it is
  std::deque<std::vector<std::uint8_t>> present_;
};

/// How many customers there may be under the view.
[[nodiscard]] std::size_t customers(const book_data& data, const view& under);

}  // namespace sojourn::inline v0_1::detail
