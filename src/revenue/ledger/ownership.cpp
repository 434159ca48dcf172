#include "sojourn/revenue/ledger/ownership.hpp"

#include <algorithm>
#include <bit>
#include <iterator>
#include <string>

#include "detail/fnv1a.hpp"

namespace sojourn::inline v0_1 {
namespace {

constexpr const char* parts_advice =
    "; cut the rows by account (shard_of gives each account its part) and declare which part each ledger is, so that all "
    "rows of "
    "one account meet in one partial";

std::string some_of(std::size_t n, const char* what) {
  return std::to_string(n) + " " + what + (n == 1 ? "" : "s");
}

std::vector<std::uint64_t> without(const std::vector<std::uint64_t>& a, const std::vector<std::uint64_t>& b) {
  std::vector<std::uint64_t> left;
  std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(left));
  return left;
}

}  // namespace

std::uint64_t account_hash(std::string_view key) noexcept {
  std::uint64_t h = detail::fnv1a_of(key);
  h = (h ^ (h >> 33)) * 0xff51afd7ed558ccdu;
  h = (h ^ (h >> 33)) * 0xc4ceb9fe1a85ec53u;
  return h ^ (h >> 33);
}

std::vector<std::uint64_t> account_hashes(const account_index& keys) {
  std::vector<std::uint64_t> hashes(keys.size());
  for (std::uint32_t i = 0; i < hashes.size(); ++i) hashes[i] = account_hash(keys.key(account{i}));
  return hashes;
}

std::vector<std::uint32_t> shards_of(const column<std::uint32_t>& who, const account_index& keys, std::uint32_t count) {
  (void)account_ownership::shard(0, count);  // refuses what is no count of shards
  const auto hashes = account_hashes(keys);
  std::vector<std::uint32_t> shards(who.size());
  for (std::size_t row = 0; row < who.size(); ++row) {
    if (!who.present(row)) {
      throw data_error({who.name_or("account"), row, "missing", "every row belongs to an account",
                        "name the account, or leave the row out"});
    }
    shards[row] = account_ownership::shard_of(hashes.at(who[row]), count);
  }
  return shards;
}

account_ownership account_ownership::everybody() {
  return shard(0, 1);
}

account_ownership account_ownership::shard(std::uint32_t index, std::uint32_t count) {
  if (count == 0 || count > slot_count || index >= count) {
    throw schema_error("shard " + std::to_string(index) + " of " + std::to_string(count) +
                       ": a shard is a number from 0 below a count of 1 to 4096");
  }
  account_ownership owned;
  const auto begin = [&](std::uint32_t part) { return slot_count * part / count; };
  for (std::uint32_t slot = begin(index); slot < begin(index + 1); ++slot)
    owned.slots[slot / 64] |= std::uint64_t{1} << (slot % 64);
  return owned;
}

account_ownership account_ownership::run(std::uint32_t index, std::uint32_t count) const {
  (void)shard(index, count);  // refuses what is no part
  std::vector<std::uint32_t> owned;
  for (std::uint32_t slot = 0; slot < slot_count; ++slot) {
    if (owns_slot(slot)) owned.push_back(slot);
  }
  account_ownership part;
  for (std::size_t i = owned.size() * index / count; i < owned.size() * (index + 1) / count; ++i) {
    part.slots[owned[i] / 64] |= std::uint64_t{1} << (owned[i] % 64);
  }
  return part;
}

bool account_ownership::owns(std::uint64_t hash) const noexcept {
  return owns_slot(slot_of(hash)) || std::binary_search(listed.begin(), listed.end(), hash);
}

bool account_ownership::declared() const noexcept {
  return std::any_of(slots.begin(), slots.end(), [](std::uint64_t word) { return word != 0; });
}

std::uint32_t account_ownership::owned_slots() const noexcept {
  std::uint32_t owned = 0;
  for (const std::uint64_t word : slots) owned += static_cast<std::uint32_t>(std::popcount(word));
  return owned;
}

bool account_ownership::canonical() const {
  return std::adjacent_find(listed.begin(), listed.end(), std::greater_equal<>{}) == listed.end() &&
         std::none_of(listed.begin(), listed.end(), [this](std::uint64_t hash) { return owns_slot(slot_of(hash)); });
}

account_ownership& account_ownership::operator+=(const account_ownership& o) {
  std::size_t twice = 0;
  for (std::size_t i = 0; i < slots.size(); ++i) twice += static_cast<std::size_t>(std::popcount(slots[i] & o.slots[i]));
  if (twice != 0) {
    throw state_error("these partials share accounts: both stand for " +
                      (twice == slot_count ? "all accounts" : some_of(twice, "slot") + " of 4096") + parts_advice);
  }
  const auto held_by = [](const account_ownership& a) {
    return [&a](std::uint64_t hash) { return a.owns_slot(slot_of(hash)); };
  };
  std::vector<std::uint64_t> both;
  std::set_intersection(listed.begin(), listed.end(), o.listed.begin(), o.listed.end(), std::back_inserter(both));
  twice = both.size() + static_cast<std::size_t>(std::count_if(listed.begin(), listed.end(), held_by(o)) +
                                                 std::count_if(o.listed.begin(), o.listed.end(), held_by(*this)));
  if (twice != 0)
    throw state_error("these partials share accounts: " + some_of(twice, "account") + " in both" + parts_advice);

  std::vector<std::uint64_t> all;
  all.reserve(listed.size() + o.listed.size());
  std::merge(listed.begin(), listed.end(), o.listed.begin(), o.listed.end(), std::back_inserter(all));
  listed = std::move(all);
  for (std::size_t i = 0; i < slots.size(); ++i) slots[i] |= o.slots[i];
  return *this;
}

account_ownership& account_ownership::operator-=(const account_ownership& o) {
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if ((o.slots[i] & ~slots[i]) != 0)
      throw state_error("this partial does not hold the slots that are to be taken out of it");
  }
  if (!std::includes(listed.begin(), listed.end(), o.listed.begin(), o.listed.end())) {
    throw state_error("this partial does not hold " + some_of(without(o.listed, listed).size(), "account") +
                      " that are to be taken out of it");
  }
  listed = without(listed, o.listed);
  for (std::size_t i = 0; i < slots.size(); ++i) slots[i] &= ~o.slots[i];
  return *this;
}

account_ownership list_accounts(const ledger& book, const account_index& keys) {
  std::vector<account> all;
  all.reserve(book.accounts());
  for (std::uint32_t i = 0; i < book.accounts(); ++i) all.push_back({i});
  return list_accounts(book, keys, all);
}

account_ownership list_accounts(const ledger& book, const account_index& keys, std::span<const account> some) {
  account_ownership owned;
  for (const account who : some) {
    if (!book.steps(who).empty()) owned.listed.push_back(account_hash(keys.key(who)));
  }
  std::sort(owned.listed.begin(), owned.listed.end());
  owned.listed.erase(std::unique(owned.listed.begin(), owned.listed.end()), owned.listed.end());
  return owned;
}

ledger part_of(const ledger& book, const account_index& keys, const account_ownership& owned) {
  std::vector<std::uint8_t> keep(book.accounts());
  for (std::uint32_t i = 0; i < keep.size(); ++i) keep[i] = owned.owns(account_hash(keys.key(account{i}))) ? 1 : 0;
  return book.part(keep);
}

void require_owned(const ledger& book, const account_index& keys, const account_ownership& owned) {
  for (std::uint32_t i = 0; i < book.accounts(); ++i) {
    const auto rows = book.rows_of(account{i});
    if (rows.empty() && book.steps(account{i}).empty()) continue;
    const std::string key = keys.key(account{i});
    if (owned.owns(account_hash(key))) continue;
    throw data_error({"account", rows.empty() ? problem::no_row : rows.front(), key, "an account of this shard",
                      std::string("it belongs to another one") + parts_advice});
  }
}

}  // namespace sojourn::inline v0_1
