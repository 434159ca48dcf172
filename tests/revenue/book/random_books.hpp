// Random rows of every source as facts, books of them, and the views they are read under.
#pragma once

#include <doctest/doctest.h>

#include <cstdint>
#include <optional>
#include <random>
#include <span>
#include <vector>

#include "sojourn/revenue/book/read.hpp"

namespace sojourn::test {

struct row {
  std::uint32_t account;
  std::int32_t start;
  std::int32_t end;  // 0: runs
  std::int64_t amount;
  std::uint32_t subscription = 0;
  std::int32_t known_from = 0, known_until = 0;  // 0: none
  std::uint32_t label = 0;
  std::uint32_t parent = 0;           // 0: its own
  std::optional<usage_kind> usage{};  // none: a row of the book's source
};

/// Rows as the facts of one source; owns their memory.
struct table {
  std::vector<std::uint32_t> account, subscription, label, parent;
  std::vector<std::int32_t> start, end, from, until, month;
  std::vector<std::int64_t> amount;
  std::vector<std::uint8_t> ends, begins_known, ends_known, has_parent, kind;

  explicit table(const std::vector<row>& rows) {
    const std::size_t bytes = rows.size() / 8 + 1;
    ends.resize(bytes), begins_known.resize(bytes), ends_known.resize(bytes), has_parent.resize(bytes);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const row& r = rows[i];
      account.push_back(r.account), subscription.push_back(r.subscription), label.push_back(r.label);
      start.push_back(r.start), end.push_back(r.end), amount.push_back(r.amount);
      from.push_back(r.known_from), until.push_back(r.known_until), parent.push_back(r.parent);
      month.push_back(month_of(r.start));
      kind.push_back(static_cast<std::uint8_t>(r.usage.value_or(usage_kind::consumption)));
      const auto set = [&](std::vector<std::uint8_t>& bits, bool on) {
        if (on) bits[i / 8] = static_cast<std::uint8_t>(bits[i / 8] | (1u << (i % 8)));
      };
      set(ends, r.end != 0), set(begins_known, r.known_from != 0), set(ends_known, r.known_until != 0);
      set(has_parent, r.parent != 0);
    }
  }
  static std::int32_t month_of(std::int32_t d) { return sojourn::month::of(day{d}).since_epoch; }

  [[nodiscard]] facts as(fact_source source) const {
    const column<std::int32_t> end_days(std::span<const std::int32_t>(end), ends.data());
    facts f;
    switch (source) {
      case fact_source::periods:
        f.rows = subscriptions{account, start, end_days, amount};
        break;
      case fact_source::snapshots:
        f.rows = snapshots{account, month, amount};
        break;
      case fact_source::changes:
        f.rows = mrr_changes{account, start, amount, subscription};
        break;
      case fact_source::prices: {
        priced_subscriptions p;
        p.account = account, p.start = start, p.end = end_days, p.amount = amount, p.subscription = subscription;
        f.rows = p;
        break;
      }
      case fact_source::invoices: {
        invoice_lines l;
        l.account = account, l.service_start = start, l.service_end = end_days, l.amount = amount;
        l.subscription = subscription;
        f.rows = l;
        break;
      }
      case fact_source::usage:
        f.rows = usage_lines{account, start, amount, kind, end_days, subscription};
        break;
    }
    f.recorded_from = {std::span<const std::int32_t>(from), begins_known.data()};
    f.recorded_until = {std::span<const std::int32_t>(until), ends_known.data()};
    f.parent = {std::span<const std::uint32_t>(parent), has_parent.data()};
    f.labels.push_back({"plan", {label, {"basic", "pro", "team"}}});
    return f;
  }
};

inline constexpr std::uint32_t accounts = 6;
inline constexpr std::int32_t first_day_of_all = 18'262;  // 2020-01-01
inline constexpr std::int32_t as_of = first_day_of_all + 500;

inline row random_row(std::mt19937_64& random, fact_source source, std::uint32_t serial) {
  row r{static_cast<std::uint32_t>(random() % accounts), first_day_of_all + static_cast<std::int32_t>(random() % 480), 0, 0};
  r.amount = static_cast<std::int64_t>(random() % 5) * 1'000;
  const bool must_end = source == fact_source::invoices;
  if (must_end || random() % 3 != 0) r.end = r.start + (must_end ? 1 : 0) + static_cast<std::int32_t>(random() % 200);
  r.subscription = r.account * 2 + static_cast<std::uint32_t>(random() % 2);
  if (random() % 8 == 0) r.subscription = static_cast<std::uint32_t>(random() % (2 * accounts));  // one of another account
  if (random() % 3 == 0) r.known_from = r.start + static_cast<std::int32_t>(random() % 60);
  r.label = static_cast<std::uint32_t>(random() % 3);
  if (random() % 2 == 0) r.parent = accounts + static_cast<std::uint32_t>(random() % 2);
  if (source == fact_source::usage) {
    r.usage = static_cast<usage_kind>(random() % 3);
    if (*r.usage == usage_kind::prepaid) r.end = r.start + 1 + static_cast<std::int32_t>(random() % 300);
    if (*r.usage == usage_kind::minimum && r.end == r.start) r.end = 0;
    if (*r.usage == usage_kind::consumption) r.end = 0;
  }
  // One snapshot per account and month.
  if (source == fact_source::snapshots) {
    r.account = serial % accounts;
    r.start = month{600 + static_cast<std::int32_t>(serial / accounts)}.first_day().since_epoch;
  }
  return r;
}

/// The source of a row: a book of any source takes rows of usage.
inline fact_source source_of(const row& one, fact_source source) {
  return one.usage ? fact_source::usage : source;
}

/// In their order, table after table.
inline void add_rows(book& to, fact_source source, const std::vector<row>& rows, std::span<reading* const> follow = {}) {
  for (std::size_t i = 0; i < rows.size() || i == 0;) {
    std::vector<row> alike;
    const fact_source mine = rows.empty() ? source : source_of(rows[i], source);
    do {
      if (i < rows.size()) alike.push_back(rows[i]);
      ++i;
    } while (i < rows.size() && source_of(rows[i], source) == mine);
    apply(to, table(alike).as(mine), follow);
  }
}

inline book book_of(fact_source source, const std::vector<row>& rows) {
  book made(source);
  for (std::int64_t who = 0; who < accounts + 2; ++who) made.keys().intern(who);
  for (std::int64_t who = 0; who < 2 * accounts; ++who) made.subscription_keys().intern(who);
  add_rows(made, source, rows);
  return made;
}

inline void check_same(const reading& a, const reading& b, std::size_t customers) {
  REQUIRE(a.ledger.book.known_until() == b.ledger.book.known_until());
  for (std::uint32_t who = 0; who < customers; ++who) {
    const auto x = a.ledger.book.steps(account{who}), y = b.ledger.book.steps(account{who});
    REQUIRE(std::vector(x.begin(), x.end()) == std::vector(y.begin(), y.end()));
    const auto s = a.ledger.book.shares(account{who}), t = b.ledger.book.shares(account{who});
    REQUIRE(std::vector(s.begin(), s.end()) == std::vector(t.begin(), t.end()));
    if (a.ledger.owner != nullptr && !x.empty()) REQUIRE(a.ledger.owner->at(who) == b.ledger.owner->at(who));
  }
}

inline std::vector<view> views(fact_source source, bool usage = false) {
  std::vector<view> all(1);
  all[0].as_of = day{as_of};
  all.push_back(all[0]);
  all.back().known_on = day{first_day_of_all + 200};
  all.push_back(all[0]);
  all.back().policy.lapse_grace = 20;
  all.push_back(all[0]);
  all.back().where = {{"plan", {"basic", "team"}}};
  all.push_back(all[0]);
  all.back().split_by = "plan";
  all.push_back(all[0]);
  all.back().unit = book_unit::parent;
  all.push_back(all.back());
  all.back().policy.lapse_grace = 20, all.back().where = {{"plan", {"basic", "team"}}};
  all.push_back(all[0]);
  all.back().unit = book_unit::parent, all.back().owners_on = day{first_day_of_all + 250};
  if (usage || source == fact_source::usage) {
    for (std::size_t basis = 1; basis < values_of(usage_basis{}).size(); ++basis) {
      for (const std::size_t like : {0u, 1u, 3u, 4u, 5u}) {
        all.push_back(all[like]);
        all.back().policy.usage_basis = static_cast<usage_basis>(basis);
      }
    }
  }
  if (source == fact_source::prices || source == fact_source::invoices || source == fact_source::usage) {
    all.push_back(all[0]);
    all.back().policy.unit = customer_unit::subscription;
  }
  return all;
}

}  // namespace sojourn::test
