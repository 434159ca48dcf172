// Account keys of the outside (text or 64-bit ids) become small dense numbers once, at the edge.
// Layer: 1. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sojourn/domain/error.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// A dense account number, given out by `account_index` in order of first appearance.
struct account {
  std::uint32_t index = 0;
  friend constexpr auto operator<=>(account, account) = default;
};

/// Two-way map between external keys and dense account numbers. One index holds text keys or 64-bit ids, never both:
/// mixing them throws `schema_error`, since "17" and 17 may or may not be the same customer.
///
/// Comparison is exact (no key is trusted to its hash). At most 2^32 - 1 accounts; more is an `overflow_error`.
/// Safe from many threads, also while one of them adds keys. Expected O(1) a look-up. An index that was moved from is empty
/// and learns again.
class account_index {
 public:
  account_index();
  ~account_index();
  account_index(account_index&&) noexcept;
  account_index& operator=(account_index&&) noexcept;

  /// The number of this key; a new key gets the next number.
  account intern(std::string_view key);
  account intern(std::int64_t key);

  /// A whole column at once: `numbers[i]` becomes the number of `keys[i]`. The same numbers as one call per key, and several
  /// times faster: what the next keys need is fetched while the last are compared, and ids that lie close together (few
  /// gaps, as from a sequence) are looked up in a table instead of being hashed. Throws `schema_error` when the lengths
  /// differ.
  void intern(std::span<const std::string_view> keys, std::span<std::uint32_t> numbers);
  void intern(std::span<const std::int64_t> keys, std::span<std::uint32_t> numbers);

  [[nodiscard]] std::optional<account> find(std::string_view key) const;
  [[nodiscard]] std::optional<account> find(std::int64_t key) const;

  [[nodiscard]] std::size_t size() const noexcept;
  [[nodiscard]] bool holds_text() const noexcept;
  /// The external key as text. Throws `data_error` for a number that was never given out.
  [[nodiscard]] std::string key(account which) const;
  /// The external id; only for an index of 64-bit ids.
  [[nodiscard]] std::int64_t id(account which) const;

 private:
  struct implementation;
  [[nodiscard]] implementation& learning();
  [[nodiscard]] const implementation& known() const noexcept;
  std::unique_ptr<implementation> self_;
};

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
