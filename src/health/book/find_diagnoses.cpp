#include "sojourn/health/book/find_diagnoses.hpp"

#include <algorithm>
#include <optional>

#include "health/card/plan.hpp"
#include "sojourn/domain/words.hpp"

namespace sojourn::inline v0_1::health {
namespace {

std::string joined(const std::vector<std::string>& all) {
  std::string result;
  for (const std::string& one : all) result += (result.empty() ? "" : ", ") + one;
  return result;
}

}  // namespace

std::vector<std::string> diagnosis_codes(const scorecard& card) {
  std::vector<std::string> codes;
  for (const rule& r : card.spec().rules) {
    if (r.finding && std::find(codes.begin(), codes.end(), r.finding->code) == codes.end()) codes.push_back(r.finding->code);
  }
  return codes;
}

findings find_diagnoses(const scorecard& card, const scores& book) {
  if (book.card_hash != card.hash())
    throw schema_error("the scores are those of another card, whose rules mean something else");
  const auto& rules = card.spec().rules;
  const std::vector<std::string> codes = diagnosis_codes(card);
  std::vector<std::vector<std::uint32_t>> by_code(codes.size());  // most severe first, then in the card's order
  for (std::uint32_t r = 0; r < rules.size(); ++r) {
    const auto& finding = rules[r].finding;
    if (finding)
      by_code[static_cast<std::size_t>(std::find(codes.begin(), codes.end(), finding->code) - codes.begin())].push_back(r);
  }
  for (auto& of_code : by_code) {
    std::sort(of_code.begin(), of_code.end(), [&](auto a, auto b) {
      const auto x = rules[a].finding->severity, y = rules[b].finding->severity;
      return x != y ? x > y : a < b;
    });
  }
  findings result;
  const auto has = [](std::uint64_t bits, std::uint32_t r) { return (bits >> r & 1u) != 0; };
  for (std::uint32_t row = 0; row < book.fired.size(); ++row) {
    for (std::uint32_t code = 0; code < codes.size(); ++code) {
      const auto& of_code = by_code[code];
      const auto fired = std::find_if(of_code.begin(), of_code.end(), [&](auto r) { return has(book.fired[row], r); });
      const bool open = std::any_of(of_code.begin(), of_code.end(), [&](auto r) { return has(book.undecided[row], r); });
      if (fired != of_code.end())
        result.active.push_back({row, code, *fired});
      else if (open)
        result.undecided.push_back({row, code});
    }
  }
  return result;
}

std::vector<std::string> evidence_of(const scorecard& card, std::size_t rule) {
  const auto& one = card.spec().rules.at(rule);
  if (one.finding && !one.finding->evidence.empty()) return one.finding->evidence;
  std::vector<bool> read(card.spec().signals.size(), false);
  using enum detail::term_kind;
  for (const detail::term& t : card.plan().conditions.at(rule).terms) {
    const bool is_signal = t.kind == signal || t.kind == age || t.kind == previous_signal || t.kind == change;
    if (is_signal) read[t.index] = true;
  }
  std::vector<std::string> names;
  for (std::size_t k = 0; k < read.size(); ++k) {
    if (read[k]) names.push_back(card.spec().signals[k].name);
  }
  return names;
}

std::vector<finding_line> describe(const scorecard& card, const scores& book, std::span<const finding> found) {
  const auto& rules = card.spec().rules;
  std::vector<finding_line> by_rule(rules.size());
  for (std::size_t r = 0; r < rules.size(); ++r) {
    const rule_diagnosis says = rules[r].finding.value_or(rule_diagnosis{});
    finding_line& line = by_rule[r];
    line.kind = says.kind;
    line.severity = says.severity;
    line.rule = rules[r].id;
    line.evidence = joined(evidence_of(card, r));
    line.remedy = joined(says.remedies);
    line.owner_role = says.owner_role;
    line.reason = rules[r].reason;
    if (says.due_days) line.due = day{*says.due_days + book.as_of.since_epoch};
  }
  std::vector<finding_line> lines;
  lines.reserve(found.size());
  for (const finding& one : found) {
    lines.push_back(by_rule[one.rule]);
    lines.back().what = one;
  }
  return lines;
}

std::string_view to_string(diagnosis_class kind) noexcept {
  return word_of(kind);
}

std::string_view to_string(diagnosis_severity severity) noexcept {
  return word_of(severity);
}

}  // namespace sojourn::inline v0_1::health
