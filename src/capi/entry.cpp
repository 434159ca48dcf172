#include "capi/entry.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <new>
#include <stdexcept>

#include "capi/options.hpp"
#include "sojourn/arrow/wrong_type.hpp"
#include "sojourn/health/card/check_card.hpp"
#include "sojourn/revenue/ledger/as_of_day.hpp"

namespace sojourn::inline v0_1::capi {
namespace {

/// An error together with its texts.
struct owned_error : sojourn_error {
  std::array<std::string, 5> texts;  // column, value, rule, remedy, message
};

// For when there is no memory for an error; never freed.
const sojourn_error no_memory{
    SOJOURN_OUT_OF_MEMORY,
    -1,
    "",
    "",
    "",
    "ask for fewer rows, draws, periods or accounts at once",
    "this needs more memory than there is; ask for fewer rows, draws, periods or accounts at once"};

sojourn_code without_memory(sojourn_error** to) noexcept {
  if (to != nullptr) *to = const_cast<sojourn_error*>(&no_memory);
  return SOJOURN_OUT_OF_MEMORY;
}

sojourn_code give_error(sojourn_error** to, sojourn_code code, const char* message, std::int64_t row = -1,
                        std::string column = {}, std::string value = {}, std::string rule = {}, std::string remedy = {}) {
  if (to == nullptr) return code;
  auto made = std::make_unique<owned_error>();
  made->texts = {std::move(column), std::move(value), std::move(rule), std::move(remedy), message};
  const auto& texts = made->texts;
  static_cast<sojourn_error&>(*made) = {
      code, row, texts[0].c_str(), texts[1].c_str(), texts[2].c_str(), texts[3].c_str(), texts[4].c_str()};
  *to = made.release();
  return code;
}

sojourn_code give_error_of(sojourn_error** to) {
  try {
    throw;
  } catch (const data_error& e) {
    const std::int64_t row = e.row() == problem::no_row ? -1 : static_cast<std::int64_t>(e.row());
    return give_error(to, SOJOURN_BAD_DATA, e.what(), row, e.column(), e.value(), e.rule(), e.advice());
  } catch (const argument_error& e) {
    return give_error(to, SOJOURN_BAD_ARGUMENT, e.what(), -1, e.argument(), {}, e.rule());
  } catch (const option_error& e) {
    return give_error(to, SOJOURN_BAD_OPTIONS, e.what(), -1, e.pointer(), {}, e.rule(), e.remedy());
  } catch (const health::card_error& e) {
    return give_error(to, SOJOURN_BAD_CARD, e.what());
  } catch (const as_of_not_named& e) {
    return give_error(to, SOJOURN_AS_OF_NOT_NAMED, e.what());
  } catch (const arrow::wrong_type& e) {
    return give_error(to, SOJOURN_BAD_TYPE, e.what());
  } catch (const schema_error& e) {
    return give_error(to, SOJOURN_BAD_SCHEMA, e.what());
  } catch (const overflow_error& e) {
    return give_error(to, SOJOURN_OVERFLOWS, e.what());
  } catch (const state_error& e) {
    return give_error(to, SOJOURN_BAD_STATE, e.what());
  } catch (const cancelled& e) {
    return give_error(to, SOJOURN_CANCELLED, e.what());
  } catch (const error& e) {
    return give_error(to, SOJOURN_STREAM_FAILED, e.what());
  } catch (const std::bad_alloc&) {
    return without_memory(to);
  } catch (const std::length_error&) {  // longer than any memory
    return without_memory(to);
  } catch (const std::exception& e) {
    return give_error(to, SOJOURN_INTERNAL, e.what());
  }
}

}  // namespace

sojourn_code report_failure(sojourn_error** to) noexcept {
  try {
    return give_error_of(to);
  } catch (const std::bad_alloc&) {
    return without_memory(to);
  } catch (...) {  // nothing of ours: thrown through a callback of the host
    if (to != nullptr) *to = nullptr;
    return SOJOURN_INTERNAL;
  }
}

const char* kind_name(sojourn_kind kind) noexcept {
  constexpr std::array<const char*, 8> names = {"nothing", "book", "state", "card", "scores", "fit", "forecast", "frame"};
  return names[static_cast<std::size_t>(kind)];
}

call_host::call_host(const sojourn_run* run) : call_host(checked_run(run)) {}

call_host::call_host(const sojourn_run& run)
    : watch_{run.progress, run.context}, threads_(run.threads), watched_(threads_, watch_) {
  watch_(0, 0);
}

sojourn_run call_host::checked_run(const sojourn_run* run) {
  if (run == nullptr) return {sizeof(sojourn_run), 1, nullptr, nullptr};
  if (run->struct_size < sizeof(sojourn_run)) {
    throw argument_error("run", "has a struct_size below sizeof(sojourn_run)");
  }
  return *run;
}

void call_host::watcher::operator()(std::size_t done, std::size_t of) const {
  if (progress != nullptr && progress(context, done, of) != 0) throw cancelled();
}

taken_stream::taken_stream(ArrowArrayStream* from) {
  std::swap(mine_, given(from, "table"));
  if (mine_.release == nullptr) throw argument_error("table", "was consumed already, or is empty: its release is NULL");
}

taken_stream::~taken_stream() {
  if (mine_.release != nullptr) mine_.release(&mine_);
}

named_source::named_source(taken_stream& stream) : source_(arrow::source::from_stream(stream.get())) {
  if (!source_.is_table()) throw schema_error("an Arrow stream of tables is wanted, not one of bare arrays");
}

bool named_source::has(std::string_view name) const noexcept {
  return std::find(names().begin(), names().end(), name) != names().end();
}

std::vector<arrow::any_column> named_source::read(const std::vector<std::string>& wanted) {
  std::vector<std::size_t> places;
  places.reserve(wanted.size());
  for (const std::string& name : wanted) {
    const auto found = std::find(names().begin(), names().end(), name);
    if (found == names().end()) {
      std::string listed;
      for (const std::string& one : names()) listed += (listed.empty() ? "" : ", ") + one;
      throw schema_error("the table has no column \"" + name + "\"; it has " + (listed.empty() ? "none" : listed));
    }
    if (std::find(found + 1, names().end(), name) != names().end()) {
      throw schema_error("the table has several columns \"" + name + "\"");
    }
    places.push_back(static_cast<std::size_t>(found - names().begin()));
  }
  return source_.read(places);
}

void give_bytes(sojourn_bytes& out, const void* data, std::size_t size) {
  auto* memory = static_cast<std::uint8_t*>(std::malloc(size + 1));  // NOLINT: freed by sojourn_bytes_free
  if (memory == nullptr) throw std::bad_alloc();
  if (size > 0) std::memcpy(memory, data, size);
  memory[size] = 0;
  out = {memory, size};
}

}  // namespace sojourn::inline v0_1::capi

extern "C" {

void sojourn_error_free(sojourn_error* error) {
  if (error == nullptr || error == &sojourn::capi::no_memory) return;
  delete static_cast<sojourn::capi::owned_error*>(error);
}

void sojourn_bytes_free(sojourn_bytes* bytes) {
  if (bytes == nullptr) return;
  std::free(bytes->data);  // NOLINT: malloc of give_bytes
  *bytes = {nullptr, 0};
}

void sojourn_release(sojourn_object* object) {
  delete object;
}

sojourn_kind sojourn_kind_of(const sojourn_object* object) {
  return object == nullptr ? 0 : static_cast<sojourn_kind>(object->is.index());
}

}  // extern "C"
