#include "sojourn/sojourn.h"

#include <doctest/doctest.h>

#include <atomic>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "failing_memory.hpp"

namespace {

struct freed_object {
  void operator()(sojourn_object* object) const { sojourn_release(object); }
};
using object = std::unique_ptr<sojourn_object, freed_object>;

/// What a call said, with its texts copied.
struct outcome {
  sojourn_code code = SOJOURN_OK;
  std::int64_t row = -1;
  std::string column, value, rule, remedy, message;
};

template <class Call>
outcome said(const Call& call) {
  sojourn_error* error = nullptr;
  outcome found{call(&error), -1, {}, {}, {}, {}, {}};
  if (found.code == SOJOURN_OK) CHECK(error == nullptr);
  if (error == nullptr) return found;
  CHECK(error->code == found.code);
  found = {found.code, error->row, error->column, error->value, error->rule, error->remedy, error->message};
  sojourn_error_free(error);
  return found;
}

struct rows {
  std::vector<std::string> account{"a", "b", "b", "c"};
  std::vector<std::int32_t> start{19723, 19723, 19783, 19754};
  std::vector<std::int32_t> end{0, 19783, 0, 19844};
  std::vector<std::uint8_t> ended{0, 1, 0, 1};
  std::vector<std::int64_t> mrr{12000, 5000, 8000, 2000};
};

ArrowArrayStream stream_of(const rows& from) {
  std::string text;
  std::vector<std::int64_t> offsets{0};
  for (const std::string& one : from.account) {
    text += one;
    offsets.push_back(static_cast<std::int64_t>(text.size()));
  }
  const std::uint64_t count = from.account.size();
  const sojourn_column columns[] = {
      {"account", SOJOURN_TEXT, count, text.data(), offsets.data(), nullptr},
      {"start", SOJOURN_DAY, count, from.start.data(), nullptr, nullptr},
      {"end", SOJOURN_DAY, count, from.end.data(), nullptr, from.ended.data()},
      {"mrr", SOJOURN_INT64, count, from.mrr.data(), nullptr, nullptr},
  };
  ArrowArrayStream made{};
  REQUIRE(sojourn_columns(columns, 4, &made, nullptr) == SOJOURN_OK);
  return made;
}

constexpr const char* minor = R"({"amounts": "minor", "as_of": "2024-07-01"})";

object book_of(const rows& from, const char* options = minor) {
  ArrowArrayStream table = stream_of(from);
  sojourn_object* made = nullptr;
  const outcome found = said([&](sojourn_error** e) { return sojourn_book(&table, options, nullptr, &made, e); });
  CHECK_MESSAGE(found.code == SOJOURN_OK, found.message);
  CHECK((table.release == nullptr));
  return object(made);
}

std::string bytes_of(const object& from) {
  sojourn_bytes bytes{};
  REQUIRE(sojourn_to_bytes(from.get(), &bytes, nullptr) == SOJOURN_OK);
  const std::string copy(reinterpret_cast<const char*>(bytes.data), bytes.size);
  sojourn_bytes_free(&bytes);
  CHECK(bytes.data == nullptr);
  return copy;
}

double measured(const object& from, const char* name, const char* options) {
  sojourn_estimate found{};
  const outcome how =
      said([&](sojourn_error** e) { return sojourn_measure(from.get(), name, options, nullptr, &found, e); });
  CHECK_MESSAGE(how.code == SOJOURN_OK, how.message);
  return found.value;
}

object state_of(const object& from, const char* name, const char* options) {
  sojourn_object* made = nullptr;
  const outcome how = said([&](sojourn_error** e) { return sojourn_state(from.get(), name, options, nullptr, &made, e); });
  CHECK_MESSAGE(how.code == SOJOURN_OK, how.message);
  return object(made);
}

constexpr const char* half_year = R"({"first": "2024-01", "last": "2024-06"})";

}  // namespace

TEST_CASE("a book answers metrics by name, exactly") {
  const object book = book_of({});
  CHECK(sojourn_kind_of(book.get()) == SOJOURN_BOOK);
  CHECK(measured(book, "mrr", R"({"period": "2024-06"})") == 20000.0);
  CHECK(measured(book, "arr", R"({"period": "2024-06"})") == 240000.0);
  CHECK(measured(book, "nrr", R"({"period": "2024-05", "window": 1})") == doctest::Approx(20.0 / 22.0));
  CHECK(measured(book, "logo churn", R"({"period": "2024-05"})") == doctest::Approx(1.0 / 3.0));
  CHECK(measured(book, "arpa", R"({"period": "2024-06"})") == 10000.0);
}

TEST_CASE("tables come out as columns, and what is not known is missing") {
  const object book = book_of({});
  ArrowArrayStream table{};
  REQUIRE(sojourn_table(book.get(), "accounts_table", "{}", nullptr, &table, nullptr) == SOJOURN_OK);
  sojourn_object* made = nullptr;
  REQUIRE(sojourn_read(&table, &made, nullptr) == SOJOURN_OK);
  const object frame(made);
  sojourn_column account{}, left{};
  REQUIRE(sojourn_frame_column(frame.get(), 0, &account, nullptr) == SOJOURN_OK);
  REQUIRE(sojourn_frame_column(frame.get(), 2, &left, nullptr) == SOJOURN_OK);
  CHECK(account.type == SOJOURN_TEXT);
  CHECK(account.rows == 3);
  const auto* text = static_cast<const char*>(account.values);
  CHECK(std::string(text + account.offsets[2], text + account.offsets[3]) == "c");
  CHECK(std::strcmp(left.name, "last_day") == 0);
  CHECK(left.type == SOJOURN_DAY);
  CHECK(left.validity[0] == 0);
  CHECK(left.validity[2] == 1);
  CHECK(static_cast<const std::int32_t*>(left.values)[2] == 19844);
  for (const char* name : {"movements", "cohorts"}) {
    REQUIRE(sojourn_table(book.get(), name, half_year, nullptr, &table, nullptr) == SOJOURN_OK);
    table.release(&table);
  }
  REQUIRE(sojourn_table(book.get(), "explain", R"({"account": "b", "period": "2024"})", nullptr, &table, nullptr) ==
          SOJOURN_OK);
  table.release(&table);
  REQUIRE(sojourn_table(book.get(), "counts", nullptr, nullptr, &table, nullptr) == SOJOURN_OK);
  table.release(&table);
}

TEST_CASE("a correction and its reverse give the bytes of before; a snapshot does not move") {
  const object book = book_of({});
  const std::string before = bytes_of(book);
  sojourn_object* copied = nullptr;
  REQUIRE(sojourn_book_snapshot(book.get(), nullptr, nullptr, &copied, nullptr) == SOJOURN_OK);
  const object snapshot(copied);
  const rows more{{"d"}, {19800}, {0}, {0}, {700}};
  ArrowArrayStream table = stream_of(more);
  REQUIRE(sojourn_book_apply(book.get(), &table, nullptr, nullptr) == SOJOURN_OK);
  CHECK(measured(book, "mrr", R"({"period": "2024-06"})") == 20700.0);
  CHECK(bytes_of(snapshot) == before);
  table = stream_of(more);
  REQUIRE(sojourn_book_retract(book.get(), &table, nullptr, nullptr) == SOJOURN_OK);
  CHECK(measured(book, "mrr", R"({"period": "2024-06"})") == 20000.0);
  REQUIRE(sojourn_book_join(snapshot.get(), R"({"from": "c", "into": "a"})", nullptr) == SOJOURN_OK);
  CHECK(measured(snapshot, "logo_churn", R"({"period": "2024-05"})") == 0.0);
}

TEST_CASE("books, states and cards come back from their bytes") {
  const object book = book_of({});
  const object revenue = state_of(book, "revenue", half_year), cohorts = state_of(book, "cohorts", half_year);
  for (const object* one : {&book, &revenue, &cohorts}) {
    const std::string bytes = bytes_of(*one);
    sojourn_object* made = nullptr;
    REQUIRE(sojourn_from_bytes(bytes.data(), bytes.size(), &made, nullptr) == SOJOURN_OK);
    const object restored(made);
    CHECK(sojourn_kind_of(made) == sojourn_kind_of(one->get()));
    CHECK(bytes_of(restored) == bytes);
    for (const std::size_t size : {std::size_t{0}, std::size_t{3}, bytes.size() - 1}) {
      sojourn_object* none = nullptr;
      CHECK(said([&](sojourn_error** e) { return sojourn_from_bytes(bytes.data(), size, &none, e); }).code ==
            SOJOURN_BAD_STATE);
      CHECK(none == nullptr);
    }
  }
  ArrowArrayStream table = stream_of({{"e"}, {19800}, {0}, {0}, {100}});
  const std::string stored = bytes_of(book);
  sojourn_object* made = nullptr;
  REQUIRE(sojourn_from_bytes(stored.data(), stored.size(), &made, nullptr) == SOJOURN_OK);
  const object restored(made);
  REQUIRE(sojourn_book_apply(made, &table, nullptr, nullptr) == SOJOURN_OK);  // it knows how its tables are read
  CHECK(measured(restored, "mrr", R"({"period": "2024-06"})") == 20100.0);
}

TEST_CASE("states merge and come apart again; different ones do not") {
  const object a = state_of(book_of({{"a"}, {19723}, {0}, {0}, {100}}), "revenue", half_year);
  const object b = state_of(book_of({{"b"}, {19723}, {0}, {0}, {250}}), "revenue", half_year);
  const object both = state_of(book_of({{"a", "b"}, {19723, 19723}, {0, 0}, {0, 0}, {100, 250}}), "revenue", half_year);
  const std::string alone = bytes_of(a);
  REQUIRE(sojourn_merge(a.get(), b.get(), nullptr) == SOJOURN_OK);
  CHECK(bytes_of(a) == bytes_of(both));
  REQUIRE(sojourn_subtract(a.get(), b.get(), nullptr) == SOJOURN_OK);
  CHECK(bytes_of(a) == alone);
  CHECK(said([&](sojourn_error** e) { return sojourn_merge(a.get(), a.get(), e); }).code == SOJOURN_BAD_STATE);
  const object cohorts = state_of(book_of({}), "cohorts", half_year);
  CHECK(said([&](sojourn_error** e) { return sojourn_merge(a.get(), cohorts.get(), e); }).code == SOJOURN_BAD_STATE);
}

TEST_CASE("surveys, cards, fits and forecasts") {
  const std::vector<std::int64_t> score{10, 9, 8, 3, 10}, survivors{1000, 800, 680, 600};
  const sojourn_column answers{"score", SOJOURN_INT64, 5, score.data(), nullptr, nullptr};
  ArrowArrayStream table{};
  sojourn_object* made = nullptr;
  REQUIRE(sojourn_columns(&answers, 1, &table, nullptr) == SOJOURN_OK);
  REQUIRE(sojourn_survey(&table, nullptr, nullptr, &made, nullptr) == SOJOURN_OK);
  CHECK(measured(object(made), "nps", nullptr) == doctest::Approx(40.0));

  const sojourn_column cohort{"survivors", SOJOURN_INT64, 4, survivors.data(), nullptr, nullptr};
  REQUIRE(sojourn_columns(&cohort, 1, &table, nullptr) == SOJOURN_OK);
  REQUIRE(sojourn_fit(&table, "decay", nullptr, nullptr, &made, nullptr) == SOJOURN_OK);
  const object decay(made);
  CHECK(measured(decay, "decay_survival", R"({"t": 3})") == doctest::Approx(0.6).epsilon(0.01));
  REQUIRE(sojourn_table(decay.get(), "curve", R"({"periods": 6})", nullptr, &table, nullptr) == SOJOURN_OK);
  table.release(&table);

  const std::vector<std::int64_t> time{1, 2, 3, 4}, event{1, 1, 0, 0};
  const sojourn_column lives[] = {{"time", SOJOURN_INT64, 4, time.data(), nullptr, nullptr},
                                  {"event", SOJOURN_INT64, 4, event.data(), nullptr, nullptr}};
  REQUIRE(sojourn_columns(lives, 2, &table, nullptr) == SOJOURN_OK);
  REQUIRE(sojourn_fit(&table, "survival", R"({"level": 0.8})", nullptr, &made, nullptr) == SOJOURN_OK);
  const object survival(made);
  CHECK(measured(survival, "survival_at", R"({"age": 2})") == doctest::Approx(0.5));
  CHECK(measured(survival, "median_lifetime", nullptr) == 2.0);
  sojourn_estimate at_two{};
  REQUIRE(sojourn_measure(survival.get(), "survival_at", R"({"age": 2})", nullptr, &at_two, nullptr) == SOJOURN_OK);
  CHECK(at_two.level == 0.8);  // that of the fit
  const auto refused = [&](const object& of, const char* name, const char* options) {
    return said([&](sojourn_error** e) { return sojourn_measure(of.get(), name, options, nullptr, &at_two, e); }).remedy;
  };
  CHECK(refused(survival, "survival_at", R"({"age": 2, "share": 0.5})") == "there are: age");
  CHECK(refused(decay, "decay_lifetime", R"({"rate": 0.1})").find("discount_rate") != std::string::npos);
  CHECK(refused(decay, "residual_lifetime", R"({"n": 1, "discount_rate": 0.1})").find("rate") != std::string::npos);

  constexpr const char* json =
      R"({"sojourn": 1, "card": "plain", "event": "churn", "signals": {"logins": {"norm": {"ramp": [0, 10]}}},
      "tree": {"mean": [[1, "logins"]]}})";
  const outcome compiled = said([&](sojourn_error** e) { return sojourn_card(json, &made, e); });
  REQUIRE_MESSAGE(compiled.code == SOJOURN_OK, compiled.message);
  const object card(made);
  const std::vector<double> logins{0, 5, 10};
  const sojourn_column signal{"logins", SOJOURN_FLOAT64, 3, logins.data(), nullptr, nullptr};
  REQUIRE(sojourn_columns(&signal, 1, &table, nullptr) == SOJOURN_OK);
  const outcome scored = said(
      [&](sojourn_error** e) { return sojourn_score(card.get(), &table, R"({"contributions": true})", nullptr, &made, e); });
  REQUIRE_MESSAGE(scored.code == SOJOURN_OK, scored.message);
  const object scores(made);
  CHECK(measured(scores, "mean_score", nullptr) == doctest::Approx(50.0));
  for (const char* name : {"scores", "tier_shares", "contributions"}) {
    REQUIRE(sojourn_table(scores.get(), name, nullptr, nullptr, &table, nullptr) == SOJOURN_OK);
    table.release(&table);
  }
  const object health = state_of(scores, "health", nullptr);
  CHECK(measured(health, "mean_score", nullptr) == doctest::Approx(50.0));
  const std::string text = bytes_of(card);
  REQUIRE(sojourn_from_bytes(text.data(), text.size(), &made, nullptr) == SOJOURN_OK);
  CHECK(bytes_of(object(made)) == text);

  const outcome ahead = said([&](sojourn_error** e) {
    return sojourn_forecast(book_of({}).get(), R"({"horizon": 3, "draws": 20})", nullptr, &made, e);
  });
  REQUIRE_MESSAGE(ahead.code == SOJOURN_OK, ahead.message);
  const object forecast(made);
  CHECK(measured(forecast, "forecast_arr", nullptr) > 0);
  REQUIRE(sojourn_table(forecast.get(), "forecast", nullptr, nullptr, &table, nullptr) == SOJOURN_OK);
  table.release(&table);
}

TEST_CASE("errors have codes and say where") {
  sojourn_object* made = nullptr;
  ArrowArrayStream table{};
  const auto refused = [&](const rows& from, const char* options) {
    table = stream_of(from);
    const outcome found = said([&](sojourn_error** e) { return sojourn_book(&table, options, nullptr, &made, e); });
    CHECK(made == nullptr);
    CHECK((table.release == nullptr));
    CHECK_FALSE(found.message.empty());
    return found;
  };
  rows negative;
  negative.mrr[2] = -1;
  const outcome bad = refused(negative, minor);
  CHECK(bad.code == SOJOURN_BAD_DATA);
  CHECK(bad.column == "mrr");
  CHECK(bad.row == 2);
  CHECK_FALSE(bad.rule.empty());
  CHECK(refused({}, R"({"amounts": "minor"})").code == SOJOURN_AS_OF_NOT_NAMED);
  CHECK(refused({}, R"({"columns": {"mrr": "price"}, "amounts": "minor"})").code == SOJOURN_BAD_SCHEMA);
  CHECK(refused({}, R"({"columns": {"mrr": "account"}, "amounts": "minor"})").code != SOJOURN_OK);
  for (const char* wrong : {"[1]", "{", "{\"as_of\": 3}", "{\"as_off\": \"2024-01-01\"}", "{\"source\": \"price\"}",
                            "{\"columns\": {\"sum\": \"mrr\"}}", "{\"policy\": \"nobody\"}", "{\"as_of\": \"soon\"}",
                            "{\"amounts\": \"minor\", \"amounts\": \"major\"}", "{\"ends\": \"maybe\"}"}) {
    CHECK_MESSAGE(refused({}, wrong).code == SOJOURN_BAD_OPTIONS, wrong);
  }
  CHECK(refused({}, "{\"as_off\": \"2024-01-01\"}").remedy.find("as_of") != std::string::npos);
  CHECK(said([&](sojourn_error** e) { return sojourn_card("{\"signals\": 3}", &made, e); }).code == SOJOURN_BAD_CARD);
  const object book = book_of({});
  sojourn_estimate found{};
  const auto asked = [&](const char* name, const char* options) {
    return said([&](sojourn_error** e) { return sojourn_measure(book.get(), name, options, nullptr, &found, e); }).code;
  };
  CHECK(asked("nrrr", R"({"period": "2024-05"})") == SOJOURN_BAD_SCHEMA);
  CHECK(asked("nps", R"({"period": "2024-05"})") == SOJOURN_BAD_SCHEMA);
  CHECK(asked("nrr", R"({"period": "someday"})") == SOJOURN_BAD_SCHEMA);
  CHECK(asked("nrr", "{}") == SOJOURN_BAD_OPTIONS);
  CHECK(asked("nrr", R"({"period": "2024-05", "level": 2})") == SOJOURN_BAD_OPTIONS);
  CHECK(asked("nrr", R"({"period": "2024-05", "window": 0})") == SOJOURN_BAD_SCHEMA);
  CHECK(asked("nrr", R"({"period": "2024-05", "window": 3000000000})") == SOJOURN_BAD_OPTIONS);
  CHECK(asked("nrr", R"({"period": "2024-05", "window": -3})") == SOJOURN_BAD_SCHEMA);
  CHECK(asked("mrr", R"({"period": "2024-05", "level": 0.9})") == SOJOURN_BAD_OPTIONS);         // MRR has no interval
  CHECK(asked("nrr", R"({"period": "2024-05", "interval": "score"})") == SOJOURN_BAD_OPTIONS);  // its name is method
  CHECK(found.value != found.value);
  CHECK(sojourn_book(nullptr, nullptr, nullptr, &made, nullptr) == SOJOURN_BAD_ARGUMENT);  // nobody wants the error
}

TEST_CASE("NULL and objects of another kind are refused by every function") {
  const object book = book_of({});
  const object state = state_of(book, "revenue", half_year);
  sojourn_object* made = nullptr;
  sojourn_bytes bytes{};
  sojourn_estimate number{};
  sojourn_column column{};
  ArrowArrayStream table{};
  using call = std::function<sojourn_code(sojourn_error**)>;
  const std::vector<call> calls = {
      [&](sojourn_error** e) { return sojourn_schema(nullptr, e); },
      [&](sojourn_error** e) { return sojourn_describe(nullptr, &bytes, e); },
      [&](sojourn_error** e) { return sojourn_describe(book.get(), nullptr, e); },
      [&](sojourn_error** e) { return sojourn_to_bytes(nullptr, &bytes, e); },
      [&](sojourn_error** e) { return sojourn_from_bytes(nullptr, 3, &made, e); },
      [&](sojourn_error** e) { return sojourn_from_bytes("x", 1, nullptr, e); },
      [&](sojourn_error** e) { return sojourn_merge(nullptr, state.get(), e); },
      [&](sojourn_error** e) { return sojourn_merge(state.get(), book.get(), e); },
      [&](sojourn_error** e) { return sojourn_subtract(state.get(), nullptr, e); },
      [&](sojourn_error** e) { return sojourn_columns(nullptr, 2, &table, e); },
      [&](sojourn_error** e) { return sojourn_columns(nullptr, 0, nullptr, e); },
      [&](sojourn_error** e) { return sojourn_read(&table, &made, e); },
      [&](sojourn_error** e) { return sojourn_frame_column(book.get(), 0, &column, e); },
      [&](sojourn_error** e) { return sojourn_book(&table, minor, nullptr, &made, e); },
      [&](sojourn_error** e) { return sojourn_book(nullptr, minor, nullptr, nullptr, e); },
      [&](sojourn_error** e) { return sojourn_book_apply(book.get(), nullptr, nullptr, e); },
      [&](sojourn_error** e) { return sojourn_book_retract(nullptr, nullptr, nullptr, e); },
      [&](sojourn_error** e) { return sojourn_book_join(state.get(), nullptr, e); },
      [&](sojourn_error** e) { return sojourn_book_snapshot(state.get(), nullptr, nullptr, &made, e); },
      [&](sojourn_error** e) { return sojourn_measure(nullptr, "nrr", nullptr, nullptr, &number, e); },
      [&](sojourn_error** e) { return sojourn_measure(book.get(), nullptr, nullptr, nullptr, &number, e); },
      [&](sojourn_error** e) { return sojourn_measure(book.get(), "nrr", nullptr, nullptr, nullptr, e); },
      [&](sojourn_error** e) { return sojourn_table(book.get(), "nothing", nullptr, nullptr, &table, e); },
      [&](sojourn_error** e) { return sojourn_table(nullptr, "counts", nullptr, nullptr, &table, e); },
      [&](sojourn_error** e) { return sojourn_table(book.get(), "counts", nullptr, nullptr, nullptr, e); },
      [&](sojourn_error** e) { return sojourn_state(book.get(), "nothing", half_year, nullptr, &made, e); },
      [&](sojourn_error** e) { return sojourn_survey(nullptr, nullptr, nullptr, &made, e); },
      [&](sojourn_error** e) { return sojourn_card(nullptr, &made, e); },
      [&](sojourn_error** e) { return sojourn_score(book.get(), nullptr, nullptr, nullptr, &made, e); },
      [&](sojourn_error** e) { return sojourn_fit(nullptr, "decay", nullptr, nullptr, &made, e); },
      [&](sojourn_error** e) { return sojourn_forecast(state.get(), nullptr, nullptr, &made, e); },
  };
  for (std::size_t i = 0; i < calls.size(); ++i) {
    const outcome found = said(calls[i]);
    CHECK_MESSAGE(found.code == SOJOURN_BAD_ARGUMENT, i);
    CHECK_FALSE(found.column.empty());
    CHECK(made == nullptr);
  }
  sojourn_release(nullptr);
  sojourn_error_free(nullptr);
  sojourn_bytes_free(nullptr);
  CHECK(sojourn_kind_of(nullptr) == 0);
}

TEST_CASE("a stream whose producer fails, and columns that lie") {
  sojourn_object* made = nullptr;
  static int released = 0;
  ArrowArrayStream failing{};
  failing.get_schema = [](ArrowArrayStream*, ArrowSchema*) { return 5; };
  failing.get_next = [](ArrowArrayStream*, ArrowArray*) { return 5; };
  failing.get_last_error = [](ArrowArrayStream*) { return "the disk is gone"; };
  failing.release = [](ArrowArrayStream* self) { ++released, self->release = nullptr; };
  const outcome failed = said([&](sojourn_error** e) { return sojourn_book(&failing, minor, nullptr, &made, e); });
  CHECK(failed.code == SOJOURN_STREAM_FAILED);
  CHECK(failed.message.find("the disk is gone") != std::string::npos);
  CHECK(released == 1);
  CHECK((failing.release == nullptr));

  ArrowArrayStream table{};
  const std::int64_t falling[] = {0, 2, 1}, two[] = {1, 2};
  const sojourn_column texts{"account", SOJOURN_TEXT, 2, "ab", falling, nullptr};
  CHECK(sojourn_columns(&texts, 1, &table, nullptr) == SOJOURN_BAD_ARGUMENT);
  const sojourn_column unknown{"account", 99, 2, two, nullptr, nullptr};
  CHECK(sojourn_columns(&unknown, 1, &table, nullptr) == SOJOURN_BAD_ARGUMENT);
  const sojourn_column uneven[] = {{"a", SOJOURN_INT64, 2, two, nullptr, nullptr},
                                   {"b", SOJOURN_INT64, 1, two, nullptr, nullptr}};
  CHECK(sojourn_columns(uneven, 2, &table, nullptr) == SOJOURN_BAD_SCHEMA);
  CHECK((table.release == nullptr));
}

TEST_CASE("a callback sees progress and can end a call, which then has changed nothing") {
  const object book = book_of({});
  int calls = 0;
  const auto count = [](void* context, std::uint64_t, std::uint64_t) { return ++*static_cast<int*>(context), 0; };
  const auto stop = [](void*, std::uint64_t, std::uint64_t) { return 1; };
  sojourn_run run{sizeof(sojourn_run), 2, count, &calls};
  sojourn_estimate found{};
  CHECK(sojourn_measure(book.get(), "nrr", R"({"period": "2024-05"})", &run, &found, nullptr) == SOJOURN_OK);
  CHECK(calls >= 1);
  run.progress = stop;
  CHECK(said([&](sojourn_error** e) {
          return sojourn_measure(book.get(), "nrr", R"({"period": "2024-05"})", &run, &found, e);
        }).code == SOJOURN_CANCELLED);
  run.struct_size = 3;
  CHECK(said([&](sojourn_error** e) { return sojourn_measure(book.get(), "nrr", nullptr, &run, &found, e); }).code ==
        SOJOURN_BAD_ARGUMENT);
}

TEST_CASE("threads read one book, each with a snapshot of its own to correct") {
  const object book = book_of({});
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      sojourn_object* copied = nullptr;
      if (sojourn_book_snapshot(book.get(), nullptr, nullptr, &copied, nullptr) != SOJOURN_OK) return;
      ArrowArrayStream table = stream_of({{"d"}, {19800}, {0}, {0}, {700}});
      sojourn_book_apply(copied, &table, nullptr, nullptr);
      sojourn_estimate mine{}, shared{};
      sojourn_measure(copied, "mrr", R"({"period": "2024-06"})", nullptr, &mine, nullptr);
      sojourn_measure(book.get(), "mrr", R"({"period": "2024-06"})", nullptr, &shared, nullptr);
      if (mine.value == 20700.0 && shared.value == 20000.0) ++right;
      sojourn_release(copied);
    });
  }
  for (std::thread& one : threads) one.join();
  CHECK(right == 4);
}

TEST_CASE("memory that runs out anywhere is a code") {
  if (!sojourn::test::failing_memory::possible) return;
  const object book = book_of({});
  std::size_t failures = 0;
  for (std::size_t good = 0;; ++good) {
    sojourn_bytes bytes{};
    sojourn_error* error = nullptr;
    sojourn_code code = SOJOURN_OK;
    {
      const sojourn::test::failing_memory few(good);
      code = sojourn_to_bytes(book.get(), &bytes, &error);
    }
    sojourn_error_free(error);
    sojourn_bytes_free(&bytes);
    if (code == SOJOURN_OK) break;
    REQUIRE(code == SOJOURN_OUT_OF_MEMORY);
    ++failures;
  }
  CHECK(failures > 3);
}

TEST_CASE("the library describes itself and its objects") {
  CHECK(sojourn_abi_version() == 1);
  CHECK(std::string(sojourn_version()).size() >= 5);
  CHECK(sojourn_fingerprint("a", 1) == 0xaf63dc4c8601ec8cULL);
  sojourn_bytes text{};
  REQUIRE(sojourn_schema(&text, nullptr) == SOJOURN_OK);
  CHECK(std::string(reinterpret_cast<const char*>(text.data)).find("\"name\":\"nrr\"") != std::string::npos);
  sojourn_bytes_free(&text);
  REQUIRE(sojourn_describe(book_of({}).get(), &text, nullptr) == SOJOURN_OK);
  const std::string shown(reinterpret_cast<const char*>(text.data));
  CHECK(shown.find("\"rows\":4") != std::string::npos);
  CHECK(shown.find("\"as_of\":\"2024-07-01\"") != std::string::npos);
  sojourn_bytes_free(&text);
}
