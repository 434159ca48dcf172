#include "revenue/book/stored_book.hpp"

#include <string_view>

#include "detail/fnv1a.hpp"
#include "revenue/book/empty_rows.hpp"
#include "revenue/book/fact_columns.hpp"
#include "revenue/book/stored_rules.hpp"

namespace sojourn::inline v0_1::detail {

std::vector<stored_column> stored_book::columns_of(fact_source source, bool usage_beside) {
  if (static_cast<std::size_t>(source) >= values_of(fact_source{}).size()) {
    refuse_book_bytes("source " + std::to_string(static_cast<unsigned>(source)) + " is none that books have");
  }
  require_in_bytes(!usage_beside || source != fact_source::usage, "usage stands beside another source");
  std::vector<stored_column> columns;
  bool subscriptions = false;
  const auto add = [&](std::string_view role, const auto& column) {
    if (role == "usage_subscription" && subscriptions) return;
    subscriptions = subscriptions || role == "subscription";
    using cell = std::remove_cvref_t<decltype(column[0])>;
    columns.push_back({false, std::vector<cell>{}});
  };
  std::visit([&](const auto& table) { each_column(table, add); }, empty_rows(source));
  const usage_lines usage;
  if (usage_beside) each_column(usage, add);
  return columns;
}

std::uint64_t stored_schema() {
  fnv1a hash;
  hash.text(
      "book 2: source usage_beside ticks_per_unit keys subscriptions account own recorded_from recorded_until purchased_on "
      "parent ");
  hash.text("currency cause labels mergers parents moved");
  for (std::size_t s = 0; s < values_of(fact_source{}).size(); ++s) {
    hash.text(values_of(fact_source{})[s]);
    std::visit(
        [&](const auto& table) {
          each_column(table, [&](std::string_view role, const auto& column) { hash.text(role).number(sizeof(column[0])); });
        },
        empty_rows(static_cast<fact_source>(s)));
  }
  return hash.value();
}

}  // namespace sojourn::inline v0_1::detail
