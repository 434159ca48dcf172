// Which accounts a partial result covers, so that an account in two partials is noticed and not counted twice.
// Layer: 3. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "sojourn/domain/account.hpp"
#include "sojourn/input/column.hpp"
#include "sojourn/revenue/ledger/ledger.hpp"

namespace sojourn {
inline namespace v0_1 SOJOURN_EXPORT {

/// A hash of an account's key that is the same on every machine: FNV-1a of its text, then the finaliser of MurmurHash3. A
/// number hashes as its decimal text, so that 17 and "17" are one customer. By number of the index.
[[nodiscard]] std::uint64_t account_hash(std::string_view key) noexcept;
[[nodiscard]] std::vector<std::uint64_t> account_hashes(const account_index& keys);

/// The shard of each row, `account_ownership::shard_of` of its account's key. Throws `data_error` for a row without an
/// account, `schema_error` for a count outside 1 to 4096.
[[nodiscard]] std::vector<std::uint32_t> shards_of(const column<std::uint32_t>& account, const account_index& keys,
                                                   std::uint32_t count);

/// The accounts that a partial result stands for: slots of hashes, all of whose accounts belong to it wherever they are, and
/// beside them accounts one by one. Merging adds them up and refuses what both have.
///
/// No sum, sketch or sample of bounded size can notice one account among millions in two sets (set disjointness needs as
/// many bits as there are accounts: Razborov 1992). So either the accounts are listed, 8 bytes each, or the cut is declared:
/// a key has one hash and a hash one slot, so partials of different slots share no account, and 512 bytes prove it. Two
/// different keys with one hash (about n^2 / 2^65 for n accounts) are refused when listed, though nothing is counted twice;
/// nothing that is counted twice is ever accepted.
struct account_ownership {
  static constexpr std::uint32_t slot_count = 4096;

  std::array<std::uint64_t, slot_count / 64> slots{};  ///< a bit each
  std::vector<std::uint64_t> listed;                   ///< hashes, ascending, none in a slot of `slots`

  [[nodiscard]] static constexpr std::uint32_t slot_of(std::uint64_t hash) noexcept {
    return static_cast<std::uint32_t>(hash >> 52);
  }
  /// All accounts there are.
  [[nodiscard]] static account_ownership everybody();
  /// Part `index` of `count` that share nothing and together are everybody. Throws `schema_error` unless index < count <=
  /// 4096.
  [[nodiscard]] static account_ownership shard(std::uint32_t index, std::uint32_t count);
  /// The i-th of n runs of its slots, in order; the runs share nothing and together are all slots. Listed accounts are in
  /// none. Throws as `shard`.
  [[nodiscard]] account_ownership run(std::uint32_t index, std::uint32_t count) const;
  /// The part of `shard(..., count)` that a hash falls into.
  [[nodiscard]] static constexpr std::uint32_t shard_of(std::uint64_t hash, std::uint32_t count) noexcept {
    // Slot s belongs to part i when slots*i/count <= s < slots*(i+1)/count, both rounded down.
    return static_cast<std::uint32_t>(((std::uint64_t{slot_of(hash)} + 1) * count - 1) / slot_count);
  }

  [[nodiscard]] constexpr bool owns_slot(std::uint32_t slot) const noexcept {
    return (slots[slot / 64] >> (slot % 64) & 1) != 0;
  }
  [[nodiscard]] bool owns(std::uint64_t hash) const noexcept;
  [[nodiscard]] bool declared() const noexcept;              ///< owns a slot
  [[nodiscard]] std::uint32_t owned_slots() const noexcept;  ///< how many
  [[nodiscard]] bool canonical() const;

  /// Throws `state_error` that says what both own and what to do, and then nothing has changed.
  account_ownership& operator+=(const account_ownership& o);
  /// Throws `state_error` for what is not owned.
  account_ownership& operator-=(const account_ownership& o);

  template <class Archive, class Self>
  static void fields(Archive& archive, Self& self) {
    archive(self.slots, self.listed);
  }
  friend bool operator==(const account_ownership&, const account_ownership&) = default;
};

/// The accounts with MRR at some time, one by one: of all, or of some.
[[nodiscard]] account_ownership list_accounts(const ledger& book, const account_index& keys);
[[nodiscard]] account_ownership list_accounts(const ledger& book, const account_index& keys, std::span<const account> some);

/// The accounts that `owned` holds, as `ledger::part`: numbers stay.
[[nodiscard]] ledger part_of(const ledger& book, const account_index& keys, const account_ownership& owned);

/// Throws `data_error` with the key and the row of the first account of the ledger that `owned` does not hold.
void require_owned(const ledger& book, const account_index& keys, const account_ownership& owned);

}  // namespace v0_1 SOJOURN_EXPORT
}  // namespace sojourn
