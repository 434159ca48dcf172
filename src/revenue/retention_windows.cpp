// Compiled with -O3.
#include "sojourn/revenue/retention_windows.hpp"
#include "sojourn/exec/sharded.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace sojourn::inline v0_1 {
namespace {

/// Day -> the first window that starts (or ends) after it.
class windows_after {
 public:
  template <class Edge>
  windows_after(std::span<const day_window> windows, Edge edge)
      : first_((windows.front().*edge).since_epoch),
        table_(static_cast<std::size_t>((windows.back().*edge).since_epoch - first_)),
        all_(static_cast<std::uint32_t>(windows.size())) {
    std::uint32_t window = 0;
    for (std::size_t i = 0; i < table_.size(); ++i) {
      const day when{first_ + static_cast<std::int32_t>(i)};
      while (windows[window].*edge <= when) ++window;
      table_[i] = window;
    }
  }
  [[nodiscard]] std::uint32_t operator()(day when) const noexcept {
    const std::int64_t since = std::int64_t{when.since_epoch} - first_;
    if (since < 0) return 0;
    return since < static_cast<std::int64_t>(table_.size()) ? table_[static_cast<std::size_t>(since)] : all_;
  }

 private:
  std::int32_t first_;
  std::vector<std::uint32_t> table_;
  std::uint32_t all_;
};

/// What accounts add from a window on, and take away from another on.
struct window_counts {
  std::vector<detail::retention_count> begin, end;

  explicit window_counts(std::size_t windows) : begin(windows), end(windows) {}

  /// An account with this opening and closing in the windows [first, last).
  void add(std::size_t first, std::size_t last, const mrr_step& opening, const mrr_step& closing) noexcept {
    if (!opening.present()) return;
    begin[first].add(opening.level.ticks(), closing.level.ticks(), closing.present());
    if (last < end.size()) end[last].add(opening.level.ticks(), closing.level.ticks(), closing.present());
  }
};

class window_tally {
 public:
  explicit window_tally(std::span<const day_window> windows)
      : opens_after_(windows, &day_window::from),
        closes_after_(windows, &day_window::to),
        windows_(static_cast<std::uint32_t>(windows.size())) {}

  // Opening and closing are step functions of the window; both change at most as often as the account's MRR.
  void add(std::span<const mrr_step> steps, window_counts& counts) const {
    std::size_t opened = 0, closed = 0;
    mrr_step opening, closing;
    for (std::uint32_t window = 0; window < windows_;) {
      const std::uint32_t next_opening = opened < steps.size() ? opens_after_(steps[opened].when) : windows_;
      const std::uint32_t next_closing = closed < steps.size() ? closes_after_(steps[closed].when) : windows_;
      const std::uint32_t next = std::min(next_opening, next_closing);
      if (next > window) {
        counts.add(window, next, opening, closing);
        window = next;
      }
      if (next_opening == next && opened < steps.size()) opening = steps[opened++];
      if (next_closing == next && closed < steps.size()) closing = steps[closed++];
    }
  }

 private:
  windows_after opens_after_, closes_after_;
  std::uint32_t windows_;
};

void require_rising(std::span<const day_window> windows) {
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const day_window& w = windows[i];
    const std::string shown = to_string(w.from) + " .. " + to_string(w.to);
    if (w.to <= w.from) throw schema_error("retention: the window " + shown + " is empty");
    if (i > 0 && (w.from < windows[i - 1].from || w.to < windows[i - 1].to)) {
      throw schema_error("retention: the window " + shown +
                         " starts or ends before the one before it; sort them, or ask window by window");
    }
  }
}

}  // namespace

std::vector<day_window> windows_until(const period_grid& grid, months length) {
  if (length.count < 1) throw schema_error("retention: a window is 1 month or more, not " + std::to_string(length.count));
  std::vector<day_window> windows;
  for (std::int32_t p = 0; p < grid.count; ++p) {
    const day end = grid.end(p);
    windows.push_back({(month::of(end) - length).first_day(), end});
  }
  return windows;
}

namespace detail {

std::vector<retention_state> tally_windows(const ledger& book, std::span<const day_window> windows,
                                           const any_executor& host) {
  require_one_lane(book);
  require_rising(windows);
  if (windows.empty()) return {};
  const window_tally tally(windows);
  const std::size_t accounts = book.accounts();
  const std::size_t chunks =
      std::clamp<std::size_t>(accounts / rows_per_chunk, 1, 8 * host.concurrency());  // no result depends on it
  std::vector<window_counts> counts(chunks, window_counts(windows.size()));
  host.bulk(chunks, [&](std::size_t c) {
    for (std::size_t i = accounts * c / chunks; i < accounts * (c + 1) / chunks; ++i) {
      tally.add(book.steps(account{static_cast<std::uint32_t>(i)}), counts[c]);
    }
  });
  std::vector<retention_state> found;
  retention_state running;
  for (std::size_t w = 0; w < windows.size(); ++w) {
    for (const window_counts& part : counts) {
      running += part.begin[w].total();
      running -= part.end[w].total();
    }
    found.push_back(running);
  }
  return found;
}

std::vector<retention_row> retention_over(const ledger& book, const period_grid& grid, months length,
                                          const rate_options& options, const any_executor& host) {
  const std::vector<day_window> windows = windows_until(grid, length);
  const std::vector<retention_state> states = tally_retention(book, windows, host);
  const bool by_events = options.policy.grr == grr_basis::event_sum || options.policy.grr == grr_basis::running_min;
  std::vector<retention_row> rows;
  for (std::size_t w = 0; w < windows.size(); ++w) {
    if (grid.start(static_cast<std::int32_t>(w)) >= book.known_until()) break;
    const day_window& window = windows[w];
    const estimate gross = by_events ? grr_of(book, window.from, window.to, options, host) : grr(states[w], options);
    rows.push_back({grid.label(static_cast<std::int32_t>(w)), window, states[w], nrr(states[w], options), gross,
                    logo_retention(states[w], options), window.to <= book.known_until()});
  }
  return rows;
}

std::vector<retention_row> retention_over(const keyed_ledger& book, const period_grid& grid, months length,
                                          const rate_options& options, const any_executor& host) {
  if (book.in == nullptr) return retention_over(book.book, grid, length, options, host);
  std::vector<retention_row> rows;
  const std::vector<day_window> windows = windows_until(grid, length);
  for (std::size_t w = 0; w < windows.size(); ++w) {
    const period_grid one{grid.first_month(static_cast<std::int32_t>(w)), grid.months_each, 1};
    rows.push_back(ask_window(book, windows[w].from, windows[w].to,
                              [&](const ledger& l) { return retention_over(l, one, length, options, host).front(); }));
  }
  return rows;
}

}  // namespace detail
}  // namespace sojourn::inline v0_1
