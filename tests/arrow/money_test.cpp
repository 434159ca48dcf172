#include "sojourn/arrow/money.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "arrow_producer.hpp"
#include "sojourn/arrow/reader.hpp"
#include "sojourn/detail/int128.hpp"
#include "sojourn/domain/error.hpp"

using namespace sojourn;
using arrow::any_column;
using arrow::as_money;
using arrow::kind;

namespace {

using amounts = std::vector<std::optional<std::int64_t>>;

amounts rows_of(const arrow::held_column<std::int64_t>& held) {
  amounts out;
  const auto view = held.view();
  for (std::size_t row = 0; row < view.size(); ++row)
    out.push_back(view.present(row) ? std::optional(view[row]) : std::nullopt);
  return out;
}

arrow::money_options in(std::string_view unit, std::string_view code = "USD") {
  return {unit, read_currency(code), {}};
}

/// decimal128 or decimal256 values as another library hands them over.
any_column decimals(const char* format, const std::vector<std::array<std::uint64_t, 4>>& values, std::size_t words) {
  producer::bytes memory(values.size() * words * 8);
  for (std::size_t i = 0; i < values.size(); ++i) std::memcpy(memory.data() + i * words * 8, values[i].data(), words * 8);
  ArrowArray array = producer::make({.length = static_cast<std::int64_t>(values.size()), .buffers = {std::nullopt, memory}});
  ArrowSchema schema = producer::schema(format, "mrr");
  const std::size_t only = 0;
  return arrow::source::from_array(&schema, &array).read({&only, 1}, "mrr").at(0);
}

}  // namespace

TEST_CASE("edge B05: a decimal without places counts minor units, as the integer does") {
  const amounts expected = {4900, std::nullopt, -1};
  CHECK(rows_of(as_money(any_column::decimals({4900, 0, -1}, 0, {1, 0, 1}), "mrr_cents", in(""))) == expected);
  CHECK(rows_of(as_money(any_column::from(std::vector<std::int64_t>{4900, 0, -1}, {1, 0, 1}), "mrr_cents", in(""))) ==
        expected);
  CHECK(rows_of(arrow::as_minor(any_column::decimals({4900, 0, -1}, 0, {1, 0, 1}), "mrr", 2)) == expected);
}

TEST_CASE("money column: the same amounts from every type") {
  const amounts cents = {4999, std::nullopt, -100, 0};
  const std::vector<std::uint8_t> present = {1, 0, 1, 1};
  const double gap = std::nan("");
  const auto usd = in("major");
  CHECK(rows_of(as_money(any_column::decimals({4999, 7, -100, 0}, 2, present), "mrr", usd)) == cents);
  CHECK(rows_of(as_money(any_column::decimals({49990, 7, -1000, 0}, 3, present), "mrr", usd)) == cents);
  CHECK(rows_of(as_money(any_column::from(std::vector<double>{49.99, gap, -1, -0.0}), "mrr", usd)) == cents);
  CHECK(rows_of(as_money(any_column::from(std::vector<double>{49.99, 7, -1, 0}, present), "mrr", usd)) == cents);
  CHECK(rows_of(as_money(any_column::from(std::vector<std::string>{"49.99", "", "-1.0", "0"}), "mrr", usd)) == cents);
  CHECK(rows_of(as_money(any_column::dictionary({0, 1, 2, 3}, {"49.99", " ", "-1", "0.00"}), "mrr", usd)) == cents);
  const std::vector<float> narrow = {49.99F, std::nanf(""), -1.0F, 0.0F};
  const auto floats = any_column::borrow(kind::float32, narrow.data(), narrow.size(), nullptr, 0, nullptr);
  CHECK(rows_of(as_money(floats, "mrr", usd)) == cents);

  const amounts whole = {4900, std::nullopt, 100};
  CHECK(rows_of(as_money(any_column::from(std::vector<std::int64_t>{49, 0, 1}, {1, 0, 1}), "mrr", usd)) == whole);
  CHECK(rows_of(as_money(any_column::from(std::vector<std::int32_t>{49, 0, 1}, {1, 0, 1}), "mrr", usd)) == whole);
  CHECK(rows_of(as_money(any_column::from(std::vector<std::uint8_t>{49, 0, 1}, {1, 0, 1}), "mrr", usd)) == whole);
  const std::vector<std::uint64_t> beyond = {49, std::numeric_limits<std::uint64_t>::max()};
  const auto wide = any_column::borrow(kind::uint64, beyond.data(), beyond.size(), nullptr, 0, nullptr);
  for (const auto& options : {usd, in("minor"), in("")}) {
    CHECK_THROWS_WITH_AS((void)as_money(wide, "mrr_minor", options), doctest::Contains("column \"mrr_minor\", row 1"),
                         data_error);
  }
  // Where no row holds an amount, no unit is asked for.
  CHECK(rows_of(as_money(any_column::missing(2), "mrr", in(""))) == amounts{std::nullopt, std::nullopt});
  CHECK(rows_of(as_money(any_column::from(std::vector<std::int64_t>{}), "mrr", in(""))).empty());
  CHECK(rows_of(as_money(any_column::from(std::vector<double>{0}, {0}), "mrr", in(""))) == amounts{std::nullopt});
}

TEST_CASE("money column: what is no money, or says no unit, is refused") {
  CHECK_THROWS_AS((void)as_money(any_column::booleans({1}), "mrr", in("minor")), schema_error);
  CHECK_THROWS_AS((void)as_money(any_column::dates({1}), "mrr", in("major")), schema_error);
  CHECK_THROWS_AS((void)as_money(any_column::from(std::vector<double>{4900}), "mrr_minor", in("")), schema_error);
  CHECK_THROWS_AS((void)as_money(any_column::from(std::vector<std::int64_t>{4900}), "mrr", in("")), schema_error);
  CHECK_THROWS_AS((void)as_money(any_column::from(std::vector<double>{49.995}), "mrr", in("major")), data_error);
}

TEST_CASE("money column: decimals wider than 64 bits") {
  // NUMERIC(38, 18): 49.99, -49.99 and 0.
  const detail::int128 unit = detail::int128{4'999} * 10'000'000'000'000'000;
  const auto words = [](detail::int128 v) {
    const auto bits = static_cast<detail::uint128>(v);
    return std::array<std::uint64_t, 4>{static_cast<std::uint64_t>(bits), static_cast<std::uint64_t>(bits >> 64), 0, 0};
  };
  const any_column numeric = decimals("d:38,18", {words(unit), words(-unit), words(0)}, 2);
  CHECK(rows_of(as_money(numeric, "mrr", in("major"))) == amounts{4999, -4999, 0});
  // 49.99 x 10^38 = 4999 x 10^36, in four words.
  const any_column big = decimals("d:76,38,256", {{0x29af117000000000, 0xb0d46113328958c0, 0xe, 0x0}}, 4);
  CHECK(rows_of(as_money(big, "mrr", in("major"))) == amounts{4999});
  const any_column narrow = decimals("d:38,0", {words(4900)}, 2);
  CHECK(narrow.scale() == 0);
  CHECK(rows_of(as_money(narrow, "mrr_cents", in(""))) == amounts{4900});
  // A value that has no zeros to leave out does not fit.
  const detail::int128 odd = unit * 1'000 + 1;
  CHECK_THROWS_AS((void)decimals("d:38,18", {words(odd)}, 2), data_error);
}

TEST_CASE("edge B03: codes in small letters are the same currencies, with their own decimals") {
  const auto codes = any_column::from(std::vector<std::string>{"jpy", " JPY", "Usd", "kwd"});
  const auto found = arrow::as_currencies(codes, "currency");
  CHECK(found.currencies == std::vector<iso_currency>{{"JPY", 0}, {"USD", 2}, {"KWD", 3}});
  CHECK(found.place.view()[1] == 0);
  const auto amounts_of = any_column::from(std::vector<double>{10'000, 67, 67.5, 67.125});
  CHECK(rows_of(as_money(amounts_of, "mrr", in("major"), found)) == amounts{10'000, 67, 6'750, 67'125});
  const auto too_fine = any_column::from(std::vector<double>{67.5, 1, 1, 1});
  CHECK_THROWS_AS((void)as_money(too_fine, "mrr", in("major"), found), data_error);
}

TEST_CASE("currency column: one currency, or an error that names them") {
  using texts = std::vector<std::string>;
  CHECK(arrow::only_currency(any_column::from(texts{"eur", "EUR"}), "ccy").code == "EUR");
  CHECK(arrow::only_currency(any_column::from(texts{"eur"}), "ccy", "EUR").code == "EUR");
  CHECK(arrow::only_currency(any_column::missing(3), "ccy").code == "USD");
  CHECK(arrow::only_currency(any_column::missing(3), "ccy", "jpy").exponent == 0);
  CHECK_THROWS_WITH_AS((void)arrow::only_currency(any_column::from(texts{"EUR", "USD"}), "ccy"),
                       "column \"ccy\" names several currencies (EUR, USD), and amounts of two currencies are never added: "
                       "give rates and the currency to report in, or take the rows of one currency",
                       schema_error);
  CHECK_THROWS_AS((void)arrow::only_currency(any_column::from(texts{"USD", "EUR"}), "ccy", "USD"), data_error);
  CHECK_THROWS_AS((void)arrow::only_currency(any_column::from(texts{"USD", ""}, {1, 0}), "ccy"), data_error);
  CHECK_THROWS_AS((void)arrow::only_currency(any_column::from(texts{"dollars"}), "ccy"), data_error);
  CHECK_THROWS_AS((void)arrow::only_currency(any_column::from(std::vector<std::int64_t>{840}), "ccy"), schema_error);
}
