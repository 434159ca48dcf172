// Rows with marks (lanes, customers without MRR, causes) as the steps of their accounts.
// Layer: 5. Needs: links sojourn.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "revenue/ledger/cause_netting.hpp"
#include "sojourn/revenue/ledger/ledger.hpp"
#include "sojourn/revenue/ledger/mrr_rows.hpp"

namespace sojourn::inline v0_1::detail {

/// The ledger of rows of which some have marks. O(rows log(rows of the largest account)). Throws as `ledger`.
[[nodiscard]] ledger ledger_of_marked(const mrr_rows& rows, const as_of_day& as_of);

/// Makes the steps of one account after another; its memory is used again.
class step_maker {
 public:
  explicit step_maker(day known_until) : known_until_(known_until) {}

  void start(account who) {
    who_ = who;
    changes_.clear();
  }
  /// A row of the account. Counts what it does not contribute. The row is good.
  void add(const mrr_rows& rows, std::size_t row, ledger_counts& counts);
  /// Appends the steps of the rows added since `start`, and the parts of days with several causes.
  void finish(std::vector<mrr_step>& steps, std::vector<cause_share>& shares);

 private:
  struct change {
    day when;
    std::uint16_t lane;
    change_cause cause;
    account_presence kept;  // of a row without MRR
    std::int8_t sign;       // it begins or ends
    std::int64_t ticks;
    std::int64_t at;  // nanosecond of the day
  };
  /// The steps of the changes [first, last), all of one day.
  void write_day(std::size_t first, std::size_t last, std::vector<mrr_step>& steps, std::vector<cause_share>& shares);
  void write_moments(std::span<const change> day, std::vector<mrr_step>& steps, std::vector<cause_share>& shares);
  void write_lane(std::span<const change> lane, std::vector<mrr_step>& steps, std::vector<cause_share>& shares);
  [[nodiscard]] change_cause share_out(std::span<const change> lane, std::vector<cause_share>& shares);
  [[nodiscard]] account_presence presence() const noexcept;
  [[nodiscard]] int128& level_of(std::uint16_t lane);

  day known_until_;
  account who_;
  std::vector<change> changes_;
  std::vector<std::pair<std::uint16_t, int128>> levels_;
  std::size_t paying_lanes_ = 0;
  std::int64_t kept_[5]{};
  std::vector<cause_part> parts_;
  account_presence before_ = account_presence::absent;
  std::size_t first_step_ = 0, first_share_ = 0;  // of the account, in the lists of the caller
};

}  // namespace sojourn::inline v0_1::detail
