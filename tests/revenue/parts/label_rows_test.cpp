// Labels of accounts that come, go and move: the segments depend on what the rows say, not on their order.
#include "sojourn/revenue/parts/label_rows.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "subscription_table.hpp"

using namespace sojourn;
using namespace sojourn::test;

namespace {

struct said {
  std::vector<std::uint32_t> who, code;
  std::vector<std::int32_t> since;
  std::vector<std::string> labels;

  said& add(std::uint32_t account, const std::string& label, const std::string& date) {
    auto found = std::find(labels.begin(), labels.end(), label);
    if (found == labels.end()) found = labels.insert(labels.end(), label);
    who.push_back(account), since.push_back(on(date));
    code.push_back(static_cast<std::uint32_t>(found - labels.begin()));
    return *this;
  }
  [[nodiscard]] account_labels view() const {
    return {column<std::uint32_t>(who), column<std::uint32_t>(code, "plan"), column<std::int32_t>(since)};
  }
};

std::string label_of(const labelled_segments& found, std::uint32_t who) {
  for (std::size_t s = 0; s < found.by.segments(); ++s) {
    const auto mine = found.by.accounts_of(s);
    if (std::find(mine.begin(), mine.end(), account{who}) != mine.end())
      return s < found.labels.size() ? found.labels[s] : "";
  }
  return "nowhere";
}

}  // namespace

TEST_CASE("label_rows: labels stand in order of their text, and accounts without one are the last segment") {
  said s;
  s.add(0, "pro", "2024-01-01").add(1, "basic", "2024-01-01").add(0, "basic", "2023-01-01");
  label_rows rows;
  rows.add(s.view(), s.labels);
  const labelled_segments found = rows.assign(3, {segment_rule::last});
  CHECK(found.labels == std::vector<std::string>{"basic", "pro"});
  CHECK(found.by.segments() == 3);
  CHECK(label_of(found, 0) == "pro");
  CHECK(label_of(found, 1) == "basic");
  CHECK(label_of(found, 2) == "");
  CHECK(found.by.accounts_with_several == 1);
  CHECK(label_of(rows.assign(3, {segment_rule::first}), 0) == "basic");
}

TEST_CASE("label_rows: rows are taken out as often as they are named, and an account's rows move to another") {
  said s;
  s.add(0, "pro", "2024-01-01").add(0, "pro", "2024-01-01").add(0, "basic", "2023-01-01");
  label_rows rows;
  rows.add(s.view(), s.labels);
  said one;
  one.add(0, "pro", "2024-01-01");
  rows.remove(one.view(), one.labels);
  CHECK(label_of(rows.assign(2, {segment_rule::last}), 0) == "pro");
  rows.remove(one.view(), one.labels);
  rows.remove(one.view(), one.labels);
  CHECK(label_of(rows.assign(2, {segment_rule::last}), 0) == "basic");
  rows.move(account{0}, account{1});
  CHECK(label_of(rows.assign(2, {segment_rule::last}), 0) == "");
  CHECK(label_of(rows.assign(2, {segment_rule::last}), 1) == "basic");
}

TEST_CASE("label_rows: the order of rows and of tables has no influence") {
  std::mt19937_64 random(88);
  const std::vector<std::string> plans{"a", "b", "c", "d"}, dates{"2024-01-01", "2024-02-01", "2024-03-01"};
  for (int round = 0; round < 200; ++round) {
    std::vector<std::tuple<std::uint32_t, std::string, std::string>> all;
    for (int i = 0; i < 12; ++i) {
      all.emplace_back(random() % 4, plans[random() % plans.size()], dates[random() % dates.size()]);
    }
    const auto assigned = [&] {
      label_rows rows;
      said first, second;
      for (std::size_t i = 0; i < all.size(); ++i) {
        const auto& [who, plan, since] = all[i];
        (i < 5 ? first : second).add(who, plan, since);
      }
      rows.add(first.view(), first.labels);
      rows.add(second.view(), second.labels);
      const labelled_segments found = rows.assign(4, {segment_rule::last});
      std::vector<std::string> labels;
      for (std::uint32_t who = 0; who < 4; ++who) labels.push_back(label_of(found, who));
      return labels;
    };
    const auto expected = assigned();
    std::shuffle(all.begin(), all.end(), random);
    REQUIRE(assigned() == expected);
  }
}

TEST_CASE("label_rows: what is refused changes nothing") {
  said s;
  s.add(0, "pro", "2024-01-01");
  label_rows rows;
  CHECK_THROWS_WITH_AS(rows.add(s.view(), {}), doctest::Contains("column \"plan\", row 0, value 0"), data_error);
  const std::uint8_t none = 0;
  account_labels missing = s.view();
  missing.account = column<std::uint32_t>(std::span<const std::uint32_t>(s.who), &none, 0, "customer");
  CHECK_THROWS_WITH_AS(rows.add(missing, s.labels), doctest::Contains("column \"customer\", row 0"), data_error);
  CHECK(rows.assign(1, {segment_rule::last}).by.rows == 0);
}
