// Subscription rows for tests: typed, random, or read from a CSV of examples/data.
#pragma once

#include <cstdint>
#include <fstream>
#include <optional>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "oracle/slow_ledger.hpp"
#include "paths.hpp"
#include "sojourn/domain/account.hpp"
#include "sojourn/domain/calendar.hpp"
#include "sojourn/revenue/ledger/ledger.hpp"

namespace sojourn::test {

inline int on(const std::string& text) {
  const auto found = parse_day(text);
  if (!found) throw std::invalid_argument("not a date: " + text);
  return found->since_epoch;
}
inline day at(const std::string& text) {
  return day{on(text)};
}
inline month in(const std::string& text) {
  return parse_month(text).value();
}

/// Columns that own their memory; `view()` is what the library sees.
struct table {
  std::vector<std::uint32_t> account;
  std::vector<std::int32_t> start;
  std::vector<std::int32_t> end;
  std::vector<std::uint8_t> end_bits;
  std::vector<std::int64_t> amount;
  std::size_t accounts = 0;  // the universe; 0: dense indices, as the ledger has it

  table& add(std::uint32_t who, int from, std::optional<int> to, std::int64_t mrr_minor) {
    const std::size_t row = account.size();
    account.push_back(who);
    start.push_back(from);
    end.push_back(to.value_or(0));
    end_bits.resize(row / 8 + 1, 0);
    if (to) end_bits[row / 8] = static_cast<std::uint8_t>(end_bits[row / 8] | (1u << (row % 8)));
    amount.push_back(mrr_minor);
    return *this;
  }
  table& add(std::uint32_t who, const std::string& from, const std::string& to, std::int64_t mrr_minor) {
    return add(who, on(from), to.empty() ? std::nullopt : std::optional<int>(on(to)), mrr_minor);
  }
  [[nodiscard]] subscriptions view() const {
    return {column<std::uint32_t>(account, "account"), column<std::int32_t>(start, "start"),
            column<std::int32_t>(std::span<const std::int32_t>(end), end_bits.data(), 0, "end"),
            column<std::int64_t>(amount, "mrr")};
  }
  [[nodiscard]] ledger book(as_of_day as_of = {}) const { return ledger(view(), {as_of, accounts}); }
  [[nodiscard]] std::vector<oracle::slow_row> slow_rows() const {
    std::vector<oracle::slow_row> rows;
    for (std::size_t i = 0; i < account.size(); ++i) {
      const bool ends = ((std::uint32_t{end_bits[i / 8]} >> (i % 8)) & 1u) != 0;
      rows.push_back({account[i], start[i], ends ? std::optional<int>(end[i]) : std::nullopt, amount[i]});
    }
    return rows;
  }
  /// The same rows in another order, with accounts renamed.
  [[nodiscard]] table rearranged(const std::vector<std::size_t>& order, const std::vector<std::uint32_t>& new_name) const {
    const auto rows = slow_rows();
    table out;
    out.accounts = accounts;
    for (const std::size_t i : order) out.add(new_name[rows[i].account], rows[i].start, rows[i].end, rows[i].amount);
    return out;
  }
};

/// Few accounts, many coincidences: overlaps, gaps, free and empty periods, changes on one day, month ends, a leap day.
inline table random_table(std::mt19937_64& random, std::uint32_t accounts, std::size_t rows) {
  const int first = on("2019-12-15");
  const int special[] = {on("2020-01-01"), on("2020-01-31"), on("2020-02-01"), on("2020-02-29"),
                         on("2020-03-01"), on("2020-06-30"), on("2020-07-01"), on("2020-12-31")};
  const auto below = [&](std::uint64_t n) { return static_cast<int>(random() % n); };
  const auto any_day = [&] { return below(3) == 0 ? special[below(8)] : first + below(420); };
  table out;
  out.accounts = accounts;
  for (std::size_t i = 0; i < rows; ++i) {
    const int from = any_day();
    int to = below(2) == 0 ? from + below(90) : any_day();
    if (to < from) to = from + 1;
    const std::int64_t amounts[] = {0, 100, 100, 250, 4900, 1 + below(100000)};
    out.add(static_cast<std::uint32_t>(below(accounts)), from, below(4) == 0 ? std::nullopt : std::optional<int>(to),
            amounts[below(6)]);
  }
  return out;
}

inline std::vector<std::vector<std::string>> read_csv(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(file, line);) {
    std::vector<std::string> cells;
    std::istringstream stream(line);
    for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
    rows.push_back(std::move(cells));
  }
  rows.erase(rows.begin());
  return rows;
}

inline table synth_saas() {
  table out;
  account_index index;
  for (const auto& cells : read_csv(in_repository("examples/data/synth_saas_periods.csv"))) {
    out.add(index.intern(cells[0]).index, cells[1], cells[2], std::stoll(cells[4]));
  }
  return out;
}

}  // namespace sojourn::test
