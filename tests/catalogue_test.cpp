#include "sojourn/catalogue.hpp"

#include <doctest/doctest.h>

#include <cctype>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "paths.hpp"
#include "sojourn/domain/error.hpp"

using namespace sojourn;

namespace {

std::string all_public_headers() {
  std::ostringstream text;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(test::in_repository("include"))) {
    if (entry.path().extension() == ".hpp") text << std::ifstream(entry.path()).rdbuf();
  }
  return text.str();
}

/// Declared as a function or a struct.
bool declared(const std::string& headers, std::string_view name) {
  const std::string word(name);
  return headers.find(" " + word + "(") != std::string::npos || headers.find("struct " + word + " {") != std::string::npos;
}

std::string refusal(std::string_view name) {
  try {
    (void)find_metric(name);
  } catch (const schema_error& e) {
    return e.what();
  }
  return "";
}

}  // namespace

TEST_CASE("catalogue: names and aliases are distinct, in snake case") {
  std::set<std::string_view> names;
  for (const metric& one : metrics()) {
    CAPTURE(one.name);
    CHECK(names.insert(one.name).second);
    for (const char c : one.name) CHECK((std::islower(c) || std::isdigit(c) || c == '_'));
  }
  for (const metric_alias& other : metric_aliases()) {
    CAPTURE(other.alias);
    CHECK(names.insert(other.alias).second);
    CHECK(find_metric(other.alias).name == other.name);
  }
}

TEST_CASE("catalogue: every metric says everything") {
  const std::string headers = all_public_headers();
  for (const metric& one : metrics()) {
    CAPTURE(one.name);
    for (const std::string_view text : {one.title, one.shown_as, one.meaning, one.formula, one.missing, one.not_told}) {
      CHECK_FALSE(text.empty());
    }
    for (const std::string_view sentence : {one.meaning, one.missing, one.not_told}) CHECK(sentence.ends_with('.'));
    CHECK(std::filesystem::exists(test::in_repository("docs/definitions/" + std::string(one.page) + ".md")));
    CHECK(declared(headers, one.function));
    CHECK_FALSE(one.python.empty());
    std::set<std::string_view> options;
    for (const metric_option& option : one.options) {
      CAPTURE(option.name);
      CHECK(options.insert(option.name).second);
      CHECK_FALSE(option.meaning.empty());
    }
  }
}

TEST_CASE("catalogue: every page of definitions that defines a metric is named by one") {
  // Not pages of metrics: the conventions, and what overrides a score.
  std::set<std::string> pages{"index", "policy", "rules", "restatement"};
  for (const metric& one : metrics()) pages.insert(std::string(one.page));
  for (const auto& entry : std::filesystem::directory_iterator(test::in_repository("docs/definitions"))) {
    const std::string page = entry.path().stem().string();
    CAPTURE(page);
    CHECK(pages.count(page) == 1);
  }
}

TEST_CASE("catalogue: a metric is found by its name, an alias, any capitals; a wrong name gets the nearest") {
  CHECK(find_metric("nrr").title == "Net revenue retention (NRR)");
  CHECK(&find_metric("Net-Revenue-Retention") == &find_metric("nrr"));
  CHECK(find_metric("Response Rate").name == "response_rate");
  CHECK(refusal("logo_chrun").find("did you mean \"logo_churn\"?") != std::string::npos);
  CHECK(refusal("xyzzy").find("the catalogue lists them all") != std::string::npos);
}

TEST_CASE("catalogue: an option is found by its name; a wrong one gets the nearest and the list") {
  CHECK(find_option(find_metric("nrr"), "window").fallback == "None");
  CHECK(find_option(find_metric("nrr"), "period").required());
  CHECK_THROWS_WITH_AS(
      (void)find_option(find_metric("nrr"), "windw"),
      "nrr has no option \"windw\"; did you mean \"window\"? its options are period, window, unit, method, level",
      schema_error);
  CHECK_THROWS_WITH_AS((void)find_option(find_metric("brier"), "level"), "brier has no option \"level\"; it takes none",
                       schema_error);
}

TEST_CASE("catalogue: words of each enum are as many as its values and distinct") {
  const auto distinct = [](const auto& words) {
    return std::set<std::string_view>(words.begin(), words.end()).size() == words.size();
  };
  CHECK(distinct(values_of(metric_family{})));
  CHECK(distinct(values_of(metric_unit{})));
  CHECK(distinct(values_of(metric_source{})));
  CHECK(distinct(values_of(metric_result{})));
  CHECK(values_of(metric_unit{}).at(static_cast<std::size_t>(metric_unit::number)) == "number");
  CHECK(values_of(metric_source{}).at(static_cast<std::size_t>(metric_source::numbers)) == "numbers");
  CHECK(values_of(metric_result{}).at(static_cast<std::size_t>(metric_result::group)) == "group");
}
