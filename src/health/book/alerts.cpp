#include "sojourn/health/book/alerts.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <tuple>

#include "health/book/alert_charts.hpp"
#include "health/book/alert_readings.hpp"
#include "sojourn/domain/shown_value.hpp"
#include "sojourn/domain/words.hpp"
#include "sojourn/health/score/delta.hpp"

namespace sojourn::inline v0_1::health {
namespace {

using detail::reading;

constexpr std::size_t at(alert_rule rule) {
  return static_cast<std::size_t>(rule);
}

void check_falls(const watched_signal& signal) {
  if (!(signal.minimum_base >= 0)) throw schema_error("the smallest base of \"" + signal.name + "\" must not be negative");
  if (signal.share <= 0 || signal.share > 1)
    throw schema_error("the share that \"" + signal.name + "\" may lose must lie above 0 and not above 1");
  if (signal.rating_fall <= 0 || std::isinf(signal.rating_fall))
    throw schema_error("the fall of \"" + signal.name + "\" that counts must be a number above 0");
}

void check_lengths(const alert_input& book) {
  const std::size_t rows = book.score.size();
  const auto check = [rows](std::size_t length, std::string_view what) {
    if (length == 0 || length == rows) return;
    throw schema_error("\"" + std::string(what) + "\" has " + std::to_string(length) + " rows and the scores have " +
                       std::to_string(rows));
  };
  if (book.tier.size() != rows)
    throw schema_error("there are " + std::to_string(rows) + " scores and " + std::to_string(book.tier.size()) + " tiers");
  check(book.coverage.size(), "coverage");
  check(book.stale_share.size(), "stale_share");
  check(book.previous_score.size(), "previous_score");
  check(book.previous_tier.size(), "previous_tier");
  check(book.previous_coverage.size(), "previous_coverage");
  check(book.objective.size(), "objective");
  check(book.subjective.size(), "subjective");
  check(book.critical_red.size(), "critical_red");
  check(book.last_active.size(), "last_active");
  check(book.under_contract.size(), "under_contract");
  check(book.sponsor_left.size(), "sponsor_left");
  check(book.renews_on.size(), "renews_on");
  check(book.owner.size(), "owner");
  check(book.value.size(), "value");
  for (const auto& cycle : book.history) check(cycle.size(), "history");
  for (const watched_signal& s : book.signals) check(s.now.size(), s.name), check(s.before.size(), s.name), check_falls(s);
  for (const watched_feature& f : book.features) check(f.last_used.size(), f.name);
}

void check_days(const column<std::int32_t>& days, std::string_view what, day as_of) {
  for (std::size_t row = 0; row < days.size(); ++row) {
    if (days.present(row) && days[row] > as_of.since_epoch) {
      throw data_error({std::string(what), row, to_string(day{days[row]}), "is after as_of", ""});
    }
  }
}

void check_options(const alert_options& options) {
  for (const alert_threshold& t : options.thresholds) {
    if (!std::isnan(t.at) && !(t.recovery >= 0)) throw schema_error("a recovery margin must not be negative");
  }
  if (options.cooldown_days < 0) throw schema_error("cooldown_days must not be negative");
  if (options.renewal_days < 0) throw schema_error("renewal_days must not be negative");
  const own_history_options& own = options.own_history;
  if (own.minimum < 2) throw schema_error("a history needs at least 2 earlier scores");
  if (!(own.lambda > 0 && own.lambda <= 1)) throw schema_error("lambda must lie above 0 and not above 1");
  if (!(own.slack >= 0)) throw schema_error("the slack cannot be negative");
  if (options.false_discovery < 0 || options.false_discovery > 1)
    throw schema_error("false_discovery is a share, between 0 and 1");
  if (options.outage_accounts < 1) throw schema_error("outage_accounts must be at least 1");
}

std::vector<alert_memory> sorted_memory(std::span<const alert_memory> memory, std::size_t rows, day as_of) {
  std::vector<alert_memory> sorted(memory.begin(), memory.end());
  const auto key = [](const alert_memory& m) { return std::pair(m.account, m.rule); };
  std::sort(sorted.begin(), sorted.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    const alert_memory& m = sorted[i];
    if (m.account >= rows) throw data_error({"memory", i, std::to_string(m.account), "is not a row of the book", ""});
    if (at(m.rule) >= alert_rules) throw data_error({"memory", i, std::to_string(at(m.rule)), "is not a rule", ""});
    if (m.raised_on > as_of) throw data_error({"memory", i, to_string(m.raised_on), "is after as_of", ""});
    if (i > 0 && key(sorted[i - 1]) == key(m))
      throw data_error({"memory", i, std::to_string(m.account), "occurs twice for one rule", ""});
  }
  return sorted;
}

/// An alert that may be raised, before the budget. Small, since a bad cycle makes more of them than the budget lets through:
/// what is said about the raised ones is read again.
struct possible_alert {
  std::int64_t value;
  std::uint32_t row;
  alert_rule rule;
  alert_severity severity;
};

/// One pass over the book: who fires, who is quiet because it was said before, who recovered.
class watch {
 public:
  watch(const alert_input& book, const alert_options& options, std::span<const alert_memory> memory)
      : book_(book), options_(options), before_(sorted_memory(memory, book.score.size(), options.as_of)) {
    cut_.fill(-std::numeric_limits<double>::infinity());
  }

  alert_list run() {
    find_outages();
    for (const alert_rule rule : {alert_rule::ewma_fall, alert_rule::unusual_fall}) find_cut(rule);
    for (std::size_t row = 0; row < book_.score.size(); ++row) {
      for (std::size_t r = 0; r < at(alert_rule::data_outage); ++r) look(static_cast<alert_rule>(r), row);
    }
    raise();
    gather_accounts();
    std::sort(list_.memory.begin(), list_.memory.end(),
              [](const auto& a, const auto& b) { return std::pair(a.account, a.rule) < std::pair(b.account, b.rule); });
    return std::move(list_);
  }

 private:
  void find_outages() {
    const alert_threshold& threshold = options_.thresholds[at(alert_rule::data_outage)];
    rule_counts& counts = list_.counts[at(alert_rule::data_outage)];
    ill_.assign(book_.signals.size(), 0);
    for (std::size_t s = 0; s < book_.signals.size(); ++s) {
      const detail::outage found = detail::outage_of(book_.signals[s]);
      if (found.had < options_.outage_accounts || std::isnan(threshold.at)) continue;
      counts.looked_at += found.had;
      const double share = static_cast<double>(found.lost) / static_cast<double>(found.had);
      if (!(compare_shown(share, threshold.at) >= 0)) continue;
      ill_[s] = 1;
      ++counts.fired;
      ++counts.raised;
      const std::string evidence = book_.signals[s].name + " is missing for " + std::to_string(found.lost) + " of " +
                                   std::to_string(found.had) + " accounts that had it in the cycle before";
      list_.alerts.push_back({alert_rule::data_outage, threshold.severity, alert::whole_book, book_.signals[s].name,
                              static_cast<double>(found.had), static_cast<double>(found.had - found.lost), share, evidence});
    }
  }

  /// The smallest quantity of a rule that chance does not explain over the whole book.
  void find_cut(alert_rule rule) {
    if (std::isnan(options_.false_discovery) || std::isnan(options_.thresholds[at(rule)].at)) return;
    std::vector<double> quantities;
    for (std::size_t row = 0; row < book_.score.size(); ++row) {
      const double found = detail::read(rule, book_, options_, row).quantity;
      if (!std::isnan(found)) quantities.push_back(found);
    }
    cut_[at(rule)] = detail::discovery_cut(std::move(quantities), options_.false_discovery);
  }

  /// The memory of this account and rule, if there is one; pairs come in the order of the memory.
  std::optional<alert_memory> recall(std::size_t row, alert_rule rule) {
    if (next_ == before_.size() || before_[next_].account != row || before_[next_].rule != rule) return {};
    return before_[next_++];
  }

  void look(alert_rule rule, std::size_t row) {
    const alert_threshold& threshold = options_.thresholds[at(rule)];
    rule_counts& counts = list_.counts[at(rule)];
    std::optional<alert_memory> said = recall(row, rule);
    const reading found = std::isnan(threshold.at) ? reading{} : detail::read(rule, book_, options_, row);
    if (std::isnan(found.quantity)) {
      if (said) list_.memory.push_back(*said);
      return;
    }
    ++counts.looked_at;
    const bool cool = !said || options_.as_of - said->raised_on >= options_.cooldown_days;
    if (compare_shown(found.quantity, threshold.at) >= 0) {
      ++counts.fired;
      if (said && said->state == alert_memory::arm::waiting)
        ++counts.repeated;
      else if (!cool)
        ++counts.cooling;
      else if (feed_is_ill(rule, found, row))
        ++counts.outage;
      else if (found.quantity < cut_[at(rule)])
        ++counts.unproven;
      else {
        candidates_.push_back({value(row), static_cast<std::uint32_t>(row), rule, threshold.severity});
        return;  // `raise` decides what is remembered
      }
      if (said) list_.memory.push_back(*said);
      return;
    }
    if (!said) return;
    if (compare_shown(found.quantity, threshold.at - threshold.recovery) <= 0) said->state = alert_memory::arm::ready;
    const bool over = said->state == alert_memory::arm::ready && cool;
    if (!over) list_.memory.push_back(*said);
  }

  [[nodiscard]] bool feed_is_ill(alert_rule rule, const reading& found, std::size_t row) const {
    if (rule == alert_rule::signal_drop || rule == alert_rule::satisfaction_drop) return ill_[found.which] != 0;
    if (rule != alert_rule::coverage_drop && rule != alert_rule::stale) return false;
    for (std::size_t s = 0; s < ill_.size(); ++s) {
      const watched_signal& signal = book_.signals[s];
      if (ill_[s] != 0 && std::isnan(signal.now[row]) && !std::isnan(signal.before[row])) return true;
    }
    return false;
  }

  [[nodiscard]] std::int64_t value(std::size_t row) const {
    return book_.value.empty() || !book_.value.present(row) ? 0 : book_.value[row];
  }
  [[nodiscard]] std::uint64_t owner(std::size_t row) const {
    constexpr std::uint64_t nobody = std::uint64_t{1} << 32;
    return book_.owner.empty() || !book_.owner.present(row) ? nobody : book_.owner[row];
  }

  void raise() {
    std::sort(candidates_.begin(), candidates_.end(), [](const possible_alert& a, const possible_alert& b) {
      return std::tie(b.severity, b.value, a.row, a.rule) < std::tie(a.severity, a.value, b.row, b.rule);
    });
    std::map<std::uint64_t, std::size_t> given;
    std::vector<std::uint8_t> let_through(book_.score.size(), 0);
    for (const possible_alert& c : candidates_) {
      if (let_through[c.row] == 0) {
        std::size_t& accounts = given[owner(c.row)];
        if (accounts == options_.budget) {
          ++list_.counts[at(c.rule)].over_budget;
          if (const auto said = remembered(c)) list_.memory.push_back(*said);
          continue;
        }
        ++accounts;
        let_through[c.row] = 1;
      }
      ++list_.counts[at(c.rule)].raised;
      list_.memory.push_back({c.row, c.rule, options_.as_of, alert_memory::arm::waiting});
      const reading what = detail::read(c.rule, book_, options_, c.row);
      list_.alerts.push_back({c.rule, c.severity, c.row, detail::subject(c.rule, book_, what), what.from, what.to,
                              what.quantity, detail::evidence(c.rule, book_, what)});
    }
  }

  /// The reasons of every account together. They come the strongest first.
  void gather_accounts() {
    std::map<std::size_t, std::size_t> place;
    for (std::size_t i = 0; i < list_.alerts.size(); ++i) {
      const alert& reason = list_.alerts[i];
      const bool fresh =
          reason.account == alert::whole_book || place.try_emplace(reason.account, list_.accounts.size()).second;
      if (fresh) list_.accounts.push_back({reason.account, reason.severity, {}, ""});
      account_alert& about = fresh ? list_.accounts.back() : list_.accounts[place[reason.account]];
      about.reasons.push_back(i);
      about.evidence += (about.evidence.empty() ? "" : "; ") + reason.evidence;
    }
  }

  /// What had been said before about a candidate that the budget cut.
  [[nodiscard]] std::optional<alert_memory> remembered(const possible_alert& c) const {
    const auto found =
        std::lower_bound(before_.begin(), before_.end(), std::pair(c.row, c.rule),
                         [](const alert_memory& m, const auto& key) { return std::pair(m.account, m.rule) < key; });
    if (found == before_.end() || found->account != c.row || found->rule != c.rule) return {};
    return *found;
  }

  const alert_input& book_;
  const alert_options& options_;
  std::vector<alert_memory> before_;
  std::size_t next_ = 0;
  std::vector<std::uint8_t> ill_;
  std::array<double, alert_rules> cut_{};  ///< minus infinity: none
  std::vector<possible_alert> candidates_;
  alert_list list_;
};

}  // namespace

std::vector<alert_memory> place_memory(std::span<const alert_memory> by_account, std::span<const std::size_t> row_of) {
  std::vector<alert_memory> placed;
  for (const alert_memory& one : by_account) {
    if (one.account >= row_of.size() || row_of[one.account] == not_there) continue;
    placed.push_back(one);
    placed.back().account = static_cast<std::uint32_t>(row_of[one.account]);
  }
  return placed;
}

std::string_view to_string(alert_rule rule) noexcept {
  return word_of(rule);
}

std::string_view to_string(alert_severity severity) noexcept {
  return word_of(severity);
}

std::int64_t alert_list::suppressed() const noexcept {
  std::int64_t total = 0;
  for (const rule_counts& c : counts) total += c.fired - c.raised;
  return total;
}

alert_list find_alerts(const alert_input& book, const alert_options& options, std::span<const alert_memory> memory) {
  check_lengths(book);
  if (book.score.size() > std::numeric_limits<std::uint32_t>::max())
    throw schema_error("a book has at most 2^32 - 1 accounts");
  check_options(options);
  check_days(book.last_active, "last_active", options.as_of);
  for (const watched_feature& f : book.features) check_days(f.last_used, f.name, options.as_of);
  return watch(book, options, memory).run();
}

}  // namespace sojourn::inline v0_1::health
