// Normalisers of two columns, curves, and tables with holes: worked examples, edges, and what each mistake is told.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "health_fixtures.hpp"

using namespace health_test;

namespace {

using h::band_ends;

/// 100 s of x beside a second column.
h::scores beside(const h::normaliser& norm, std::vector<double> x, std::string second, std::vector<double> y) {
  const table t{{"x", std::move(second)}, {std::move(x), std::move(y)}};
  return h::score(h::compile(only(norm)), t.view());
}

/// The published use-case table of a vendor's handbook, ends as it states them.
const std::string adoption = R"({"sojourn": 1, "min_coverage": 0, "signals": {"util": {"norm": {"lookup2d": {
  "bands": [{"below": 10}, {"from": 10, "to": 50}, {"from": 51, "to": 75}, {"above": 75}],
  "context": "tenure", "context_bands": [{"from": 2, "below": 6}, {"above": 6, "below": 9}, {"above": 9}],
  "s": [[0, 0, 0], [0.5, 0, 0], [1, 0.5, 0], [1, 1, 1]]}}}}, "tree": {"mean": [[1, "util"]]},
  "tiers": {"red": 0, "yellow": 50, "green": 75}})";

std::string with(std::string_view what, std::string_view by) {
  std::string text = adoption;
  const auto at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), by);
}

bool told(const sojourn::diagnostics& found, std::string_view pointer, std::string_view message, sojourn::severity level) {
  CAPTURE(sojourn::to_string(found));
  return std::any_of(found.begin(), found.end(), [&](const sojourn::diagnostic& d) {
    return d.pointer == pointer && d.message.find(message) != std::string::npos && d.level == level;
  });
}
void expect(const std::string& text, std::string_view pointer, std::string_view message) {
  const auto found = h::validate_json(text);
  CAPTURE(sojourn::to_string(found));
  CHECK(told(found, pointer, message, sojourn::severity::error));
}
void remarks(const std::string& text, std::string_view pointer, std::string_view message) {
  const auto found = h::validate_json(text);
  CAPTURE(sojourn::to_string(found));
  CHECK(told(found, pointer, message, sojourn::severity::warning));
}

}  // namespace

TEST_CASE("H03: at and beyond the good end of a ramp all is well") {
  CHECK(same_bits(normalised(h::ramp{7, 30}, {30, 35, 7, 5}), {100, 100, 0, 0}));
}

TEST_CASE("H30: use by tenure; what the published table leaves open is missing, and the check of the card says where") {
  const auto card = h::compile_json(adoption);
  const table t{{"util", "tenure"}, {{9, 30, 30, 60, 60, 60, 76}, {12, 3, 7, 3, 7, 10, 10}}};
  const auto r = h::score(card, t.view());
  const std::vector<std::string_view> expected = {"red", "yellow", "red", "green", "yellow", "red", "green"};
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(card.tier_name(r.tier[i]) == expected[i]);
  const table open{{"util", "tenure"},
                   {{50.5, 30, 30, 30, 51, 50, missing, 30, inf, 30}, {3, 1.9, 6, 9, 2, 2, 3, missing, 3, -inf}}};
  const auto gaps = h::score(card, open.view());
  for (const std::size_t row : {0u, 1u, 2u, 3u, 6u, 7u, 8u, 9u}) CHECK(card.tier_name(gaps.tier[row]) == "unknown");
  CHECK(gaps.score[4] == 100);
  CHECK(gaps.score[5] == 50);
  CHECK(gaps.counters[0].unknown == 4);
  CHECK(gaps.counters[0].missing == 2);
  CHECK(gaps.counters[0].nonfinite == 2);
  CHECK((gaps.flags[0] & h::flag::irregular) != 0);
  CHECK((gaps.flags[7] & h::flag::irregular) == 0);
  REQUIRE(card.warnings().size() == 4);
  const std::string at = "/signals/util/norm/lookup2d";
  CHECK(told(card.warnings(), at + "/bands/2", "above 50 and below 51 is in no band", sojourn::severity::warning));
  CHECK(told(card.warnings(), at + "/context_bands/0", "below 2 is in no band", sojourn::severity::warning));
  CHECK(told(card.warnings(), at + "/context_bands/1", "exactly 6 is in no band", sojourn::severity::warning));
  CHECK(told(card.warnings(), at + "/context_bands/2", "exactly 9 is in no band", sojourn::severity::warning));
  CHECK(card.inputs() == std::vector<std::string>{"util", "tenure"});
  const auto again = h::compile_json(card.to_json());
  CHECK(again.hash() == card.hash());
  CHECK(again.spec() == card.spec());
}

TEST_CASE("lookup2d: overlaps, empty bands and tables of another shape are errors; open cells are remarked") {
  const std::string at = "/signals/util/norm/lookup2d";
  expect(with(R"({"above": 6, "below": 9})", R"({"from": 5, "below": 9})"), at + "/context_bands/1",
         "from 5 to 6 are in both");
  expect(with(R"("below": 6}, {"above": 6)", R"("to": 6}, {"from": 6)"), at + "/context_bands/1", "6 is in both");
  expect(with(R"({"from": 51, "to": 75})", R"({"from": 51, "below": 51})"), at + "/bands/2", "holds no value");
  expect(with(R"({"below": 10}, )", R"({"from": 60}, )"), at + "/bands/1", "low to high");
  expect(with(R"("from": 10,)", R"("from": 10, "above": 10,)"), at + "/bands/1", "either in the band");
  expect(with(R"("from": 10,)", R"("form": 10,)"), at + "/bands/1/form", "unknown key");
  expect(with(R"("context": "tenure",)", ""), at, "\"context\" is missing");
  expect(with(R"([0.5, 0, 0], )", ""), at + "/s", "one row of scores a band, so 4");
  expect(with(R"([0.5, 0, 0])", "[0.5, 0]"), at + "/s/1", "one score per context band, so 3");
  expect(with(R"([0.5, 0, 0])", "[5, 0, 0]"), at + "/s/1/0", "between 0 and 1");
  remarks(with(R"([0.5, 0, 0])", "[0.5, null, 0]"), at + "/s/1/1", "open");
  remarks(with(R"({"above": 75})", R"({"above": 75, "to": 100})"), at + "/bands/3", "above 100 is in no band");
  remarks(with(R"({"above": 75})", R"({"above": 75, "below": 100})"), at + "/bands/3", "at least 100 is in no band");
  const auto open = h::compile_json(with(R"([0.5, 0, 0])", "[0.5, null, 0]"));
  CHECK(h::compile_json(open.to_json()).spec() == open.spec());
  const table t{{"util", "tenure"}, {{30, 30}, {7, 3}}};
  const auto r = h::score(open, t.view());
  CHECK(same_bits(r.score, {missing, 50}));
  CHECK(r.counters[0].unknown == 1);
  h::lookup2d bare;
  CHECK(sojourn::has_errors(h::validate(only(bare))));
}

TEST_CASE("H49: columns normalised outside pass through identity and mean unchanged: the weighted sum model") {
  const double x[6][7] = {
      {33.95, 23.78, 11.45, 39.97, 29.44, 167.1, 3.852}, {38.9, 4.17, 6.32, 0.01, 4.29, 132.52, 25.184},
      {37.59, 9.36, 8.23, 4.35, 10.22, 136.71, 10.845},  {30.44, 37.59, 13.91, 74.08, 45.1, 198.34, 2.186},
      {36.21, 14.79, 9.17, 17.77, 17.06, 148.3, 6.61},   {37.8, 8.55, 7.97, 2.35, 9.25, 134.83, 11.935}};
  const double expected[] = {0.12040426, 0.3458235, 0.13838192, 0.12841246, 0.12346084, 0.14351701};
  table t;
  std::vector<h::signal_spec> signals;
  std::vector<h::branch> members;
  for (std::size_t c = 0; c < 7; ++c) {
    const bool lower = c != 4 && c != 6;
    std::vector<double> column;
    double total = 0;
    for (const auto& row : x) column.push_back(lower ? 1 / row[c] : row[c]), total += column.back();
    for (double& value : column) value *= 100 / total;
    t.names.push_back("c" + std::to_string(c));
    t.values.push_back(column);
    signals.push_back(signal(t.names.back()));
    members.push_back(leaf(1, t.names.back()));
  }
  const auto r = h::score(h::compile(card(signals, members)), t.view());
  for (std::size_t i = 0; i < 6; ++i) CHECK(r.score[i] / 100 == doctest::Approx(expected[i]).epsilon(5e-9));
}

TEST_CASE("change: half of it lost is the bad end; nothing before and nothing now is no change") {
  const h::change lost{-0.5, 0, 0, "before"};
  const auto r = beside(lost, {50, 75, 100, 200, 0, 3, -3, 40}, "before", {100, 100, 100, 100, 0, 0, 0, missing});
  CHECK(same_bits(r.score, {0, 50, 100, 100, 100, 100, 0, missing}));
  CHECK(r.counters[0].missing == 1);
  const h::change grown{0, 1, 10, "before"};
  CHECK(same_bits(beside(grown, {5, 15, 30, 0}, "before", {0, 10, 20, -10}).score, {50, 50, 50, 100}));
  const auto odd = beside(lost, {inf, 1, missing}, "before", {1, -inf, 1});
  CHECK(same_bits(odd.score, {missing, missing, missing}));
  CHECK(odd.counters[0].nonfinite == 2);
  CHECK(odd.counters[0].missing == 1);
}

TEST_CASE("change: without a column of its own it asks the cycle before, within the same range") {
  auto spec = only(h::change{-0.5, 0.5});
  const table now{{"x"}, {{100, 50, 80, 0, 100, missing}}}, then{{"x"}, {{100, 100, missing, 0, 2000, 5}}};
  const auto before = then.view();
  h::score_options options;
  options.previous_signals = &before;
  CHECK(same_bits(h::score(h::compile(spec), now.view(), options).score, {50, 0, missing, 50, 0, missing}));
  const auto first = h::score(h::compile(spec), now.view());
  CHECK(std::all_of(first.score.begin(), first.score.end(), [](double s) { return std::isnan(s); }));
  CHECK(first.counters[0].missing == 6);
  spec.signals[0].valid = h::valid_range{0, 200, h::invalid_policy::clamp};
  CHECK(h::score(h::compile(spec), now.view(), options).score[4] == 0);
  spec.signals[0].valid->high = 1000;
  spec.signals[0].valid->otherwise = h::invalid_policy::missing;
  CHECK(std::isnan(h::score(h::compile(spec), now.view(), options).score[4]));
}

TEST_CASE("ratio: a share of another column; no denominator, no value, and only a negative one is odd") {
  const h::ratio used{0, 0.8, "bought"};
  const auto r =
      beside(used, {40, 80, 200, 5, 5, 5, 0, missing, inf, 3}, "bought", {100, 100, 100, 0, missing, -1, 10, 10, 10, inf});
  CHECK(same_bits(r.score, {50, 100, 100, missing, missing, missing, 0, missing, missing, missing}));
  CHECK(r.counters[0].missing == 3);
  CHECK(r.counters[0].out_of_domain == 1);
  CHECK(r.counters[0].nonfinite == 2);
  CHECK((r.flags[3] & h::flag::irregular) == 0);
  CHECK((r.flags[5] & h::flag::irregular) != 0);
}

TEST_CASE("curves: the exponential saturation and the ramp on asinh") {
  const h::saturating fast{6, h::saturating_curve::exponential};
  const auto r = normalised(fast, {0, 6, 12, 18, -4, inf, 1e9});
  const std::vector<double> expected = {0, 50, 75, 87.5, 0};
  for (std::size_t i = 0; i < expected.size(); ++i) CHECK(r[i] == doctest::Approx(expected[i]).epsilon(1e-15));
  CHECK(std::isnan(r[5]));
  CHECK(r[6] == 100);
  const h::log_ramp both{-10, 10, h::log_scale::asinh};
  const auto a = normalised(both, {-10, 0, 10, 1, -100, inf});
  CHECK(a[0] == 0);
  CHECK(a[1] == doctest::Approx(50).epsilon(1e-15));
  CHECK(a[2] == 100);
  CHECK(a[3] == doctest::Approx(50 + 50 * std::asinh(1.0) / std::asinh(10.0)).epsilon(1e-14));
  CHECK(a[4] == 0);
  CHECK(std::isnan(a[5]));
}

TEST_CASE("bins: a gap is refused unless it is allowed, and then its values are missing") {
  h::bins b{{0, 10, 20, 30}, {0.2, h::no_score, 1}, h::closed_side::left, h::gap_policy::missing};
  const auto r = h::score(h::compile(only(b)), table{{"x"}, {{-1, 0, 9, 10, 19, 20, 30, 31, inf}}}.view());
  CHECK(same_bits(r.score, {missing, 20, 20, missing, missing, 100, 100, missing, missing}));
  CHECK(r.counters[0].unknown == 5);
  CHECK((r.flags[3] & h::flag::irregular) != 0);
  b.closed = h::closed_side::right;
  CHECK(same_bits(normalised(b, {0, 10, 20, 20.5, 30}), {20, 20, missing, 100, 100}));
  b.edges = {10, 20};
  CHECK(same_bits(normalised(b, {-1e9, 15, 1e9}), {20, missing, 100}));
  b.gaps = h::gap_policy::refuse;
  const auto found = h::validate(only(b));
  REQUIRE(found.size() == 1);
  CHECK(told(found, "/signals/x/norm/bins/s/1", "gap", sojourn::severity::error));
  CHECK(found[0].suggestion.find("allow_gap") != std::string::npos);
  const std::string text =
      R"({"sojourn": 1, "signals": {"x": {"norm": {"bins": {"edges": [10, 20], "s": [0, null, 1], "allow_gap": true}}}},
    "tree": {"mean": [[1, "x"]]}})";
  const auto card = h::compile_json(text);
  CHECK(h::compile_json(card.to_json()).spec() == card.spec());
  CHECK(card.to_json().find(R"("s":[0,null,1],"closed":"left","allow_gap":true)") != std::string::npos);
}

TEST_CASE("card: the new kinds are read without remark, keep their text and hash, and explain every mistake") {
  const auto card_of = [](const std::string& norm, const std::string& more = "") {
    return R"({"sojourn": 1, "signals": {"x": {"norm": )" + norm + more + R"(}}, "tree": {"mean": [[1, "x"]]}})";
  };
  for (const std::string norm :
       {R"({"change": [-0.5, 0], "floor": 5, "from": "before"})", R"({"change": [0, 1]})",
        R"({"ratio": [0.2, 0.9], "denominator": "seats"})", R"({"saturating": 6, "curve": "exponential"})",
        R"({"log_ramp": [-5, 5], "scale": "asinh"})"}) {
    CAPTURE(norm);
    CHECK(h::validate_json(card_of(norm)).empty());
    const auto card = h::compile_json(card_of(norm));
    const auto again = h::compile_json(card.to_json());
    CHECK(again.spec() == card.spec());
    CHECK(again.hash() == card.hash());
  }
  const std::string at = "/signals/x/norm";
  expect(card_of(R"({"chnge": [0, 1]})"), at, "names no normaliser");
  CHECK(h::validate_json(card_of(R"({"chnge": [0, 1]})"))[0].suggestion.find("change") != std::string::npos);
  expect(card_of(R"({"change": [0, 0]})"), at + "/change", "same value");
  expect(card_of(R"({"change": [0, 1], "floor": -1})"), at + "/floor", "0 or more");
  expect(card_of(R"({"change": [0, 1], "form": "x"})"), at + "/form", "unknown key");
  expect(card_of(R"({"change": [0, 1]})", R"(, "per": "seats")"), "/signals/x/per", "compares");
  expect(card_of(R"({"ratio": [0, 1]})"), at, "\"denominator\" is missing");
  expect(card_of(R"({"ratio": [0, 1], "denominator": "y"})", R"(, "per": "seats")"), "/signals/x/per", "divides already");
  expect(card_of(R"({"saturating": 6, "curve": "fast"})"), at + "/curve", "one of");
  expect(card_of(R"({"log_ramp": [0, 6], "scale": "log"})"), at + "/scale", "one of");
  expect(card_of(R"({"log_ramp": [-5, 6]})"), at + "/log_ramp", "greater than -1");
  expect(card_of(R"({"bins": {"edges": [1], "s": [0, "a"]}})"), at + "/bins/s/1", "must be a number");
  expect(card_of(R"({"bins": {"edges": [1], "s": [0, 1], "allow_gap": 1}})"), at + "/bins/allow_gap", "true or false");
  const auto growing = h::compile_json(card_of(R"({"change": [0, 1], "from": "before"})"));
  CHECK(growing.inputs() == std::vector<std::string>{"x", "before"});
}

TEST_CASE("numbers: minus zero and denormals are ordinary, for every kind, at every end") {
  const double tiny = std::numeric_limits<double>::denorm_min();
  CHECK(same_bits(normalised(h::ramp{0, 1}, {-0.0, tiny}), {0, 100 * tiny}));
  CHECK(same_bits(normalised(h::ramp{1, 0}, {-0.0, tiny}), {100, 100}));
  CHECK(same_bits(normalised(h::bins{{0}, {0, 1}}, {-0.0, -tiny, tiny}), {100, 0, 100}));
  CHECK(same_bits(normalised(h::saturating{1, h::saturating_curve::exponential}, {-0.0, 0.0}), {0, 0}));
  CHECK(same_bits(normalised(h::boolean{}, {-0.0, 1}), {0, 100}));
  CHECK(same_bits(beside(h::change{-0.5, 0, 0, "y"}, {-0.0, 0.0}, "y", {0.0, -0.0}).score, {100, 100}));
  CHECK(same_bits(beside(h::ratio{0, 1, "y"}, {1, 1}, "y", {-0.0, tiny}).score, {missing, 100}));
  const h::lookup2d signs{{{-inf, 0, band_ends::neither}, {0, inf, band_ends::low}}, "y", {{}}, {0, 1}};
  CHECK(same_bits(beside(signs, {-0.0, -tiny, tiny}, "y", {0, 0, 0}).score, {100, 0, 100}));
}

TEST_CASE("numbers: the largest ones do not overflow into something else") {
  const double huge = std::numeric_limits<double>::max();
  CHECK(same_bits(beside(h::change{-0.5, 0.5, 0, "y"}, {huge, -huge, huge}, "y", {-huge, huge, huge}).score, {100, 0, 50}));
  CHECK(same_bits(beside(h::change{-0.5, 0.5, 0, "y"}, {1, 0}, "y", {0, 1e-320}).score, {100, 0}));
  CHECK(same_bits(beside(h::ratio{0, 1, "y"}, {huge, -huge}, "y", {1e-300, 1e-300}).score, {100, 0}));
  CHECK(same_bits(normalised(h::log_ramp{-1, 1, h::log_scale::asinh}, {huge, -huge}), {100, 0}));
}
