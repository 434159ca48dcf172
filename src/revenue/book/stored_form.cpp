#include "revenue/book/stored_form.hpp"

#include <algorithm>
#include <compare>
#include <numeric>
#include <optional>
#include <span>

namespace sojourn::inline v0_1::detail {
namespace {

/// The keys that a book uses, in order, and the place of each number among them.
class ranked_keys {
 public:
  explicit ranked_keys(const account_index& keys) : keys_(keys), rank_(keys.size(), no_number) {}
  void use(std::uint32_t number) { rank_.at(number) = 0; }
  void rank() {
    for (std::uint32_t number = 0; number < rank_.size(); ++number) {
      if (rank_[number] == 0) order_.push_back(number);
    }
    if (keys_.holds_text()) {
      std::vector<std::string> words;
      words.reserve(order_.size());
      for (const std::uint32_t number : order_) words.push_back(keys_.key(account{number}));
      sort_by(words), stored_.words = std::move(words);
    } else {
      std::vector<std::int64_t> ids;
      ids.reserve(order_.size());
      for (const std::uint32_t number : order_) ids.push_back(keys_.id(account{number}));
      sort_by(ids), stored_.ids = std::move(ids);
    }
    for (std::uint32_t place = 0; place < order_.size(); ++place) rank_[order_[place]] = place;
  }
  [[nodiscard]] std::uint32_t operator[](std::uint32_t number) const { return rank_[number]; }
  [[nodiscard]] const std::vector<std::uint32_t>& in_order() const noexcept { return order_; }
  [[nodiscard]] const std::vector<std::uint32_t>& ranks() const noexcept { return rank_; }
  [[nodiscard]] stored_keys& stored() noexcept { return stored_; }

 private:
  template <class Key>
  void sort_by(std::vector<Key>& keys) {
    std::vector<std::uint32_t> by(keys.size());
    std::iota(by.begin(), by.end(), 0u);
    std::sort(by.begin(), by.end(), [&](auto a, auto b) { return keys[a] < keys[b]; });
    std::vector<Key> sorted;
    std::vector<std::uint32_t> numbers;
    sorted.reserve(by.size()), numbers.reserve(by.size());
    for (const std::uint32_t i : by) sorted.push_back(std::move(keys[i])), numbers.push_back(order_[i]);
    keys = std::move(sorted), order_ = std::move(numbers);
  }

  const account_index& keys_;
  std::vector<std::uint32_t> rank_;   // by number
  std::vector<std::uint32_t> order_;  // numbers in order of keys
  stored_keys stored_;
};

/// The words that some row says, in order, and the place of each code among them.
struct ranked_words {
  std::vector<std::string> words;
  std::vector<std::uint32_t> rank;  // by code

  ranked_words(const book_data& data, std::size_t column, const vocabulary& all, std::span<const std::uint32_t> slots)
      : rank(all.words().size(), no_number) {
    if (column == no_column) return;
    for (const std::uint32_t slot : slots) {
      if (const auto code = data.cell<std::uint32_t>(column, slot)) rank[*code] = 0;
    }
    std::vector<std::uint32_t> used;
    for (std::uint32_t code = 0; code < rank.size(); ++code) {
      if (rank[code] == 0) used.push_back(code);
    }
    std::sort(used.begin(), used.end(), [&](auto a, auto b) { return all.words()[a] < all.words()[b]; });
    for (const std::uint32_t code : used) {
      rank[code] = static_cast<std::uint32_t>(words.size());
      words.push_back(all.words()[code]);
    }
  }
};

/// How the cells of one column compare and are stored: as they are, or by the rank of what they number.
struct column_order {
  std::size_t column;
  const std::uint32_t* rank = nullptr;
};

class form_maker {
 public:
  explicit form_maker(const book_data& data) : data_(data), keys_(*data.keys), subscriptions_(*data.subscription_keys) {}

  stored_book make() {
    find_rows();
    find_keys();
    find_words();
    sort_rows();
    stored_book form;
    form.source = data_.source;
    form.usage_beside = data_.usage_beside();
    const bool own_rows = std::any_of(slots_.begin(), slots_.end(), [&](auto slot) { return !data_.is_usage(slot); });
    form.ticks_per_unit = own_rows ? data_.ticks_per_unit : 0;
    for (const std::uint32_t slot : slots_) form.account.push_back(keys_[account_of(slot)]);
    form.own = stored_book::columns_of(data_.source, form.usage_beside);
    for (std::size_t i = 0; i < form.own.size(); ++i) store({data_.own[i], rank_of_own(i)}, form.own[i]);
    store({data_.common.recorded_from}, form.recorded_from);
    store({data_.common.recorded_until}, form.recorded_until);
    store({data_.common.purchased_on}, form.purchased_on);
    store({data_.common.parent, keys_rank()}, form.parent);
    store_words(data_.common.currency, *currencies_, form.currency);
    store_words(data_.common.cause, *causes_, form.cause);
    for (std::size_t i = 0; i < labels_.size(); ++i) {
      stored_label& label = form.labels.emplace_back(stored_label{data_.labels[i].name, {}});
      store_words(data_.labels[i].column, labels_[i], label.label);
    }
    std::sort(form.labels.begin(), form.labels.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    store_owners(form);
    form.keys = std::move(keys_.stored()), form.subscriptions = std::move(subscriptions_.stored());
    return form;
  }

 private:
  [[nodiscard]] std::uint32_t account_of(std::uint32_t slot) const {
    return data_.store.at<std::uint32_t>(data_.common.account, slot);
  }
  [[nodiscard]] std::uint32_t source_row(std::uint32_t slot) const {
    return data_.store.at<std::uint32_t>(data_.common.source_row, slot);
  }
  [[nodiscard]] bool is_subscription(std::size_t i) const { return data_.holds_subscriptions(i); }
  [[nodiscard]] std::size_t subscription_column() const {
    return data_.subscription_column == no_column ? no_column : data_.own[data_.subscription_column];
  }
  [[nodiscard]] const std::uint32_t* rank_of_own(std::size_t i) const {
    return is_subscription(i) ? subscription_rank_.data() : nullptr;
  }
  [[nodiscard]] const std::uint32_t* keys_rank() const { return key_rank_.data(); }

  void find_rows() {
    slots_.reserve(data_.rows);
    for (std::uint32_t who = 0; who < data_.accounts; ++who) {
      const auto mine = data_.slots_of(account{who});
      slots_.insert(slots_.end(), mine.begin(), mine.end());
    }
  }

  void find_keys() {
    const std::size_t subscription = subscription_column();
    for (const std::uint32_t slot : slots_) {
      keys_.use(account_of(slot));
      if (const auto parent = data_.cell<std::uint32_t>(data_.common.parent, slot)) keys_.use(*parent);
      if (const auto one = data_.cell<std::uint32_t>(subscription, slot)) subscriptions_.use(*one);
      if (const auto one = data_.subscription_of(slot)) subscriptions_.use(*one);
    }
    for (const merger& one : data_.owners.mergers) keys_.use(one.from.index), keys_.use(one.into.index);
    for (const parent_fact& one : data_.owners.parents) keys_.use(one.child.index), keys_.use(one.parent.index);
    for (const auto& [slot, row] : data_.owners.moved) {
      for (const ownership& one : row.to) keys_.use(one.owner.index);
    }
    keys_.rank(), subscriptions_.rank();
    key_rank_ = keys_.ranks(), subscription_rank_ = subscriptions_.ranks();
  }

  void find_words() {
    currencies_.emplace(data_, data_.common.currency, data_.currencies, slots_);
    causes_.emplace(data_, data_.common.cause, data_.causes, slots_);
    for (const label_column& label : data_.labels) labels_.emplace_back(data_, label.column, label.words, slots_);
  }

  void sort_rows() {
    for (std::size_t i = 0; i < data_.own.size(); ++i) by_cells_.push_back({data_.own[i], rank_of_own(i)});
    if (data_.source == fact_source::changes) {
      // Which change of a moment comes last decides what holds after it: there the caller's order stays.
      by_cells_ = {{data_.own[0]}, {data_.own[3]}, {data_.own[2], subscription_rank_.data()}};
      for (std::size_t i = data_.usage_places.front(); i < data_.own.size(); ++i)
        by_cells_.push_back({data_.own[i], rank_of_own(i)});
    } else {
      by_cells_.push_back({data_.common.recorded_from}), by_cells_.push_back({data_.common.recorded_until});
      by_cells_.push_back({data_.common.purchased_on}), by_cells_.push_back({data_.common.parent, keys_rank()});
      by_cells_.push_back({data_.common.currency, currencies_->rank.data()});
      by_cells_.push_back({data_.common.cause, causes_->rank.data()});
      std::vector<std::size_t> names(labels_.size());
      std::iota(names.begin(), names.end(), std::size_t{0});
      std::sort(names.begin(), names.end(),
                [&](std::size_t a, std::size_t b) { return data_.labels[a].name < data_.labels[b].name; });
      for (const std::size_t i : names) by_cells_.push_back({data_.labels[i].column, labels_[i].rank.data()});
    }
    std::erase_if(by_cells_, [](const column_order& one) { return one.column == no_column; });
    const std::vector<std::uint32_t> last = last_of_shared();
    std::vector<std::uint32_t> sorted;
    sorted.reserve(slots_.size());
    for (const std::uint32_t number : keys_.in_order()) {
      const auto mine = data_.slots_of(account{number});
      const auto first = static_cast<std::ptrdiff_t>(sorted.size());
      for (const std::uint32_t slot : mine) {
        if (!std::binary_search(last.begin(), last.end(), slot)) sorted.push_back(slot);
      }
      std::sort(sorted.begin() + first, sorted.end(), [&](auto a, auto b) { return before(a, b); });
    }
    std::vector<std::uint32_t> behind = last;
    const std::size_t column = subscription_column();
    std::sort(behind.begin(), behind.end(), [&](auto a, auto b) {
      return subscription_rank_[data_.store.at<std::uint32_t>(column, a)] <
             subscription_rank_[data_.store.at<std::uint32_t>(column, b)];
    });
    sorted.insert(sorted.end(), behind.begin(), behind.end());
    slots_ = std::move(sorted);
  }

  /// The last row of each subscription that several accounts had, as slots in ascending order.
  [[nodiscard]] std::vector<std::uint32_t> last_of_shared() const {
    const std::size_t column = subscription_column();
    if (column == no_column) return {};
    std::vector<std::uint32_t> latest(subscription_rank_.size(), no_number);
    std::vector<bool> shared(latest.size(), false);
    for (const std::uint32_t slot : slots_) {
      const auto one = data_.cell<std::uint32_t>(column, slot);
      if (!one) continue;
      std::uint32_t& last = latest[*one];
      shared[*one] = shared[*one] || (last != no_number && account_of(last) != account_of(slot));
      if (last == no_number || source_row(last) < source_row(slot)) last = slot;
    }
    std::vector<std::uint32_t> found;
    for (std::size_t one = 0; one < latest.size(); ++one) {
      if (shared[one]) found.push_back(latest[one]);
    }
    std::sort(found.begin(), found.end());
    return found;
  }

  [[nodiscard]] bool before(std::uint32_t a, std::uint32_t b) const {
    for (const column_order& one : by_cells_) {
      const std::strong_ordering order = std::visit(
          [&](const auto& type) -> std::strong_ordering {
            using cell = typename std::decay_t<decltype(type)>::value_type;
            const cell x = data_.store.at<cell>(one.column, a), y = data_.store.at<cell>(one.column, b);
            if (one.rank == nullptr || x == missing_cell<cell> || y == missing_cell<cell>) return x <=> y;
            return one.rank[static_cast<std::size_t>(x)] <=> one.rank[static_cast<std::size_t>(y)];
          },
          data_.store.type(one.column));
      if (order != std::strong_ordering::equal) return order == std::strong_ordering::less;
    }
    return source_row(a) < source_row(b);
  }

  void store(const column_order& from, stored_column& to) const {
    if (from.column == no_column) return;
    to.held = true;
    std::visit(
        [&](auto& values) {
          using cell = typename std::decay_t<decltype(values)>::value_type;
          data_.store.gather(from.column, slots_, values);
          if (from.rank == nullptr) return;
          for (cell& value : values) {
            if (value != missing_cell<cell>) value = static_cast<cell>(from.rank[static_cast<std::size_t>(value)]);
          }
        },
        to.cells);
  }

  void store_words(std::size_t column, const ranked_words& words, stored_words& to) const {
    to.words = words.words;
    store({column, words.rank.data()}, to.codes);
  }

  void store_owners(stored_book& form) const {
    for (const merger& one : data_.owners.mergers) {
      form.mergers.push_back({keys_[one.from.index], keys_[one.into.index], one.since.since_epoch,
                              one.known.from.since_epoch, one.known.until.since_epoch});
    }
    for (const parent_fact& one : data_.owners.parents) {
      form.parents.push_back({keys_[one.child.index], keys_[one.parent.index], one.since.since_epoch,
                              one.known.from.since_epoch, one.known.until.since_epoch});
    }
    // Of facts about one account, and about its parents since one day, the one that was learned last holds.
    keep_order(form.mergers, [](const auto& a, const auto& b) { return a.who <=> b.who; });
    keep_order(form.parents,
               [](const auto& a, const auto& b) { return a.who != b.who ? a.who <=> b.who : a.since <=> b.since; });
    for (std::uint32_t row = 0; row < slots_.size(); ++row) {
      const auto found = data_.owners.moved.find(slots_[row]);
      if (found == data_.owners.moved.end()) continue;
      stored_move& move = form.moved.emplace_back(stored_move{row, {}});
      for (const ownership& one : found->second.to) move.to.push_back({one.since.since_epoch, keys_[one.owner.index]});
    }
  }

  template <class Item, class Compare>
  static void keep_order(std::vector<Item>& items, const Compare& compare) {
    std::vector<std::size_t> order(items.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      const auto way = compare(items[a], items[b]);
      return way != 0 ? way < 0 : a < b;
    });
    std::vector<Item> sorted;
    sorted.reserve(order.size());
    for (const std::size_t i : order) sorted.push_back(items[i]);
    items = std::move(sorted);
  }

  const book_data& data_;
  ranked_keys keys_, subscriptions_;
  std::vector<std::uint32_t> key_rank_, subscription_rank_;  // by number
  std::optional<ranked_words> currencies_, causes_;
  std::vector<ranked_words> labels_;
  std::vector<column_order> by_cells_;
  std::vector<std::uint32_t> slots_;
};

}  // namespace

stored_book stored_form(const book_data& data) {
  return form_maker(data).make();
}

}  // namespace sojourn::inline v0_1::detail
