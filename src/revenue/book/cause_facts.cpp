#include "revenue/book/cause_facts.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "revenue/sources/derived_causes.hpp"
#include "revenue/sources/line_causes.hpp"
#include "revenue/sources/price_causes.hpp"

namespace sojourn::inline v0_1::detail {
namespace {

constexpr std::array<std::string_view, 6> product_names{"product", "plan",         "product_id",
                                                        "plan_id", "product_name", "plan_name"};

/// The labels that tell products apart.
std::vector<const label_column*> product_labels(const book_data& data) {
  std::vector<const label_column*> found;
  for (const label_column& label : data.labels) {
    const bool named = std::find(product_names.begin(), product_names.end(), label.name) != product_names.end();
    if (named && label.column != no_column) found.push_back(&label);
  }
  return found;
}

/// A column of codes that owns its memory.
class coded_rows {
 public:
  explicit coded_rows(std::size_t rows) : codes_(rows), present_(rows / 8 + 1) {}
  void set(std::size_t row, std::uint32_t code) {
    codes_[row] = code;
    present_[row / 8] = static_cast<std::uint8_t>(present_[row / 8] | (1u << (row % 8)));
  }
  [[nodiscard]] column<std::uint32_t> column_of() const { return {std::span<const std::uint32_t>(codes_), present_.data()}; }

 private:
  std::vector<std::uint32_t> codes_;
  std::vector<std::uint8_t> present_;
};

coded_rows subscriptions_of(const book_data& data, std::span<const std::uint32_t> slots) {
  coded_rows codes(slots.size());
  if (data.subscription() == no_column) return codes;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    const auto found = data.cell<std::uint32_t>(data.subscription(), slots[i]);
    if (found) codes.set(i, *found);
  }
  return codes;
}

/// One code for all labels of a row that name its product, in order of their words; none where one of them is missing.
coded_rows products_of(const book_data& data, std::span<const std::uint32_t> slots) {
  coded_rows codes(slots.size());
  const auto labels = product_labels(data);
  if (labels.empty()) return codes;
  std::map<std::vector<std::uint32_t>, std::uint32_t> known;  // codes of words -> the first row with them
  std::vector<std::uint32_t> words;
  const auto read = [&](std::uint32_t slot) {
    words.clear();
    for (const label_column* label : labels) {
      if (const auto found = data.cell<std::uint32_t>(label->column, slot)) words.push_back(*found);
    }
    return words.size() == labels.size();
  };
  for (const std::uint32_t slot : slots) {
    if (read(slot)) known.try_emplace(words, 0);
  }
  std::map<std::vector<std::string>, std::uint32_t*> ordered;
  for (auto& [numbers, code] : known) {
    std::vector<std::string> text;
    text.reserve(numbers.size());
    for (std::size_t i = 0; i < numbers.size(); ++i) text.push_back(labels[i]->words.words()[numbers[i]]);
    ordered[text] = &code;
  }
  std::uint32_t next = 0;
  for (const auto& [text, code] : ordered) *code = next++;
  for (std::size_t i = 0; i < slots.size(); ++i) {
    if (read(slots[i])) codes.set(i, known.at(words));
  }
  return codes;
}

/// The first day of what each fact was made into, which is the day of its rate.
std::vector<std::int32_t> first_days_of(const mrr_rows& rows, std::size_t facts) {
  std::vector<std::int32_t> first(facts, INT32_MAX);
  for (std::size_t i = 0; i < rows.account.size(); ++i) {
    if (rows.source[i] == mrr_rows::no_source) continue;
    std::int32_t& mine = first[rows.source[i]];
    mine = std::min(mine, rows.start[i]);
  }
  return first;
}

}  // namespace

bool says_causes(const book_data& data) {
  return data.source == fact_source::prices || data.source == fact_source::invoices || data.subscription() != no_column ||
         !product_labels(data).empty();
}

void write_causes(mrr_rows& rows, const book_data& data, std::span<const std::uint32_t> slots, const view_of_book& how) {
  const gathered_facts table(data, slots);
  const coded_rows subscriptions = subscriptions_of(data, slots), products = products_of(data, slots);
  const std::vector<std::int32_t> first = first_days_of(rows, slots.size());
  const revenue_policy& policy = how.under().policy;
  cause_facts facts{subscriptions.column_of(), products.column_of()};
  facts.stated = [&](std::uint32_t row) { return how.cause_of(slots[row]); };
  if (how.valued_once()) facts.rate = [&](std::uint32_t row) { return how.rate_of(slots[row], day{first[row]}); };
  if (const auto* priced = std::get_if<priced_subscriptions>(&table.rows)) {
    facts.compare = price_comparison(*priced, policy, facts.rate);
  } else if (const auto* lines = std::get_if<invoice_lines>(&table.rows)) {
    facts.compare = line_comparison(*lines, policy);
  }
  derive_causes(rows, facts);
}

}  // namespace sojourn::inline v0_1::detail
