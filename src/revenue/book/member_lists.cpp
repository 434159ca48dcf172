#include "revenue/book/member_lists.hpp"

#include <algorithm>
#include <utility>

#include "detail/unshared.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

/// The pairs (group, account) of the rows, ascending, each once.
std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs_of(const fact_store& store, std::size_t group_column,
                                                              std::size_t account_column,
                                                              std::span<const std::uint32_t> slots) {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
  pairs.reserve(slots.size());
  for (const std::uint32_t slot : slots) {
    if (!store.has<std::uint32_t>(group_column, slot)) continue;
    pairs.emplace_back(store.at<std::uint32_t>(group_column, slot), store.at<std::uint32_t>(account_column, slot));
  }
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  return pairs;
}

}  // namespace

std::vector<member_lists::addition> member_lists::prepare(const fact_store& store, std::size_t group_column,
                                                          std::size_t account_column, std::span<const std::uint32_t> slots) {
  std::vector<addition> additions;
  const auto pairs = pairs_of(store, group_column, account_column, slots);
  for (std::size_t i = 0; i < pairs.size();) {
    const std::uint32_t group = pairs[i].first;
    const auto known = (*this)[group];
    addition one{group, {known.begin(), known.end()}};
    for (; i < pairs.size() && pairs[i].first == group; ++i) {
      if (std::find(known.begin(), known.end(), pairs[i].second) == known.end()) one.members.push_back(pairs[i].second);
    }
    if (one.members.size() > known.size()) additions.push_back(std::move(one));
  }
  if (additions.empty()) return additions;
  const std::size_t groups = std::size_t{additions.back().group} + 1;
  const std::size_t blocks = (groups + accounts_per_block - 1) / accounts_per_block;
  blocks_.reserve(blocks);
  while (blocks_.size() < blocks) blocks_.push_back(std::make_shared<flat_lists<std::uint32_t>>(accounts_per_block));
  for (std::size_t i = 0; i < additions.size();) {
    const std::size_t block = additions[i].group / accounts_per_block;
    std::size_t room = 0;
    for (; i < additions.size() && additions[i].group / accounts_per_block == block; ++i)
      room += additions[i].members.size();
    unshared(blocks_[block]).make_room(room);
  }
  return additions;
}

void member_lists::commit(std::span<const addition> additions) noexcept {
  for (const addition& one : additions) {
    blocks_[one.group / accounts_per_block]->replace(one.group % accounts_per_block, one.members);
  }
}

void member_lists::make(const fact_store& store, std::size_t group_column, std::size_t account_column,
                        std::span<const std::uint32_t> slots) {
  const auto additions = prepare(store, group_column, account_column, slots);
  commit(additions);
  made_ = true;
}

}  // namespace sojourn::inline v0_1::detail
