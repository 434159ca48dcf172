// A view in its one canonical order, for bytes.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sojourn/revenue/book/view.hpp"

namespace sojourn::inline v0_1::detail {

struct stored_day {
  bool given = false;
  std::int32_t since_epoch = 0;

  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.given, self.since_epoch);
  }
};

struct stored_quote {
  std::int32_t since = 0;
  std::int64_t numerator = 1, denominator = 1;

  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.since, self.numerator, self.denominator);
  }
};

struct stored_currency {
  std::string code;
  std::vector<stored_quote> quotes;

  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.code, self.quotes);
  }
};

struct stored_rates {
  std::string report_in;
  std::vector<stored_currency> currencies;  ///< in order of codes
  std::int32_t days_beyond_month = 0;
  bool says_at = false;
  period_rates at = period_rates::closing_day;

  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.report_in, self.currencies, self.days_beyond_month, self.says_at, self.at);
  }
};

struct stored_filter {
  std::string name;
  std::vector<std::string> words;

  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.name, self.words);
  }
};

struct stored_view {
  revenue_policy policy{};
  stored_day as_of, known_on, owners_on;
  bool after_latest_date = false;  ///< as_of is that day; none is named then
  book_unit unit = book_unit::account;
  mrr_part part = mrr_part::paid;
  mrr_commitment commitment = mrr_commitment::in_force;
  change_amount amount = change_amount::level;
  same_day_changes same_day = same_day_changes::usual;
  cause_rule causes = cause_rule::stated;
  std::vector<stored_filter> where;        ///< in order of names
  std::vector<std::string> split_by;       ///< one at most
  std::vector<stored_rates> rates;         ///< one at most
  std::vector<account_ownership> part_of;  ///< one at most

  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.policy, self.as_of, self.after_latest_date, self.known_on, self.owners_on, self.unit, self.part,
            self.commitment, self.amount, self.same_day, self.causes, self.where, self.split_by, self.rates, self.part_of);
  }
};

[[nodiscard]] stored_view stored_form(const view& under);
/// Throws `state_error` for what is no view, or none in its canonical order.
[[nodiscard]] view restored(const stored_view& from);

/// What bytes of views hold, as text for the fingerprint of their schema.
[[nodiscard]] std::string stored_view_schema();

}  // namespace sojourn::inline v0_1::detail
