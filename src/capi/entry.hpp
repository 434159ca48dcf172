// What every function of the C ABI goes through: one wrapper that lets no exception out, arguments that are checked, and the
// objects behind handles. Layer: 5. Needs: links sojourn.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sojourn/arrow/facts_plan.hpp"
#include "sojourn/arrow/reader.hpp"
#include "sojourn/arrow/table.hpp"
#include "sojourn/exec/executor.hpp"
#include "sojourn/exec/watched_executor.hpp"
#include "sojourn/forecast/mrr_forecast.hpp"
#include "sojourn/health/card/scorecard.hpp"
#include "sojourn/health/score/portfolio.hpp"
#include "sojourn/health/score/score.hpp"
#include "sojourn/lifetime/decay.hpp"
#include "sojourn/lifetime/survival.hpp"
#include "sojourn/revenue/book/book.hpp"
#include "sojourn/revenue/book/read.hpp"
#include "sojourn/revenue/cohort.hpp"
#include "sojourn/revenue/ledger/keyed_ledger.hpp"
#include "sojourn/revenue/parts/revenue_partial.hpp"
#include "sojourn/sojourn.h"
#include "sojourn/stats/score_counts.hpp"

namespace sojourn::inline v0_1::capi {

/// An argument that cannot be: NULL, or an object of another kind.
class argument_error : public schema_error {
 public:
  argument_error(std::string argument, const std::string& rule)
      : schema_error("argument \"" + argument + "\" " + rule), argument_(std::move(argument)), rule_(rule) {}
  [[nodiscard]] const std::string& argument() const noexcept { return argument_; }
  [[nodiscard]] const std::string& rule() const noexcept { return rule_; }

 private:
  std::string argument_, rule_;
};

/// The progress callback asked for the end.
class cancelled : public error {
 public:
  cancelled() : error("the call was ended by its progress callback") {}
};

/// The code of the exception that is being handled, and with `to` the error itself. Throws nothing.
[[nodiscard]] sojourn_code report_failure(sojourn_error** to) noexcept;

/// Runs the body of one function of the ABI.
template <class Body>
[[nodiscard]] sojourn_code guarded(sojourn_error** to, const Body& body) noexcept {
  if (to != nullptr) *to = nullptr;
  try {
    body();
    return SOJOURN_OK;
  } catch (...) {
    return report_failure(to);
  }
}

/// `what` is not NULL.
template <class T>
[[nodiscard]] T& given(T* what, const char* argument) {
  if (what == nullptr) throw argument_error(argument, "is NULL");
  return *what;
}

// --- objects
// -----------------------------------------------------------------------------------------------------------------

/// How the columns of a table become facts: role -> column, as the caller said it, and what reads them.
struct facts_form {
  fact_source source = fact_source::periods;
  std::vector<std::pair<std::string, std::string>> columns;  ///< role -> column
  std::vector<std::string> labels;
  std::string amounts, currency = "USD", date_format, timezone;
  bool inclusive = false;
};

struct held_book {
  book facts;
  reading now;
  std::optional<facts_form> form;  ///< none where another host wrote the book
  std::int64_t far_ends = 0;
};
using held_state =
    std::variant<score_counts, revenue_partial, cohort_state, survival_state, decay_state, health::card_health>;
struct held_scores {
  health::scorecard card;
  std::shared_ptr<const health::scores> result;
  std::optional<arrow::any_column> account;
  std::shared_ptr<const health::contributions> parts;  ///< null: not asked for
};
struct held_survival {
  survival_state state;
  survival_options how;
};
using held_fit = std::variant<held_survival, decay_fit>;
struct held_forecast {
  mrr_forecast found;
  std::vector<std::string> largest;  ///< keys
};
/// Columns in the few forms that the ABI shows.
struct held_frame {
  arrow::table table;
  std::vector<std::vector<std::int64_t>> offsets;
  std::vector<std::string> texts;
  std::vector<std::vector<std::uint8_t>> validity;
};

// --- the rest of a call
// ------------------------------------------------------------------------------------------------------

/// The threads and the callback of a call.
class call_host {
 public:
  explicit call_host(const sojourn_run* run);
  [[nodiscard]] const watched_executor& host() const noexcept { return watched_; }

 private:
  explicit call_host(const sojourn_run& run);
  static sojourn_run checked_run(const sojourn_run* run);

  struct watcher {
    int32_t (*progress)(void*, uint64_t, uint64_t) = nullptr;
    void* context = nullptr;
    void operator()(std::size_t done, std::size_t of) const;
  };
  watcher watch_;
  thread_executor threads_;
  watched_executor watched_;
};

/// A stream of the caller that this call has taken over; what nobody reads is released.
class taken_stream {
 public:
  explicit taken_stream(ArrowArrayStream* from);
  ~taken_stream();
  taken_stream(const taken_stream&) = delete;
  taken_stream& operator=(const taken_stream&) = delete;

  [[nodiscard]] ArrowArrayStream* get() noexcept { return &mine_; }

 private:
  ArrowArrayStream mine_{};
};

/// The named columns of a stream; other columns are not read.
class named_source {
 public:
  explicit named_source(taken_stream& stream);

  [[nodiscard]] const std::vector<std::string>& names() const noexcept { return source_.names(); }
  [[nodiscard]] bool has(std::string_view name) const noexcept;
  /// Columns by name, in this order. Throws `schema_error` with the names that there are.
  [[nodiscard]] std::vector<arrow::any_column> read(const std::vector<std::string>& wanted);

 private:
  arrow::source source_;
};

class options;
/// The key of an account of the book that an option names, as text or a whole number.
[[nodiscard]] account_key key_in(const book& facts, options& how, const char* option);

/// Copies into memory that `sojourn_bytes_free` frees; a 0 follows.
void give_bytes(sojourn_bytes& out, const void* data, std::size_t size);
inline void give_text(sojourn_bytes& out, std::string_view text) {
  give_bytes(out, text.data(), text.size());
}

}  // namespace sojourn::inline v0_1::capi

struct sojourn_object {
  std::variant<std::monostate, sojourn::capi::held_book, sojourn::capi::held_state, sojourn::health::scorecard,
               sojourn::capi::held_scores, sojourn::capi::held_fit, sojourn::capi::held_forecast, sojourn::capi::held_frame>
      is;
};

namespace sojourn::inline v0_1::capi {

[[nodiscard]] const char* kind_name(sojourn_kind kind) noexcept;

/// The object as a T; an `argument_error` says what it is instead.
template <class T, class Object>
[[nodiscard]] auto& as(Object* object, const char* argument, sojourn_kind wanted) {
  auto* found = std::get_if<T>(&given(object, argument).is);
  if (found == nullptr) {
    throw argument_error(argument, std::string("is a ") + kind_name(static_cast<sojourn_kind>(object->is.index())) +
                                       ", not a " + kind_name(wanted));
  }
  return *found;
}
template <class Object>
[[nodiscard]] auto& as_book(Object* object) {
  return as<held_book>(object, "book", SOJOURN_BOOK);
}

/// Where an object goes. Made NULL before anything is done.
[[nodiscard]] inline sojourn_object*& handle_in(sojourn_object** out) {
  given(out, "out") = nullptr;
  return *out;
}
template <class T>
// NOLINTNEXTLINE(performance-unnecessary-value-param): what is cheap to copy has no move
void give_object(sojourn_object*& out, T what) {
  auto made = std::make_unique<sojourn_object>();
  made->is = std::move(what);
  out = made.release();
}

}  // namespace sojourn::inline v0_1::capi
