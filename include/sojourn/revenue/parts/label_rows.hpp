// What rows say about the segments of accounts, kept in step with the corrections of a ledger.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "sojourn/domain/account.hpp"
#include "sojourn/input/account_labels.hpp"
#include "sojourn/revenue/parts/segments.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// Accounts by label, the labels in order of their text; the last segment holds the accounts without a label.
struct labelled_segments {
  segmentation by;
  std::vector<std::string> labels;
};

/// Rows of accounts and labels. Labels are ranked by their text when segments are asked for, so that neither the order of
/// rows nor that in which they came has any influence.
class label_rows {
 public:
  /// Adds rows whose codes stand for `labels`; a missing code says nothing, a missing `since` holds from the beginning.
  /// Throws `data_error` for a missing account and a code beyond `labels`, `schema_error` for lengths that differ; then
  /// nothing has changed.
  void add(const account_labels& rows, std::span<const std::string> labels);
  /// Takes equal rows out, each as often as it is named; rows that are not there have no effect. Errors as `add`.
  void remove(const account_labels& rows, std::span<const std::string> labels);
  /// What was said about one account holds for another.
  void move(account from, account into);

  /// The segments of `accounts` accounts. Errors as `segment_accounts`. O(rows + accounts + labels log labels).
  [[nodiscard]] labelled_segments assign(std::size_t accounts, segment_options options) const;

 private:
  static constexpr std::uint32_t unlabelled = 0xffff'ffff;
  struct row {
    std::uint32_t account;
    std::uint32_t label;
    std::int32_t since;
    friend auto operator<=>(const row&, const row&) = default;
  };

  std::vector<row> read(const account_labels& rows, std::span<const std::string> labels);

  std::vector<row> rows_;
  std::vector<std::string> labels_;
  std::map<std::string, std::uint32_t> codes_;
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
