#include "sojourn/revenue/ledger/ledger_builder.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <utility>

#include "revenue/ledger/rows.hpp"

namespace sojourn::inline v0_1 {
namespace {

/// One row of a table as a table.
subscriptions row_alone(const subscriptions& table, std::size_t row) {
  const auto cell = [&](const auto& from) {
    return std::remove_cvref_t<decltype(from)>(from.values().subspan(row, 1), from.validity(), from.bit_offset() + row,
                                               from.name());
  };
  return {cell(table.account), cell(table.start), cell(table.end), cell(table.amount), table.ticks_per_unit};
}

/// Under the name that the builder has for it, where the batch has none of its own.
template <class T>
column<T> named(const column<T>& given, std::string_view name) {
  if (!given.name().empty()) return given;
  return column<T>(given.values(), given.validity(), given.bit_offset(), name);
}

template <class T>
void make_room_for(std::vector<T>& what, std::size_t size) {
  if (size > what.capacity()) what.reserve(std::max(size, 2 * what.capacity()));
}

}  // namespace

ledger_builder::ledger_builder(std::shared_ptr<account_index> keys, const ledger_builder_options& options)
    : keys_(std::move(keys)),
      options_(options.ledger),
      ticks_per_unit_(options.ticks_per_unit),
      most_listed_(options.most_listed),
      account_(std::string(options.account)),
      start_(std::string(options.start)),
      end_(std::string(options.end)),
      amount_(std::string(options.amount)) {
  if (ticks_per_unit_ <= 0) throw schema_error("ledger_builder: ticks_per_unit must be positive");
}

ledger_builder::ledger_builder(ledger_builder&& other) noexcept
    : options_(other.options_),
      ticks_per_unit_(other.ticks_per_unit_),
      most_listed_(other.most_listed_),
      account_(std::move(other.account_)),
      start_(std::move(other.start_)),
      end_(std::move(other.end_)),
      amount_(std::move(other.amount_)),
      seen_(std::exchange(other.seen_, 0)),
      source_rows_(std::move(other.source_rows_)),
      counts_(std::exchange(other.counts_, {})),
      listed_(std::move(other.listed_)) {
  keys_ = other.keys_;  // the other one keeps them
}

ledger_builder& ledger_builder::operator=(ledger_builder&& other) noexcept {
  if (this == &other) return *this;
  std::destroy_at(this);
  return *std::construct_at(this, std::move(other));
}

void ledger_builder::reserve(std::size_t rows) {
  account_.make_room(rows), start_.make_room(rows), end_.make_room(rows), amount_.make_room(rows);
}

std::size_t ledger_builder::universe() const noexcept {
  if (options_.accounts != 0) return options_.accounts;
  return keys_ != nullptr ? keys_->size() : std::size_t{std::numeric_limits<std::uint32_t>::max()};
}

account_index& ledger_builder::required_keys() const {
  if (keys_ != nullptr) return *keys_;
  throw schema_error("ledger_builder: it was made without keys; give it an account_index, or add rows by account number");
}

void ledger_builder::keep(const subscriptions& batch, std::size_t row) {
  const subscriptions one = row_alone(batch, row);
  account_.append(one.account), start_.append(one.start), end_.append(one.end), amount_.append(one.amount);
}

/// From the first refused row on the good ones need their numbers in the stream.
void ledger_builder::number_rows() {
  if (refused() != 0) return;
  source_rows_.clear();
  make_room_for(source_rows_, account_.size());
  for (std::size_t row = 0; row < account_.size(); ++row) source_rows_.push_back(static_cast<std::uint32_t>(row));
}

std::size_t ledger_builder::add(const subscriptions& given) {
  const subscriptions batch{named(given.account, account_.name()), named(given.start, start_.name()),
                            named(given.end, end_.name()), named(given.amount, amount_.name()), given.ticks_per_unit};
  detail::require_table(batch);
  if (batch.ticks_per_unit != ticks_per_unit_) {
    throw schema_error("ledger_builder: amounts of " + std::to_string(batch.ticks_per_unit) + " ticks come to amounts of " +
                       std::to_string(ticks_per_unit_) + "; state the unit in ledger_builder_options::ticks_per_unit");
  }
  const std::size_t rows = batch.account.size();
  if (rows > std::numeric_limits<std::uint32_t>::max() - seen_)
    throw overflow_error("ledger_builder: more than 4,294,967,295 rows");
  const std::size_t accounts = universe();
  reserve(rows);
  const bool all_good = detail::facts_of(batch, 0, rows, accounts).bad_row == SIZE_MAX;
  if (all_good) {
    const bool numbered = refused() != 0;
    if (numbered) make_room_for(source_rows_, source_rows_.size() + rows);
    account_.append(batch.account), start_.append(batch.start), end_.append(batch.end), amount_.append(batch.amount);
    for (std::size_t row = 0; numbered && row < rows; ++row) {
      source_rows_.push_back(static_cast<std::uint32_t>(seen_ + row));
    }
    seen_ += rows;
    return rows;
  }
  // What may throw comes first: the room, and the words of the rows that are listed.
  number_rows();
  make_room_for(source_rows_, source_rows_.size() + rows);
  std::array<std::int64_t, values_of(row_fault{}).size()> counts{};
  std::vector<refused_row> found;
  std::vector<std::uint8_t> good(rows, 1);
  const std::size_t room = most_listed_ - listed_.size();
  for (std::size_t row = 0; row < rows; ++row) {
    auto why = detail::refusal(batch, row, accounts);
    if (!why) continue;
    good[row] = 0;
    ++counts[static_cast<std::size_t>(why->fault)];
    why->what.row = seen_ + row;
    if (found.size() < room) found.push_back(std::move(*why));
  }
  make_room_for(listed_, listed_.size() + found.size());
  for (refused_row& one : found) listed_.push_back(std::move(one));
  for (std::size_t code = 0; code < counts.size(); ++code) counts_[code] += counts[code];
  const std::size_t before = account_.size();
  for (std::size_t row = 0; row < rows; ++row) {
    if (good[row] == 0) continue;
    keep(batch, row);
    source_rows_.push_back(static_cast<std::uint32_t>(seen_ + row));
  }
  seen_ += rows;
  return account_.size() - before;
}

bool ledger_builder::add(account who, day start, std::optional<day> end, std::int64_t amount) {
  const std::uint32_t number = who.index;
  const std::int32_t first = start.since_epoch, last = end.value_or(start).since_epoch;
  const std::uint8_t ends = end ? 1 : 0;
  const auto cell = [](const auto& value, const std::uint8_t* validity = nullptr) {
    using type = std::remove_cvref_t<decltype(value)>;
    return column<type>(std::span<const type>(&value, 1), validity);
  };
  return add(subscriptions{cell(number), cell(first), cell(last, &ends), cell(amount), ticks_per_unit_}) == 1;
}

bool ledger_builder::add(std::string_view key, day start, std::optional<day> end, std::int64_t amount) {
  return add(required_keys().intern(key), start, end, amount);
}

bool ledger_builder::add(std::int64_t key, day start, std::optional<day> end, std::int64_t amount) {
  return add(required_keys().intern(key), start, end, amount);
}

std::int64_t ledger_builder::refused(row_fault why) const noexcept {
  return counts_[static_cast<std::size_t>(why)];
}

subscriptions ledger_builder::rows() const& noexcept {
  return {account_.view(), start_.view(), end_.view(), amount_.view(), ticks_per_unit_};
}

keyed_ledger ledger_builder::build_on(const any_executor& host) const {
  ledger_options options = options_;
  if (options.accounts == 0 && keys_ != nullptr) options.accounts = keys_->size();
  keyed_ledger built{ledger(rows(), options, any_executor(host)), keys_};
  if (refused() != 0) built.source_rows = std::make_shared<const std::vector<std::uint32_t>>(source_rows_);
  return built;
}

}  // namespace sojourn::inline v0_1
