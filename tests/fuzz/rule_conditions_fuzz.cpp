// Text as the condition of a rule: diagnostics, or a card whose text has the same meaning and whose scores stay within 0 and
// 100 whatever the signals are.
#include <cmath>
#include <limits>
#include <string>

#include "fuzz/fuzz_input.hpp"
#include "sojourn/health.hpp"
#include "sojourn/health/book/find_diagnoses.hpp"
#include "sojourn/health/card/check_card.hpp"

using namespace sojourn;
using fuzz::require;

namespace {

/// What a rule does, by a byte.
constexpr const char* effects[] = {R"("add": 5)",
                                   R"("set": 0)",
                                   R"("cap": 40)",
                                   R"("floor": 60)",
                                   R"("cap_tier": "red")",
                                   R"("signal": "a", "add": -7)",
                                   R"("group": "use", "exclude": true, "on_unknown": "fire")",
                                   R"("diagnosis": "low", "class": "ability")"};

std::string card_with(std::string_view condition, const char* effect) {
  std::string text = R"({"sojourn": 1, "card": "c", "segment": "plan",
    "signals": {"a": {"norm": "identity", "observed_at": "seen"}, "b": {"norm": {"ramp": [0, 5]}}, "c": {"norm": "bool"}},
    "tree": {"mean": [[3, {"id": "use", "mean": [[1, "a"], [1, "b"]]}], [1, "c"]]},
    "tiers": {"red": 0, "green": 50}, "rules": [{"id": "r", "if": ")";
  for (const char letter : condition) {
    if (letter == '"' || letter == '\\') text += '\\';
    text += letter;
  }
  return text + "\", " + effect + "}]}";
}

void try_scores(const health::scorecard& card) {
  constexpr double inf = std::numeric_limits<double>::infinity(), missing = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> values{0, 1, missing, inf, -inf, -5, 1e300, 100};
  signals table;
  for (const std::string& name : card.inputs()) table.push_back({name, column<double>(values), {}, {}});
  const auto found = health::score(card, table, {.as_of = day{20'000}, .previous_signals = &table});
  for (const double score : found.score)
    require(std::isnan(score) || (score >= 0 && score <= 100), "a score is below 0 or above 100");
  (void)health::find_diagnoses(card, found);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::fuzz_input input(data, size);
  const char* const effect = effects[input.below(std::size(effects))];
  const std::string text = card_with(input.text(), effect);
  const bool wrong = has_errors(health::validate_json(text));
  try {
    const health::scorecard card = health::compile_json(text);
    require(!wrong, "a card with errors compiles");
    require(health::compile_json(card.to_json()).hash() == card.hash(), "the text of a card has another meaning");
    try_scores(card);
  } catch (const error&) {
  }
  return 0;
}
