#include "sojourn/domain/account.hpp"

#include <algorithm>
#include <mutex>
#include <shared_mutex>
#include <vector>

#include "domain/key_table.hpp"

namespace sojourn::inline v0_1 {
namespace {

using detail::id_keys;
using detail::most_accounts;
using detail::text_keys;

/// Ids. Those of a range without many gaps, as a sequence gives them out, are looked up in a table of the range; others are
/// hashed.
class id_table {
 public:
  [[nodiscard]] const id_keys& keys() const noexcept { return hashed_.keys(); }

  std::uint32_t intern(std::int64_t id) {
    if (!in_range(id)) return hashed_.intern(id);
    std::uint32_t& number = range_[place(id)];
    if (number == 0) {
      hashed_.keys().push_back(id);
      number = static_cast<std::uint32_t>(keys().size());
    }
    return number - 1;
  }

  void intern(std::span<const std::int64_t> ids, std::span<std::uint32_t> numbers) {
    if (keys().size() == 0 && range_.empty() && !ids.empty()) set_range(ids);
    if (range_.empty()) return hashed_.intern(ids, numbers);
    if (!std::all_of(ids.begin(), ids.end(), [this](std::int64_t id) { return in_range(id); })) {
      for (std::size_t row = 0; row < ids.size(); ++row) numbers[row] = intern(ids[row]);
      return;
    }
    // Whether an id is new is chance: it is written behind the last in any case, and stays there if it is.
    const auto before = static_cast<std::uint32_t>(keys().size());
    std::int64_t* const added = hashed_.keys().room(std::min(ids.size(), range_.size()) + 1);
    std::uint32_t count = 0;
    for (std::size_t row = 0; row < ids.size(); ++row) {
      std::uint32_t& number = range_[place(ids[row])];
      added[count] = ids[row];
      count += number == 0 ? 1 : 0;
      number = number == 0 ? before + count : number;
      numbers[row] = number - 1;
    }
    hashed_.keys().taken(count);
  }

  [[nodiscard]] std::optional<account> find(std::int64_t id) const noexcept {
    if (!in_range(id)) return hashed_.find(id);
    const std::uint32_t number = range_[place(id)];
    return number == 0 ? std::nullopt : std::optional<account>(account{number - 1});
  }

 private:
  [[nodiscard]] std::uint64_t place(std::int64_t id) const noexcept {
    return static_cast<std::uint64_t>(id) - static_cast<std::uint64_t>(low_);
  }
  [[nodiscard]] bool in_range(std::int64_t id) const noexcept { return place(id) < range_.size(); }

  void set_range(std::span<const std::int64_t> ids) {
    std::int64_t low = ids.front(), high = low;
    for (const std::int64_t id : ids) low = std::min(low, id), high = std::max(high, id);
    const std::uint64_t width = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
    constexpr std::uint64_t entries_a_row = 4;  // a table that large costs less than hashing
    if (width >= std::min<std::uint64_t>(entries_a_row * ids.size(), most_accounts / 2)) return;
    low_ = low;
    range_.resize(width + 1);
  }

  detail::key_table<id_keys> hashed_;  // holds all keys; its slots only what lies outside the range
  std::int64_t low_ = 0;
  std::vector<std::uint32_t> range_;  // number plus one
};

template <class Key>
void require_room(std::span<const Key> keys, std::span<std::uint32_t> numbers) {
  if (keys.size() == numbers.size()) return;
  throw schema_error("account_index: " + std::to_string(keys.size()) + " keys and room for " +
                     std::to_string(numbers.size()) + " numbers; each key has one");
}

[[noreturn]] void refuse_mixing(const char* held, const char* given) {
  throw schema_error(std::string("account_index: it holds ") + held + ", and the key given is " + given +
                     "; convert one side, since \"17\" and 17 may or may not be the same account");
}

}  // namespace

struct account_index::implementation {
  // Only one of the two ever holds keys.
  detail::key_table<text_keys> text;
  id_table ids;
  mutable std::shared_mutex guard;  // books share an index with their snapshots, which are read while it learns

  void require_text() const {
    if (ids.keys().size() != 0) refuse_mixing("64-bit ids", "text");
  }
  void require_ids() const {
    if (text.keys().size() != 0) refuse_mixing("text", "a 64-bit id");
  }
  [[nodiscard]] bool holds_text() const noexcept { return text.keys().size() != 0; }
  [[nodiscard]] std::size_t size() const noexcept { return text.keys().size() + ids.keys().size(); }

  void require_known(account which) const {
    if (which.index < size()) return;
    throw data_error({"account", problem::no_row, std::to_string(which.index),
                      "an account number must come from this index, which holds " + std::to_string(size()) + " accounts",
                      "look it up in the index that gave it out"});
  }
};

account_index::account_index() : self_(std::make_unique<implementation>()) {}
account_index::~account_index() = default;
account_index::account_index(account_index&&) noexcept = default;
account_index& account_index::operator=(account_index&&) noexcept = default;

// An index that was moved from has nothing behind it until it learns its first key.
account_index::implementation& account_index::learning() {
  if (self_ == nullptr) self_ = std::make_unique<implementation>();
  return *self_;
}

const account_index::implementation& account_index::known() const noexcept {
  static const implementation empty;
  return self_ != nullptr ? *self_ : empty;
}

account account_index::intern(std::string_view key) {
  implementation& self = learning();
  const std::unique_lock alone(self.guard);
  self.require_text();
  return {self.text.intern(key)};
}

account account_index::intern(std::int64_t key) {
  implementation& self = learning();
  const std::unique_lock alone(self.guard);
  self.require_ids();
  return {self.ids.intern(key)};
}

void account_index::intern(std::span<const std::string_view> keys, std::span<std::uint32_t> numbers) {
  require_room(keys, numbers);
  implementation& self = learning();
  const std::unique_lock alone(self.guard);
  if (!keys.empty()) self.require_text();
  self.text.intern(keys, numbers);
}

void account_index::intern(std::span<const std::int64_t> keys, std::span<std::uint32_t> numbers) {
  require_room(keys, numbers);
  implementation& self = learning();
  const std::unique_lock alone(self.guard);
  if (!keys.empty()) self.require_ids();
  self.ids.intern(keys, numbers);
}

std::optional<account> account_index::find(std::string_view key) const {
  const implementation& self = known();
  const std::shared_lock beside(self.guard);
  self.require_text();
  return self.text.find(key);
}

std::optional<account> account_index::find(std::int64_t key) const {
  const implementation& self = known();
  const std::shared_lock beside(self.guard);
  self.require_ids();
  return self.ids.find(key);
}

std::size_t account_index::size() const noexcept {
  const implementation& self = known();
  const std::shared_lock beside(self.guard);
  return self.size();
}
bool account_index::holds_text() const noexcept {
  const implementation& self = known();
  const std::shared_lock beside(self.guard);
  return self.holds_text();
}

std::string account_index::key(account which) const {
  const implementation& self = known();
  const std::shared_lock beside(self.guard);
  self.require_known(which);
  return self.holds_text() ? std::string(self.text.keys()[which.index]) : std::to_string(self.ids.keys()[which.index]);
}

std::int64_t account_index::id(account which) const {
  const implementation& self = known();
  const std::shared_lock beside(self.guard);
  if (self.holds_text())
    throw schema_error("account_index: it holds text keys, which have no 64-bit id; read them with key()");
  self.require_known(which);
  return self.ids.keys()[which.index];
}

}  // namespace sojourn::inline v0_1
