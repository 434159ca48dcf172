#include "sojourn/revenue/parts/label_rows.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1 {

std::vector<label_rows::row> label_rows::read(const account_labels& table, std::span<const std::string> labels) {
  require_same_length(table.account, "account", table.label, "segment");
  if (!table.since.empty()) require_same_length(table.account, "account", table.since, "since");
  std::vector<std::uint32_t> code;
  for (const std::string& label : labels) {
    const auto found = codes_.try_emplace(label, static_cast<std::uint32_t>(labels_.size()));
    if (found.second) labels_.push_back(label);
    code.push_back(found.first->second);
  }
  std::vector<row> rows;
  rows.reserve(table.account.size());
  for (std::size_t i = 0; i < table.account.size(); ++i) {
    if (!table.account.present(i)) {
      throw data_error({table.account.name_or("account"), i, "missing", "every row belongs to an account",
                        "name the account, or leave the row out"});
    }
    const bool says = table.label.present(i);
    if (says && table.label[i] >= code.size()) {
      throw data_error({table.label.name_or("segment"), i, std::to_string(table.label[i]),
                        "a label is a code below " + std::to_string(code.size()), ""});
    }
    const bool dated = !table.since.empty() && table.since.present(i);
    rows.push_back({table.account[i], says ? code[table.label[i]] : unlabelled,
                    dated ? table.since[i] : std::numeric_limits<std::int32_t>::min()});
  }
  return rows;
}

void label_rows::add(const account_labels& table, std::span<const std::string> labels) {
  const auto rows = read(table, labels);
  rows_.insert(rows_.end(), rows.begin(), rows.end());
}

void label_rows::remove(const account_labels& table, std::span<const std::string> labels) {
  std::map<row, std::int64_t> gone;
  for (const row& each : read(table, labels)) ++gone[each];
  std::erase_if(rows_, [&](const row& each) {
    const auto found = gone.find(each);
    return found != gone.end() && found->second-- > 0;
  });
}

void label_rows::move(account from, account into) {
  for (row& each : rows_) {
    if (each.account == from.index) each.account = into.index;
  }
}

labelled_segments label_rows::assign(std::size_t accounts, segment_options options) const {
  std::vector<std::uint32_t> order(labels_.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) { return labels_[a] < labels_[b]; });
  std::vector<std::uint32_t> rank(order.size());
  for (std::uint32_t r = 0; r < order.size(); ++r) rank[order[r]] = r;

  std::vector<std::uint32_t> who, code;
  std::vector<std::int32_t> since;
  std::vector<std::uint8_t> says(rows_.size() / 8 + 1);
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const bool labelled = rows_[i].label != unlabelled;
    who.push_back(rows_[i].account), since.push_back(rows_[i].since);
    code.push_back(labelled ? rank[rows_[i].label] : 0);
    if (labelled) says[i / 8] = static_cast<std::uint8_t>(says[i / 8] | (1u << (i % 8)));
  }
  labelled_segments found;
  found.by =
      segment_accounts({column<std::uint32_t>(who), column<std::uint32_t>(std::span<const std::uint32_t>(code), says.data()),
                        column<std::int32_t>(since)},
                       accounts, labels_.size(), options);
  for (const std::uint32_t label : order) found.labels.push_back(labels_[label]);
  return found;
}

}  // namespace sojourn::inline v0_1
