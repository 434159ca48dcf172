// Fitted parameters: against values computed by hand, degenerate columns, small ones, and cards that go on working.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "health_fixtures.hpp"
#include "sojourn/health/evaluation/fit.hpp"

using namespace health_test;

namespace {

h::fitted_card fit(const h::scorecard_spec& spec, std::vector<double> x, const h::fit_options& options = {}) {
  const table t{{"x"}, {std::move(x)}};
  return h::fit_normalisers(spec, t.view(), options);
}
h::fit_options as(h::fit_kind kind, std::optional<h::better_side> better = {}) {
  return {.requests = {{"x", kind, better}}};
}

/// 0, 1, ..., 100 in no particular order, with what must not count between them.
std::vector<double> hundred() {
  std::vector<double> x(101);
  std::iota(x.begin(), x.end(), 0.0);
  std::mt19937 random(3);
  for (std::size_t i = x.size(); i > 1; --i) std::swap(x[i - 1], x[random() % i]);
  x.insert(x.begin() + 7, {missing, inf, -inf, missing});
  return x;
}

std::vector<double> mostly_five() {
  return {5, 5, 14, 5, 1, 5, 13, 5, 5, 12, 5, 5, 2, 8, 5, 9, 10, 5, 11, 5};
}

}  // namespace

TEST_CASE("fit: ramps by quantiles and by range, either way round; infinite values are left out and counted") {
  const auto q = fit(only(h::ramp{0, 1}), hundred(), as(h::fit_kind::ramp_quantiles));
  const auto& found = std::get<h::ramp>(q.spec.signals[0].norm);
  CHECK(found.bad == doctest::Approx(5).epsilon(1e-14));
  CHECK(found.good == doctest::Approx(95).epsilon(1e-14));
  CHECK(q.signals == std::vector<h::fitted_signal>{{"x", "ramp", h::fit_status::fitted, 101, 2, 2, 0}});
  CHECK(std::get<h::ramp>(fit(only(h::ramp{1, 0}), hundred(), as(h::fit_kind::ramp_range)).spec.signals[0].norm) ==
        h::ramp{100, 0});
  CHECK(std::get<h::ramp>(
            fit(only(h::ramp{1, 0}), hundred(), as(h::fit_kind::ramp_range, h::better_side::higher)).spec.signals[0].norm) ==
        h::ramp{0, 100});
  auto options = as(h::fit_kind::ramp_quantiles);
  options.low_quantile = 0.255;
  options.high_quantile = 0.5;
  CHECK(std::get<h::ramp>(fit(only(h::identity{}), hundred(), options).spec.signals[0].norm).bad ==
        doctest::Approx(25.5).epsilon(1e-14));
  CHECK_NOTHROW((void)h::compile(q.spec));
}

TEST_CASE("fit: mean and standard deviation; every row order gives the same bits") {
  const auto z = std::get<h::zscore>(fit(only(h::zscore{0, 1}), hundred()).spec.signals[0].norm);
  CHECK(z.mean == doctest::Approx(50).epsilon(1e-14));
  CHECK(z.sd == doctest::Approx(std::sqrt(101 * 102 / 12.0)).epsilon(1e-14));  // of 0..n-1: n (n + 1) / 12
  auto reversed = hundred();
  std::reverse(reversed.begin(), reversed.end());
  CHECK(std::get<h::zscore>(fit(only(h::zscore{0, 1}), reversed).spec.signals[0].norm) == z);
  const auto lower = fit(only(h::zscore{0, 1, h::better_side::lower}), hundred());
  CHECK(std::get<h::zscore>(lower.spec.signals[0].norm).better == h::better_side::lower);
}

TEST_CASE("H65: the robust z is fitted to median 6 and MAD 1; where the MAD is 0 the quartiles stand in") {
  auto options = as(h::fit_kind::robust_z);
  options.small = h::small_fit::accept;
  CHECK(std::get<h::robust_z>(fit(only(h::identity{}), {100, 3, 5, 7, 6}, options).spec.signals[0].norm) ==
        h::robust_z{6, 1});
  const auto fallen = fit(only(h::robust_z{0, 1}), mostly_five());
  const auto& z = std::get<h::robust_z>(fallen.spec.signals[0].norm);
  CHECK(fallen.signals[0].status == h::fit_status::by_quartiles);
  CHECK(z.median == 5);
  // Quartiles 5 and 9.25: s = Phi((x - 5) / (4.25 / 1.349)).
  const double s = 0.5 * std::erfc(-(8 - 5) / (4.25 / 1.349) / std::sqrt(2.0));
  CHECK(normalised(z, {8})[0] == doctest::Approx(100 * s).epsilon(1e-12));
}

TEST_CASE("fit: percentiles keep the values, thinned evenly where there are many") {
  auto x = hundred();
  const auto whole = std::get<h::percentile>(fit(only(h::percentile{{1}}), x).spec.signals[0].norm);
  CHECK(whole.reference.size() == 101);
  CHECK(std::is_sorted(whole.reference.begin(), whole.reference.end()));
  x.clear();
  for (int i = 0; i < 100'000; ++i) x.push_back(std::sqrt(static_cast<double>((i * 7919L) % 100'000)));
  auto options = as(h::fit_kind::percentile);
  options.max_reference = 200;
  const auto thin = fit(only(h::identity{}), x, options);
  CHECK(std::get<h::percentile>(thin.spec.signals[0].norm).reference.size() == 200);
  const std::vector<double> asked = {0, 10, 100, 200, 300, 316};
  const auto s = normalised(thin.spec.signals[0].norm, asked);
  for (std::size_t i = 0; i < asked.size(); ++i) CHECK(std::abs(s[i] - asked[i] * asked[i] / 1000) <= 0.25);
}

TEST_CASE("fit: a percentile by segment keeps its segments, and those too small are compared with all") {
  const auto spec = only(h::percentile{{0}, h::better_side::higher, "plan", {}});
  std::vector<double> x;
  std::vector<std::int32_t> codes;
  for (int i = 0; i < 30; ++i) x.push_back(i), codes.push_back(i < 15 ? 0 : i < 26 ? 1 : i < 29 ? 2 : -1);
  const sojourn::signals t = {{"x", sojourn::column<double>(x), {}, {}},
                              {"plan", sojourn::column<std::int32_t>(codes), {"small", "large", "few"}, {}}};
  const auto found = h::fit_normalisers(spec, t);
  const auto& norm = std::get<h::percentile>(found.spec.signals[0].norm);
  CHECK(norm.reference.size() == 30);
  REQUIRE(norm.by.size() == 2);
  CHECK(norm.by[0].first == "large");
  CHECK(norm.by[0].second.front() == 15);
  CHECK(norm.by[1].second.size() == 15);
  CHECK(h::fit_inputs(spec) == std::vector<std::string>{"x", "plan"});
  const auto card = h::compile(found.spec);
  CHECK(card.inputs() == std::vector<std::string>{"x", "plan"});
  const std::vector<double> seven(5, 7);
  const std::vector<std::int32_t> whose = {0, 1, 2, 3, -1};
  const sojourn::signals later = {{"x", sojourn::column<double>(seven), {}, {}},
                                  {"plan", sojourn::column<std::int32_t>(whose), {"small", "large", "few", "new"}, {}}};
  CHECK(same_bits(h::score(card, later).score, {50, 0, 25, 25, 25}));
  const auto again = h::compile_json(card.to_json());
  CHECK(again.spec() == card.spec());
  CHECK(again.hash() == card.hash());
  h::percentile lost = norm;
  lost.segment.clear();
  CHECK(h::validate(only(lost))[0].pointer == "/signals/x/norm/by");
  lost = norm;
  lost.by[1].second = {2, 1};
  CHECK(h::validate(only(lost))[0].pointer == "/signals/x/norm/by/small/1");
  lost.by[1] = norm.by[0];
  CHECK(sojourn::to_string(h::validate(only(lost))).find("twice") != std::string::npos);
}

TEST_CASE("fit: what it sees is what the normaliser would: within the range, divided by the denominator") {
  auto spec = only(h::identity{});
  spec.signals[0].per = "seats";
  spec.signals[0].valid = h::valid_range{0, 100, h::invalid_policy::clamp};
  table t{{"x", "seats"}, {{}, {}}};
  for (int i = 0; i <= 100; ++i) t.values[0].push_back(i), t.values[1].push_back(2);
  t.values[0].insert(t.values[0].end(), {500, -3, 7, 7, 7});
  t.values[1].insert(t.values[1].end(), {2, 2, 0, missing, inf});
  const auto clamped = h::fit_normalisers(spec, t.view(), as(h::fit_kind::ramp_range));
  CHECK(std::get<h::ramp>(clamped.spec.signals[0].norm) == h::ramp{0, 50});
  CHECK(clamped.signals[0] == h::fitted_signal{"x", "ramp", h::fit_status::fitted, 103, 3, 0, 2});
  spec.signals[0].valid->otherwise = h::invalid_policy::missing;
  CHECK(h::fit_normalisers(spec, t.view(), as(h::fit_kind::ramp_range)).signals[0].used == 101);
  CHECK(h::fit_inputs(spec, as(h::fit_kind::ramp_range)) == std::vector<std::string>{"x", "seats"});
}

TEST_CASE("fit: a constant column makes the signal inactive, neutral or an error; a better one wakes it up") {
  const std::vector<double> constant(30, 7.0);
  for (const auto kind : {h::fit_kind::ramp_quantiles, h::fit_kind::ramp_range, h::fit_kind::zscore, h::fit_kind::robust_z,
                          h::fit_kind::percentile}) {
    auto options = as(kind);
    const auto inactive = fit(only(h::ramp{0, 10}), constant, options);
    CHECK(inactive.signals[0].status == h::fit_status::inactive);
    CHECK(inactive.spec.signals[0].state == h::activity::inactive);
    CHECK(inactive.spec.signals[0].norm == h::normaliser(h::ramp{0, 10}));
    CHECK(h::compile(inactive.spec).warnings()[0].pointer == "/signals/x");
    const auto awake = fit(inactive.spec, hundred(), options);
    CHECK(awake.spec.signals[0].state == h::activity::active);
    CHECK(awake.signals[0].status == h::fit_status::fitted);
    options.degenerate = h::degenerate_fit::neutral;
    const auto neutral = fit(only(h::ramp{0, 10}), constant, options);
    CHECK(neutral.signals[0].status == h::fit_status::neutral);
    CHECK(same_bits(h::score(h::compile(neutral.spec), table{{"x"}, {{7, -1e9, missing}}}.view()).score, {50, 50, missing}));
    options.degenerate = h::degenerate_fit::refuse;
    CHECK_THROWS_WITH_AS((void)fit(only(h::ramp{0, 10}), constant, options), doctest::Contains("no spread"),
                         sojourn::data_error);
  }
  // Not constant, but both quantiles, or both quartiles, are the same.
  auto nearly = constant;
  nearly[3] = 8;
  CHECK(fit(only(h::identity{}), nearly, as(h::fit_kind::ramp_quantiles)).signals[0].status == h::fit_status::inactive);
  CHECK(fit(only(h::identity{}), nearly, as(h::fit_kind::robust_z)).signals[0].status == h::fit_status::inactive);
  CHECK(fit(only(h::identity{}), nearly, as(h::fit_kind::zscore)).signals[0].status == h::fit_status::fitted);
}

TEST_CASE("fit: fewer values than min_fit are refused unless accepted; one value alone has the percentile one half") {
  const std::vector<double> few = {1, 2, missing, 3};
  try {
    (void)fit(only(h::zscore{0, 1}), few);
    FAIL("not refused");
  } catch (const sojourn::data_error& e) {
    CHECK(e.column() == "x");
    CHECK(e.value() == "3");
    CHECK(std::string_view(e.what()).find("at least 20") != std::string_view::npos);
  }
  h::fit_options options{.small = h::small_fit::accept};
  CHECK(std::get<h::zscore>(fit(only(h::zscore{0, 1}), few, options).spec.signals[0].norm) == h::zscore{2, 1});
  const auto one = fit(only(h::percentile{{0, 9}}), {4}, options);
  CHECK(same_bits(normalised(one.spec.signals[0].norm, {3, 4, 5}), {0, 50, 100}));
  CHECK(fit(only(h::percentile{{0, 9}}), {}, options).signals[0].status == h::fit_status::inactive);
  CHECK(fit(only(h::zscore{0, 1}), {4}, options).signals[0].status == h::fit_status::inactive);
}

TEST_CASE("fit: typical values, of all and by segment; small segments take that of all") {
  const h::missing_policy plain{.kind = h::missing_kind::impute};
  auto by_plan = plain;
  by_plan.segment = "plan";
  const auto spec =
      card({signal("x", h::ramp{0, 10}, plain), signal("y", h::ramp{0, 10}, by_plan), signal("z", h::ramp{0, 1})},
           {leaf(1, "x"), leaf(1, "y"), leaf(1, "z")});
  std::vector<double> x, y, z(24, 1.0);
  std::vector<std::int32_t> codes;
  for (int i = 0; i < 24; ++i) {
    x.push_back(i % 12 == 5 ? missing : i);
    codes.push_back(i < 12 ? 0 : i < 20 ? 1 : i < 23 ? 2 : -1);
    y.push_back(i);
  }
  y[0] = missing;
  y[19] = inf;
  const sojourn::signals t = {{"x", sojourn::column<double>(x), {}, {}},
                              {"y", sojourn::column<double>(y), {}, {}},
                              {"plan", sojourn::column<std::int32_t>(codes), {"gold", "free", "new"}, {}}};
  const auto found = h::fit_normalisers(spec, t);
  CHECK(found.signals.size() == 2);
  CHECK(found.signals[0] == h::fitted_signal{"x", "impute", h::fit_status::fitted, 22, 2, 0, 0});
  CHECK(found.signals[1] == h::fitted_signal{"y", "impute", h::fit_status::fitted, 22, 1, 1, 0});
  CHECK(*found.spec.signals[0].missing.typical == 11.5);
  CHECK(*found.spec.signals[1].missing.typical == 11.5);
  CHECK(found.spec.signals[1].missing.typical_by == std::vector<std::pair<std::string, double>>{{"free", 15}, {"gold", 6}});
  CHECK(h::compile(found.spec).warnings().empty());
  CHECK(h::fit_inputs(spec) == std::vector<std::string>{"x", "y", "plan"});
  const std::vector<double> plans = {1, 1, 1, 1, 1, 2.5}, values = {1, 2, 3, 4, 5, 100};
  const table numbered{{"x", "y", "plan"}, {values, values, plans}};
  h::fit_options small{.small = h::small_fit::accept};
  CHECK(h::fit_normalisers(spec, numbered.view(), small).spec.signals[1].missing.typical_by ==
        std::vector<std::pair<std::string, double>>{{"1", 3}});
  const table empty{{"x", "y", "plan"}, {{missing}, {missing}, {1}}};
  const auto nothing = h::fit_normalisers(spec, empty.view(), small);
  CHECK(nothing.signals[0].status == h::fit_status::no_value);
  CHECK(!nothing.spec.signals[0].missing.typical);
}

TEST_CASE("fit: mistakes are told: unknown signals and columns, text, kinds without parameters, options") {
  const auto refused = [](const h::scorecard_spec& spec, const h::fit_options& options, const char* why) {
    CHECK_THROWS_WITH_AS((void)fit(spec, hundred(), options), doctest::Contains(why), sojourn::schema_error);
  };
  refused(only(h::identity{}), {.requests = {{"xx", h::fit_kind::zscore, {}}}}, "did you mean \"x\"");
  refused(only(h::identity{}), {.requests = {{"x", h::fit_kind::zscore, {}}, {"x", h::fit_kind::robust_z, {}}}}, "twice");
  refused(only(h::boolean{}), as(h::fit_kind::zscore), "nothing to fit");
  refused(only(h::ratio{0, 1, "seats"}), as(h::fit_kind::zscore), "nothing to fit");
  refused(only(h::zscore{0, 1}), {.low_quantile = 0.9, .high_quantile = 0.1}, "quantiles");
  refused(only(h::zscore{0, 1}), {.min_fit = 0}, "at least 1");
  refused(only(h::zscore{0, 1}), {.max_reference = 1}, "max_reference");
  auto divided = only(h::zscore{0, 1});
  divided.signals[0].per = "seats";
  refused(divided, {}, "\"seats\", which is not there");
  const std::vector<std::int32_t> codes(30, 0);
  const sojourn::signals text = {{"x", sojourn::column<std::int32_t>(codes), {"many"}, {}}};
  CHECK_THROWS_WITH_AS((void)h::fit_normalisers(only(h::zscore{0, 1}), text), doctest::Contains("holds text"),
                       sojourn::schema_error);
  const auto untouched = fit(only(h::ramp{0, 1}), hundred());
  CHECK(untouched.signals.empty());
  CHECK(untouched.spec == only(h::ramp{0, 1}));
}

TEST_CASE("fit: frozen parameters keep accounts from moving each other") {
  const auto card = h::compile(fit(only(h::zscore{0, 1}), hundred()).spec);
  const double alone = h::score(card, table{{"x"}, {{60}}}.view()).score[0];
  CHECK(h::score(card, table{{"x"}, {{1e6, 60, -1e6}}}.view()).score[1] == alone);
  CHECK(h::compile_json(card.to_json()).hash() == card.hash());
}
