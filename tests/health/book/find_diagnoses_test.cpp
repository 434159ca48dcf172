// Diagnoses of a card: which rules find them, which one speaks, and what stays undecided.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "rule_fixtures.hpp"
#include "sojourn/health/book/find_diagnoses.hpp"

using namespace health_test;

TEST_CASE("diagnoses: rules find them, the most severe speaks, and what could not be decided is carried") {
  auto spec = small({});
  const auto finds = [](std::string id, std::string condition, std::string code, h::diagnosis_severity severity) {
    h::rule r = acting(std::move(id), std::move(condition), h::rule_action::none);
    r.finding.emplace();
    r.finding->code = std::move(code);
    r.finding->severity = severity;
    return r;
  };
  spec.rules = {finds("low", "a < 50", "ability.low_use", h::diagnosis_severity::low),
                acting("c", "c < 10", h::rule_action::cap, 40),
                finds("very low", "a < 20 and b < 20", "ability.low_use", h::diagnosis_severity::high),
                finds("left", "x == 1", "stakeholder.sponsor_left", h::diagnosis_severity::critical)};
  spec.rules[3].finding->evidence = {"c"};
  const auto compiled = h::compile(spec);
  CHECK(h::compile_json(compiled.to_json()).spec() == spec);
  const table t = book({{40, 10, 60, missing}, {50, 10, 50, 50}, {50, 50, 50, 50}, {0, 1, missing, 0}});
  const auto r = h::score(compiled, t.view());
  CHECK(h::diagnosis_codes(compiled) == std::vector<std::string>{"ability.low_use", "stakeholder.sponsor_left"});
  const auto found = h::find_diagnoses(compiled, r);
  CHECK(found.active == std::vector<h::finding>{{0, 0, 0}, {1, 0, 2}, {1, 1, 3}});
  CHECK(found.undecided == std::vector<h::diagnosis>{{2, 1}, {3, 0}});
  CHECK(h::evidence_of(compiled, 2) == std::vector<std::string>{"a", "b"});
  CHECK(h::evidence_of(compiled, 3) == std::vector<std::string>{"c"});
  CHECK(r.raw[0] == r.score[0]);  // a rule that only diagnoses moves nothing
  CHECK_THROWS_AS((void)h::find_diagnoses(h::compile(small({})), r), sojourn::schema_error);

  const std::vector<h::diagnosis_record> before = {{{2, 1}, h::diagnosis_status::fresh, 1},
                                                   {{3, 1}, h::diagnosis_status::persistent, 2}};
  std::vector<h::diagnosis> active;
  for (const h::finding& f : found.active) active.push_back({f.row, f.code});
  const auto records = h::follow(before, active, {}, found.undecided);
  const auto of = [&](h::diagnosis what) {
    return std::find_if(records.begin(), records.end(), [&](const auto& d) { return d.what == what; })->status;
  };
  CHECK(of({2, 1}) == h::diagnosis_status::fresh);  // nobody could tell: as it was
  CHECK(of({3, 1}) == h::diagnosis_status::resolved);
  CHECK(of({1, 1}) == h::diagnosis_status::fresh);
}
