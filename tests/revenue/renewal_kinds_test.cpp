#include <doctest/doctest.h>

#include <optional>
#include <vector>

#include "sojourn/revenue/renewal_kinds.hpp"
#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

struct terms_table {
  std::vector<std::uint32_t> account;
  std::vector<std::int32_t> start, end, renewed_on, until;
  std::vector<std::int64_t> value, renewed_value;
  std::vector<std::uint8_t> renewed_bits, until_bits, automatic;

  terms_table& add(std::uint32_t who, const std::string& from, const std::string& to, const std::string& renewed,
                   const std::string& new_end, bool by_itself) {
    const std::size_t row = account.size();
    account.push_back(who), start.push_back(on(from)), end.push_back(on(to)), value.push_back(100);
    renewed_on.push_back(renewed.empty() ? 0 : on(renewed)), renewed_value.push_back(renewed.empty() ? 0 : 90);
    until.push_back(new_end.empty() ? 0 : on(new_end)), automatic.push_back(by_itself ? 1 : 0);
    renewed_bits.resize(row / 8 + 1), until_bits.resize(row / 8 + 1);
    if (!renewed.empty()) renewed_bits[row / 8] = static_cast<std::uint8_t>(renewed_bits[row / 8] | (1u << (row % 8)));
    if (!new_end.empty()) until_bits[row / 8] = static_cast<std::uint8_t>(until_bits[row / 8] | (1u << (row % 8)));
    return *this;
  }
  [[nodiscard]] contracts view() const {
    return {column<std::uint32_t>(account), column<std::int32_t>(end), column<std::int64_t>(value),
            column<std::int32_t>(std::span<const std::int32_t>(renewed_on), renewed_bits.data()),
            column<std::int64_t>(std::span<const std::int64_t>(renewed_value), renewed_bits.data())};
  }
  [[nodiscard]] contract_details details() const {
    return {column<std::int32_t>(start, "from"),
            column<std::int32_t>(std::span<const std::int32_t>(until), until_bits.data(), 0, "until"),
            column<std::uint8_t>(automatic)};
  }
};

}  // namespace

TEST_CASE("renewal kinds: long terms, automatic renewals and contracts that were joined are counted, each once") {
  terms_table t;
  t.add(0, "2023-06-01", "2024-06-01", "2024-06-01", "2025-06-01", true);   // a year, by itself
  t.add(1, "2021-06-10", "2024-06-10", "2024-06-10", "2027-06-10", false);  // three years, for three more
  t.add(2, "2023-06-05", "2024-06-05", "2024-06-20", "2025-06-20", false);  // two contracts go on from one day
  t.add(2, "2023-06-20", "2024-06-20", "2024-06-20", "2025-06-20", false);
  t.add(3, "2023-06-15", "2024-06-15", "2024-06-15", "", false);  // two that always ended together
  t.add(3, "2023-06-15", "2024-06-15", "2024-06-15", "", false);
  t.add(4, "2020-06-01", "2024-06-01", "", "", false);                     // four years, lost
  t.add(5, "2023-03-01", "2024-03-01", "2024-03-01", "", true);            // not due
  t.add(6, "2023-06-01", "2024-06-01", "2024-09-01", "2026-09-02", true);  // came back too late
  const renewal_window june{at("2024-06-01"), at("2024-07-01")};
  const renewal_options late{.as_of = at("2024-10-01")};
  const renewal_kinds kinds = count_renewal_kinds(t.view(), t.details(), june, late);
  CHECK(kinds.due == 8);
  CHECK(kinds.renewed == 6);
  CHECK(kinds.term_known == 8);
  CHECK(kinds.multi_year_due == 2);
  CHECK(kinds.renewed_term_known == 4);
  CHECK(kinds.multi_year_renewed == 1);
  CHECK(kinds.auto_known == 6);
  CHECK(kinds.auto_renewed == 1);
  CHECK(kinds.co_terminated == 2);
  const renewal_state rates = tally_renewals(t.view(), june, late);
  CHECK(rates.contracts_due == kinds.due);
  CHECK(rates.early + rates.on_time + rates.late == kinds.renewed);

  renewal_options early;
  early.as_of = at("2024-06-12");
  CHECK(count_renewal_kinds(t.view(), t.details(), june, early).renewed == 2);
  const renewal_kinds bare = count_renewal_kinds(t.view(), {}, june, late);
  CHECK(bare.term_known == 0);
  CHECK(bare.co_terminated == 2);
}

TEST_CASE("renewal kinds: a leap year is a year, and a term ends after its start") {
  terms_table t;
  t.add(0, "2024-02-29", "2025-02-28", "2025-02-28", "2026-02-28", false);
  t.add(1, "2024-02-29", "2025-03-01", "2025-03-01", "2026-03-02", false);
  const renewal_window window{at("2025-02-01"), at("2025-04-01")};
  CHECK(count_renewal_kinds(t.view(), t.details(), window).multi_year_due == 1);
  CHECK(count_renewal_kinds(t.view(), t.details(), window).multi_year_renewed == 1);
  t.start[1] = on("2025-03-01");
  CHECK_THROWS_WITH_AS((void)count_renewal_kinds(t.view(), t.details(), window), doctest::Contains("from"), data_error);
  contract_details shorter = t.details();
  shorter.auto_renewed = column<std::uint8_t>(std::span<const std::uint8_t>(t.automatic).first(1));
  CHECK_THROWS_AS((void)count_renewal_kinds(t.view(), shorter, window), schema_error);
}
