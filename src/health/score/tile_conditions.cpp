// Compiled with -O3: at -O2 g++ 12 leaves comparisons scalar.
#include "health/score/tile_conditions.hpp"

#include <algorithm>
#include <cmath>

#include "detail/each_cpu.hpp"

namespace sojourn::inline v0_1::health::detail {
namespace {

/// A tile this small, as of one account, is not worth the arrays.
constexpr std::size_t fewest_rows = 8;

bool is_comparison(term_kind kind) {
  return kind >= term_kind::less && kind <= term_kind::unequal;
}

/// The same comparison with its sides exchanged.
term_kind mirrored(term_kind how) {
  switch (how) {
    case term_kind::less:
      return term_kind::greater;
    case term_kind::less_equal:
      return term_kind::greater_equal;
    case term_kind::greater:
      return term_kind::less;
    case term_kind::greater_equal:
      return term_kind::less_equal;
    default:
      return how;
  }
}

/// Whether any value lies so close to `limit` that the numbers as they are shown decide (`almost_equal`, without a branch).
SOJOURN_EACH_CPU bool any_close(const double* __restrict x, std::size_t n, double limit) {
  std::int64_t close_by = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double apart = std::abs(x[i] - limit);
    close_by += static_cast<int>(apart <= 1e-10 * std::abs(x[i])) & static_cast<int>(apart != 0);
  }
  return close_by != 0;
}

template <class Holds>
[[gnu::always_inline]] inline void compare_plainly(const double* __restrict x, std::size_t n, truth* __restrict out,
                                                   const Holds& holds) {
  for (std::size_t i = 0; i < n; ++i) {
    const truth known = holds(x[i]) ? truth::yes : truth::no;
    out[i] = x[i] == x[i] ? known : truth::unknown;
  }
}

SOJOURN_EACH_CPU void compare_tile(term_kind how, const double* x, std::size_t n, double limit, truth* out) {
  switch (how) {
    case term_kind::less:
      return compare_plainly(x, n, out, [=](double v) { return v < limit; });
    case term_kind::less_equal:
      return compare_plainly(x, n, out, [=](double v) { return v <= limit; });
    case term_kind::greater:
      return compare_plainly(x, n, out, [=](double v) { return v > limit; });
    case term_kind::greater_equal:
      return compare_plainly(x, n, out, [=](double v) { return v >= limit; });
    case term_kind::equal:
      return compare_plainly(x, n, out, [=](double v) { return v == limit; });
    default:
      return compare_plainly(x, n, out, [=](double v) { return v != limit; });
  }
}

void compare_column(term_kind how, const double* x, std::size_t n, double limit, truth* out) {
  if (!any_close(x, n, limit)) return compare_tile(how, x, n, limit, out);
  for (std::size_t i = 0; i < n; ++i) out[i] = compare_cells(how, {x[i]}, {limit});
}

SOJOURN_EACH_CPU void weaker(truth* all, const truth* one, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) all[i] = std::min(all[i], one[i]);
}
SOJOURN_EACH_CPU void stronger(truth* any, const truth* one, std::size_t n) {
  for (std::size_t i = 0; i < n; ++i) any[i] = std::max(any[i], one[i]);
}

}  // namespace

void tile_conditions::decide(std::span<const std::size_t> rules, std::size_t first, std::size_t n, const double* raw) {
  rows_.assign(n, {});
  left_.clear();
  const struct plan& plan = inputs_.plan();
  for (const std::size_t r : rules) {
    const condition& c = plan.conditions[r];
    if (n < fewest_rows || !is_columnwise(c, raw)) {
      left_.push_back(r);
      continue;
    }
    evaluate(c, first, n, raw);
    const truth* held = truths(c.terms.size() - 1, n);
    if (std::all_of(held, held + n, [](truth one) { return one == truth::no; })) continue;
    for (std::size_t i = 0; i < n; ++i) rows_[i].note(r, held[i], plan.spec.rules[r].on_unknown);
  }
}

bool tile_conditions::is_number_of_rows(const term& t, const double* raw) const {
  if (t.kind == term_kind::score) return raw != nullptr;
  if (t.kind != term_kind::signal && t.kind != term_kind::column) return false;
  return !inputs_.columns[t.index].is_text();
}

bool tile_conditions::is_columnwise(const condition& c, const double* raw) const {
  return std::all_of(c.terms.begin(), c.terms.end(), [&](const term& t) {
    const auto number = [&](std::size_t arg) { return c.terms[t.args[arg]].kind == term_kind::number; };
    const auto rows = [&](std::size_t arg) { return is_number_of_rows(c.terms[t.args[arg]], raw); };
    if (is_comparison(t.kind)) return (rows(0) && number(1)) || (number(0) && rows(1));
    if (t.kind == term_kind::between) return rows(0) && number(1) && number(2);
    if (t.kind == term_kind::missing) return rows(0);
    return t.kind == term_kind::number || t.kind == term_kind::all_of || t.kind == term_kind::any_of ||
           t.kind == term_kind::negation || is_number_of_rows(t, raw);
  });
}

void tile_conditions::evaluate(const condition& c, std::size_t first, std::size_t n, const double* raw) {
  if (truths_.size() < c.terms.size() * n) truths_.resize(c.terms.size() * n);
  if (column_.size() < n) column_.resize(n);
  for (std::size_t at = 0; at < c.terms.size(); ++at) evaluate(c, at, first, n, raw);
}

void tile_conditions::evaluate(const condition& c, std::size_t at, std::size_t first, std::size_t n, const double* raw) {
  const term& t = c.terms[at];
  truth* out = truths(at, n);
  const auto rows_of = [&](std::size_t arg) {
    const term& of = c.terms[t.args[arg]];
    return of.kind == term_kind::score ? raw : load(inputs_.columns[of.index], first, n, column_.data());
  };
  const auto limit = [&](std::size_t arg) { return c.terms[t.args[arg]].number; };
  if (is_comparison(t.kind)) {
    const bool turned = c.terms[t.args[0]].kind == term_kind::number;
    compare_column(turned ? mirrored(t.kind) : t.kind, rows_of(turned ? 1 : 0), n, limit(turned ? 0 : 1), out);
  } else if (t.kind == term_kind::between) {
    const double* x = rows_of(0);
    compare_column(term_kind::less_equal, x, n, limit(2), out);
    std::vector<truth> reached(n);
    compare_column(term_kind::greater_equal, x, n, limit(1), reached.data());
    weaker(out, reached.data(), n);
  } else if (t.kind == term_kind::missing) {
    const double* x = rows_of(0);
    for (std::size_t i = 0; i < n; ++i) out[i] = from(std::isnan(x[i]));
  } else if (t.kind == term_kind::negation) {
    const truth* part = truths(t.args[0], n);
    for (std::size_t i = 0; i < n; ++i) out[i] = opposite(part[i]);
  } else if (t.kind == term_kind::all_of || t.kind == term_kind::any_of) {
    std::copy_n(truths(t.args[0], n), n, out);
    for (std::size_t arg = 1; arg < t.args.size(); ++arg)
      (t.kind == term_kind::all_of ? weaker : stronger)(out, truths(t.args[arg], n), n);
  }
}

}  // namespace sojourn::inline v0_1::health::detail
