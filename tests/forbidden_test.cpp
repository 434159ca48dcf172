// What must not compile, said in the language: each line would be a mistake that a reader of the call cannot see.
#include <doctest/doctest.h>

#include <array>
#include <concepts>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "sojourn/domain/account.hpp"
#include "sojourn/domain/calendar.hpp"
#include "sojourn/domain/money.hpp"
#include "sojourn/domain/mrr.hpp"
#include "sojourn/domain/rating_scale.hpp"
#include "sojourn/input/column.hpp"
#include "sojourn/input/owned_column.hpp"
#include "sojourn/stats/estimate.hpp"
#include "sojourn/stats/moments.hpp"
#include "sojourn/stats/ratio.hpp"
#include "sojourn/stats/summary.hpp"

using namespace sojourn;

namespace {

template <class A, class B>
concept addable = requires(A a, B b) { a + b; };
template <class A, class B>
concept subtractable = requires(A a, B b) { a - b; };
template <class A, class B>
concept multipliable = requires(A a, B b) { a* b; };
template <class A, class B>
concept comparable = requires(A a, B b) { a < b; };
template <class M>
concept from_fraction = requires { M::from_minor(1.5); } || requires { M::from_ticks(1.5); };

// The concepts can say yes, or their no would prove nothing.
static_assert(addable<money, money> && subtractable<day, day> && multipliable<money, int> && comparable<month, month>);

// Calendar: points do not add, and days are not months.
static_assert(!addable<month, month> && !addable<day, day> && !addable<month, int>);
static_assert(!subtractable<day, month> && !comparable<day, month>);
static_assert(!std::is_convertible_v<int, day> && !std::is_convertible_v<int, month> && !std::is_convertible_v<day, month>);
static_assert(std::same_as<decltype(month{} - month{}), months>);

// Money: no fraction slips in, and amounts, rates and monthly rates do not mix.
static_assert(!addable<money, int> && !addable<money, double>);
static_assert(!multipliable<money, money> && !multipliable<money, double> && !multipliable<money, float>);
static_assert(!std::is_constructible_v<money, double> && !from_fraction<mrr>);
static_assert(!addable<money, mrr> && !comparable<money, mrr> && !std::is_convertible_v<mrr, money> &&
              !std::is_convertible_v<money, mrr>);
static_assert(!std::is_convertible_v<int, money> && !std::is_convertible_v<double, money> &&
              !std::is_convertible_v<money, double>);
static_assert(!std::is_constructible_v<mrr, long> && !std::is_convertible_v<int, mrr> && !multipliable<mrr, double>);

// Scales, levels and estimates.
static_assert(!std::is_convertible_v<double, confidence_level> && !std::is_convertible_v<confidence_level, double>);
static_assert(!std::is_default_constructible_v<rating_scale>);
static_assert(!addable<estimate, estimate> && !subtractable<estimate, estimate> && !multipliable<estimate, double>);
static_assert(!std::is_convertible_v<estimate, double> && !comparable<estimate, estimate>);
static_assert(!std::is_convertible_v<account, unsigned> && !addable<account, account>);

// Columns look into the caller's memory: a container that dies with the statement is no memory to look into.
static_assert(std::is_constructible_v<column<double>, std::vector<double>&> &&
              std::is_constructible_v<column<double>, const std::vector<double>&>);
static_assert(std::is_constructible_v<column<double>, std::span<const double>> &&
              std::is_constructible_v<column<double>, column<double>>);
static_assert(!std::is_constructible_v<column<double>, std::vector<double>> &&
              !std::is_constructible_v<column<double>, const std::vector<double>> &&
              !std::is_constructible_v<column<double>, std::array<double, 3>>);
static_assert(!std::is_constructible_v<column<double>, std::vector<float>&>);
template <class T>
concept shows_values = requires(T&& owner) { std::forward<T>(owner).view(); };
static_assert(shows_values<owned_column<double>&> && !shows_values<owned_column<double>>);

// A summary is no state, and states of different things do not merge.
static_assert(!mergeable<summary> && !mergeable<double*> && !mergeable<estimate>);
template <class A, class B>
concept merges_into = requires(A a, const B b) { a += b; };
static_assert(merges_into<ratio_state, ratio_state> && !merges_into<ratio_state, moments_state>);

// Small types stay small.
static_assert(sizeof(money) == 8 && sizeof(mrr) == 8 && sizeof(day) == 4 && sizeof(month) == 4 && sizeof(account) == 4);
static_assert(sizeof(rating_scale) == 8 && sizeof(confidence_level) == 8);
// 48 bytes of numbers, and what they are: two views of literals, the name and the unit.
static_assert(sizeof(estimate) <= 48 + 2 * sizeof(std::string_view));
static_assert(std::is_trivially_copyable_v<money> && std::is_trivially_copyable_v<mrr> &&
              std::is_trivially_copyable_v<estimate>);
static_assert(std::is_trivially_copyable_v<ratio_state> && std::is_aggregate_v<ratio_state> &&
              std::is_aggregate_v<moments_state>);

}  // namespace

TEST_CASE("forbidden: what must not compile does not, or this file would not either") {
  CHECK(true);
}
