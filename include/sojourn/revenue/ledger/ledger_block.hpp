// The steps of a few thousand neighbouring accounts in one piece: what a ledger is made of.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "sojourn/revenue/ledger/step.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

namespace detail {

/// A list of lists in one flat vector. A list that outgrows its place moves to the end; what it leaves behind is taken back
/// when it makes up half, so a replacement costs its own length, amortised.
template <class T>
class flat_lists {
 public:
  flat_lists() = default;
  explicit flat_lists(std::size_t lists) : where_(lists) {}

  [[nodiscard]] std::size_t size() const noexcept { return where_.size(); }
  [[nodiscard]] std::span<const T> operator[](std::size_t list) const noexcept {
    return {values_.data() + where_[list].first, where_[list].count};
  }

  /// For builders: list after list, in order.
  void assign(std::span<const T> values) { values_.assign(values.begin(), values.end()); }
  void place(std::size_t list, std::size_t first, std::size_t count) noexcept {
    where_[list] = {static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(count)};
  }

  void resize(std::size_t lists) { where_.resize(lists); }
  void clear(std::size_t list) noexcept { where_[list] = {}; }

  /// Room for lists of `extra` values in all, so that replacing them cannot fail.
  void make_room(std::size_t extra) {
    if (unused_ > values_.size() / 2) close_gaps();
    if (const std::size_t wanted = values_.size() + extra; wanted > values_.capacity()) {
      values_.reserve(wanted > 2 * values_.capacity() ? wanted : 2 * values_.capacity());
    }
  }
  /// Within the room made.
  void replace(std::size_t list, std::span<const T> values) noexcept {
    extent& at = where_[list];
    if (values.size() <= at.count) {
      unused_ += at.count - values.size();
    } else {
      unused_ += at.count;
      at.first = static_cast<std::uint32_t>(values_.size());
      values_.resize(values_.size() + values.size());
    }
    at.count = static_cast<std::uint32_t>(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) values_[at.first + i] = values[i];
  }

 private:
  struct extent {
    std::uint32_t first = 0;
    std::uint32_t count = 0;
  };

  void close_gaps() {
    std::vector<T> kept;
    kept.reserve(values_.size() - unused_);
    for (std::size_t list = 0; list < where_.size(); ++list) {
      const auto values = (*this)[list];
      where_[list].first = static_cast<std::uint32_t>(kept.size());
      kept.insert(kept.end(), values.begin(), values.end());
    }
    values_ = std::move(kept);
    unused_ = 0;
  }

  std::vector<extent> where_;
  std::vector<T> values_;
  std::size_t unused_ = 0;
};

/// A fixed number of accounts, so that a block's rows and steps stay in the second-level cache while it is built.
inline constexpr std::size_t accounts_per_block = 4096;

struct ledger_block {
  flat_lists<mrr_step> steps;      ///< in order of days, then lanes; neighbours of a lane differ in level or presence
  flat_lists<std::uint32_t> rows;  ///< ascending
  flat_lists<cause_share> shares;  ///< in order of days and lanes; no lists where no account has a day of several causes
};

}  // namespace detail
}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
