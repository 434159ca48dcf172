#include "sojourn/health/book/stakeholders.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "detail/number_text.hpp"
#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1::health {
namespace {

void check_people(const stakeholder_rows& rows) {
  const auto check = [&rows](std::size_t length, const char* what) {
    if (length == rows.account.size()) return;
    throw schema_error(std::string(what) + " has " + std::to_string(length) + " rows and account has " +
                       std::to_string(rows.account.size()));
  };
  check(rows.influence.size(), "influence");
  check(rows.active.size(), "active");
  if (!rows.sponsor.empty()) check(rows.sponsor.size(), "sponsor");
}

bool is_set(const column<std::uint8_t>& flags, std::size_t row) {
  return !flags.empty() && flags.present(row) && flags[row] != 0;
}

}  // namespace

std::vector<stakeholder_line> stakeholder_coverage(const stakeholder_rows& rows) {
  check_people(rows);
  std::vector<stakeholder_line> lines(rows.accounts);
  std::vector<double> largest(rows.accounts, 0.0);
  for (std::size_t row = 0; row < rows.account.size(); ++row) {
    if (!rows.account.present(row) || rows.account[row] >= rows.accounts)
      throw data_error({"account", row, "", "is not among the accounts", ""});
    const double influence = rows.influence[row];
    if (influence < 0 || std::isinf(influence)) {
      throw data_error(
          {"influence", row, sojourn::detail::number_text(influence), "must be a number from 0", "0 is no influence"});
    }
    stakeholder_line& line = lines[rows.account[row]];
    const bool active = is_set(rows.active, row);
    ++line.people;
    line.active += active ? 1 : 0;
    if (is_set(rows.sponsor, row) && line.sponsor != sponsor_state::active)
      line.sponsor = active ? sponsor_state::active : sponsor_state::left;
    if (std::isnan(influence)) {
      ++line.unknown_influence;
      continue;
    }
    line.influence += influence;
    if (!active) continue;
    line.active_influence += influence;
    largest[rows.account[row]] = std::max(largest[rows.account[row]], influence);
  }
  for (std::size_t account = 0; account < lines.size(); ++account) {
    stakeholder_line& line = lines[account];
    if (line.influence > 0) line.coverage = line.active_influence / line.influence;
    if (line.active_influence > 0) line.concentration = largest[account] / line.active_influence;
  }
  return lines;
}

std::vector<checklist_line> checklist(std::span<const column<std::uint8_t>> recorded) {
  if (recorded.empty()) throw schema_error("a checklist needs at least one item");
  const std::size_t accounts = recorded.front().size();
  for (const column<std::uint8_t>& item : recorded) {
    if (item.size() != accounts)
      throw schema_error("the items of a checklist differ in length: " + std::to_string(accounts) + " and " +
                         std::to_string(item.size()));
  }
  std::vector<checklist_line> lines(accounts);
  for (std::size_t account = 0; account < accounts; ++account) {
    checklist_line& line = lines[account];
    for (std::size_t item = 0; item < recorded.size(); ++item) {
      if (is_set(recorded[item], account))
        ++line.recorded;
      else
        line.missing.push_back(static_cast<std::uint32_t>(item));
    }
    line.completeness = static_cast<double>(line.recorded) / static_cast<double>(recorded.size());
  }
  return lines;
}

}  // namespace sojourn::inline v0_1::health
