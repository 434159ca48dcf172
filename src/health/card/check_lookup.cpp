#include "health/card/check_lookup.hpp"

#include <cmath>

#include "detail/number_text.hpp"
#include "json/json_value.hpp"

namespace sojourn::inline v0_1::health::detail {
namespace {

using sojourn::detail::number_text;

constexpr std::size_t max_bands = 64;
constexpr std::size_t max_remarks = 100;

bool has_low(const band& b) {
  return b.ends == band_ends::low || b.ends == band_ends::both;
}
bool has_high(const band& b) {
  return b.ends == band_ends::high || b.ends == band_ends::both;
}

class lookup_checker {
 public:
  lookup_checker(const lookup2d& table, const std::string& at, diagnostics& found) : table_(table), at_(at), found_(found) {}

  void run() {
    if (table_.context.empty()) error(at_, "\"context\" is missing: the column that the second bands are about");
    const bool rows = check(table_.bands, at_ + "/bands"), columns = check(table_.context_bands, at_ + "/context_bands");
    if (!rows || !columns) return;
    if (table_.s.size() != table_.bands.size() * table_.context_bands.size()) {
      return error(at_ + "/s", "needs a score for each of the " + std::to_string(table_.bands.size()) + " x " +
                                   std::to_string(table_.context_bands.size()) + " cells");
    }
    for (std::size_t i = 0; i < table_.s.size(); ++i) check_cell(i);
  }

 private:
  void add(std::string at, std::string message, std::string suggestion, severity level) {
    if (found_.size() < max_remarks) found_.push_back({std::move(at), std::move(message), std::move(suggestion), level});
  }
  void error(std::string at, std::string message, std::string suggestion = {}) {
    add(std::move(at), std::move(message), std::move(suggestion), severity::error);
  }
  void open(std::string at, const std::string& where) {
    add(std::move(at), where + " in no band, so it is missing", "close the gap, or leave it if such values cannot occur",
        severity::warning);
  }

  bool check(const std::vector<band>& bands, const std::string& at) {
    if (bands.empty()) return error(at, "needs at least one band"), false;
    if (bands.size() > max_bands) return error(at, "more than " + std::to_string(max_bands) + " bands"), false;
    bool fine = true;
    for (std::size_t i = 0; i < bands.size(); ++i) {
      const band& b = bands[i];
      const bool holds = b.low < b.high || (b.low == b.high && b.ends == band_ends::both && std::isfinite(b.low));
      if (!holds) error(at + json::step(i), "the band holds no value");
      fine &= holds && (i == 0 || check_joint(bands[i - 1], b, at + json::step(i)));
    }
    if (fine) check_ends(bands, at);
    return fine;
  }

  /// Two neighbours must meet: an overlap is ambiguous, a gap is worth a warning.
  bool check_joint(const band& before, const band& here, const std::string& at) {
    if (here.low < before.low) return error(at, "the bands must go from low to high"), false;
    if (here.low < before.high || (here.low == before.high && has_high(before) && has_low(here))) {
      const std::string what = here.low == before.high ? number_text(here.low) + " is"
                                                       : "values from " + number_text(here.low) + " to " +
                                                             number_text(std::fmin(before.high, here.high)) + " are";
      return error(at, "overlaps the band before it: " + what + " in both", "\"below\" and \"above\" leave an end out"),
             false;
    }
    if (here.low == before.high && !has_high(before) && !has_low(here)) open(at, "exactly " + number_text(here.low) + " is");
    if (here.low > before.high) {
      open(at, "what is " + std::string(has_high(before) ? "above " : "from ") + number_text(before.high) +
                   (has_low(here) ? " and below " : " to ") + number_text(here.low) + " is");
    }
    return true;
  }
  void check_ends(const std::vector<band>& bands, const std::string& at) {
    const band &first = bands.front(), &last = bands.back();
    if (std::isfinite(first.low))
      open(at + json::step(std::size_t{0}),
           "what is " + std::string(has_low(first) ? "below " : "at most ") + number_text(first.low) + " is");
    if (std::isfinite(last.high))
      open(at + json::step(bands.size() - 1),
           "what is " + std::string(has_high(last) ? "above " : "at least ") + number_text(last.high) + " is");
  }

  void check_cell(std::size_t i) {
    const std::size_t width = table_.context_bands.size();
    const std::string here = at_ + "/s" + json::step(i / width) + json::step(i % width);
    if (std::isnan(table_.s[i])) return add(here, "the cell is open, so its values are missing", "", severity::warning);
    if (!(table_.s[i] >= 0 && table_.s[i] <= 1)) error(here, "the score of a cell must lie between 0 and 1");
  }

  const lookup2d& table_;
  const std::string& at_;
  diagnostics& found_;
};

}  // namespace

void check_lookup(const lookup2d& table, const std::string& at, diagnostics& found) {
  lookup_checker(table, at, found).run();
}

}  // namespace sojourn::inline v0_1::health::detail
