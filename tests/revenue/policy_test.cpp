#include "sojourn/revenue/policy.hpp"

#include <doctest/doctest.h>

#include <random>
#include <set>
#include <string>

#include "sojourn/revenue/revenue_state.hpp"
#include "sojourn/state_bytes.hpp"
#include "subscription_table.hpp"

using namespace sojourn;

namespace {

revenue_policy random_policy(std::mt19937_64& random) {
  revenue_policy p;
  revenue_policy::options(
      [&random](std::string_view name, auto& field) {
        using option = std::remove_cvref_t<decltype(field)>;
        if constexpr (std::is_enum_v<option>)
          field = static_cast<option>(random() % values_of(option{}).size());
        else
          field = random() % 3 == 0 ? field : static_cast<std::int32_t>(random() % (name == "usage_months" ? 120 : 365) + 1);
      },
      p);
  return p;
}

std::string refusal(const std::string& json) {
  try {
    (void)policy_from_json(json);
  } catch (const schema_error& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE("policy: the canonical text names every option, sorted, and is the default's golden text") {
  CHECK(to_json({}) ==
        R"({"annualise":"none","calendar_factor":"weeks_52_days_365","churn_at":"service_end",)"
        R"("cohort_index":"calendar_period","cohort_mean":"size_weighted","cohort_state":"active_at_end",)"
        R"("discounts":"recurring","end_day":"open","free_is":"churned",)"
        R"("fx":"period_open_rate","grouping_minutes":0,"grr":"account_min",)"
        R"("lapse_grace":0,)"
        R"("logo_denominator":"start","ltv_churn":"trailing_mean_6","ltv_zero_churn":"undefined",)"
        R"("movement_mode":"gross_events","mrr_churn_cap":"opening_mrr","net_churn":"cohort",)"
        R"("nrr_window":"twelve_months","past_due":null,"paused":"zero_as_contraction","payback":"aggregate",)"
        R"("quick_ratio_reactivation":"include","rate_ci":"wilson","reactivation_max_gap":null,"refunds":"ignore",)"
        R"("renewal_grace":30,)"
        R"("renewal_open":"exclude","rounding":"none_until_output","same_period_new_churn":"count_both","source":"state",)"
        R"("tax":"exclude",)"
        R"("unit":"account","usage":"exclude","usage_basis":"committed","usage_months":3,"window":null})");
}

TEST_CASE("policy: text and bytes bring back every random policy; the fingerprint follows the text") {
  std::mt19937_64 random(51);
  std::set<std::string> texts;
  std::set<std::uint64_t> prints;
  for (int round = 0; round < 2000; ++round) {
    const revenue_policy p = random_policy(random);
    REQUIRE(p.canonical());
    REQUIRE(policy_from_json(to_json(p)) == p);
    REQUIRE(fingerprint(policy_from_json(to_json(p))) == fingerprint(p));
    texts.insert(to_json(p));
    prints.insert(fingerprint(p));
  }
  CHECK(texts.size() == prints.size());
  CHECK(policy_from_json("{}") == revenue_policy{});
  CHECK(policy_from_json(R"({"past_due":30})").past_due == 30);
}

TEST_CASE("policy: the list of options tells names, meanings, words and defaults") {
  std::string before;
  for (const policy_option& option : policy_options()) {
    CAPTURE(option.name);
    CHECK(before < option.name);
    before = option.name;
    CHECK(option.meaning.size() > 10);
    const std::string shown = option.words.empty() ? option.usual : '"' + option.usual + '"';
    CHECK(to_json({}).find('"' + std::string(option.name) + "\":" + shown) != std::string::npos);
    for (const std::string_view word : option.words) {
      CHECK_NOTHROW((void)policy_from_json("{\"" + std::string(option.name) + "\":\"" + std::string(word) + "\"}"));
    }
    const std::string none = "{\"" + std::string(option.name) + "\":null}";
    CHECK(refusal(none).empty() == option.limitless);
  }
  CHECK(policy_options().size() == 38);
}

TEST_CASE("policy: the fingerprint is FNV-1a of the text, written out again") {
  std::uint64_t hash = 0xcbf29ce484222325u;
  for (const char c : to_json(revenue_policy::preset("stripe"))) {
    hash ^= static_cast<std::uint8_t>(c);
    hash *= 0x100000001b3u;
  }
  CHECK(fingerprint(revenue_policy::preset("stripe")) == hash);
}

TEST_CASE("policy: a reader that believes nothing lists every problem with its pointer and the nearest name") {
  const std::string all = refusal(R"({"gr":"account_min","tax":"exclud","past_due":-1,"window":1.5,"unit":3})");
  CHECK(all.find("/gr: no such option; did you mean \"grr\"?") != std::string::npos);
  CHECK(all.find("/tax: \"exclud\" is not one of exclude, include; did you mean \"exclude\"?") != std::string::npos);
  CHECK(all.find("/past_due: a number of days") != std::string::npos);
  CHECK(all.find("/window: a number of days") != std::string::npos);
  CHECK(all.find("/unit: a number is not one of account, subscription") != std::string::npos);
  CHECK(refusal(R"({"tax":"include","tax":"exclude"})").find("/tax: given twice") != std::string::npos);
  CHECK(refusal(R"({"window":0})").find("1 day or more") != std::string::npos);
  CHECK(refusal(R"({"usage_months":0})").find("usage_months lie in 1 .. 120") != std::string::npos);
  CHECK(refusal(R"({"grouping_minutes":1441})").find("grouping_minutes in 0 .. 1440") != std::string::npos);
  CHECK(refusal(R"({"lapse_grace":null})").find("days of grace") != std::string::npos);
  CHECK(refusal(R"({"tax":null})").find("null is not one of") != std::string::npos);
  CHECK(refusal("[]").find("an object") != std::string::npos);
  CHECK(refusal("{").find("not valid JSON") != std::string::npos);
  CHECK(refusal("").find("not valid JSON") != std::string::npos);
  CHECK(refusal(R"({"past_due":1e300})").find("/past_due") != std::string::npos);
}

TEST_CASE("policy: presets are distinct, keep their text, and an unknown name gets the nearest") {
  std::set<std::uint64_t> prints{fingerprint({})};
  for (const std::string& name : revenue_policy::presets()) {
    const revenue_policy p = revenue_policy::preset(name);
    CHECK(p.canonical());
    CHECK(policy_from_json(to_json(p)) == p);
    prints.insert(fingerprint(p));
  }
  CHECK(prints.size() == 12);
  CHECK_THROWS_WITH_AS((void)revenue_policy::preset("strype"), doctest::Contains("did you mean \"stripe\"?"), schema_error);
}

TEST_CASE("policy: an enumerator that does not exist is not canonical, and state bytes refuse it") {
  revenue_policy p;
  p.tax = static_cast<tax_rule>(2);
  CHECK_FALSE(p.canonical());
  p = {};
  p.past_due = -1;
  CHECK_FALSE(p.canonical());

  test::table t;
  t.add(0, "2024-01-01", "", 100);
  revenue_state s = tally_revenue(t.book(), period_grid::between(test::in("2024-01"), test::in("2024-01")),
                                  revenue_policy::preset("maxio"));
  CHECK(from_bytes<revenue_state>(to_bytes(s)) == s);
  CHECK(from_bytes<revenue_state>(to_bytes(s)).policy == revenue_policy::preset("maxio"));
  s.policy.rounding = static_cast<mrr_rounding>(9);
  CHECK_THROWS_AS((void)from_bytes<revenue_state>(to_bytes(s)), state_error);
}
