#include "revenue_service.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <utility>

namespace host {
std::vector<sojourn::movement_row> snapshot::movements(sojourn::month first, sojourn::month last) const {
  return sojourn::movements(sojourn::tally_revenue(under.ledger.book, sojourn::period_grid::between(first, last)));
}

std::optional<sojourn::mrr> snapshot::mrr_of(const std::string& customer, sojourn::day when) const {
  const std::optional<sojourn::account> who = facts.keys().find(customer);
  if (!who) return std::nullopt;
  return under.ledger.book.level(*who, when);
}

revenue_service::revenue_service(sojourn::day as_of) : revenue_service(sojourn::book(), as_of) {}

revenue_service::revenue_service(sojourn::book facts, sojourn::day as_of)
    : facts_(std::move(facts)), under_(sojourn::read(facts_, {.as_of = as_of})) {
  publish();
}

std::unique_ptr<revenue_service> revenue_service::restore(const std::filesystem::path& file, sojourn::day as_of) {
  std::ifstream in(file, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + file.string());
  const std::vector<char> text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  const std::vector<std::uint8_t> bytes(text.begin(), text.end());
  return std::unique_ptr<revenue_service>(new revenue_service(sojourn::from_bytes<sojourn::book>(bytes), as_of));
}

std::vector<left_out> revenue_service::add(std::span<const period> rows) {
  return correct(rows, change::add);
}

std::vector<left_out> revenue_service::take_back(std::span<const period> rows) {
  return correct(rows, change::take_back);
}

std::vector<left_out> revenue_service::correct(std::span<const period> rows, change what) {
  const std::lock_guard lock(writing_);
  // The builder owns the good rows and lists the bad ones.
  sojourn::ledger_builder batch(facts_.shared_keys(),
                                {.account = "customer", .amount = "cents", .most_listed = rows.size()});
  for (const period& row : rows) batch.add(row.customer, row.start, row.end, row.cents);
  std::vector<left_out> bad;
  bad.reserve(batch.refused());
  for (const sojourn::refused_row& one : batch.refused_rows()) bad.push_back({one.what.row, one.fault, one.what.message()});
  if (batch.accepted() != 0) {
    sojourn::reading* const follow[] = {&under_};
    if (what == change::add) {
      sojourn::apply(facts_, {batch.rows()}, follow);
    } else {
      sojourn::retract(facts_, {batch.rows()}, std::nullopt, follow);
    }
    publish();
  }
  return bad;
}

void revenue_service::publish() {
  auto next = std::make_shared<const snapshot>(snapshot{facts_, under_});  // microseconds: blocks are shared until written
  const std::lock_guard lock(showing_);
  shown_.swap(next);
}

std::shared_ptr<const snapshot> revenue_service::now() const {
  const std::lock_guard lock(showing_);
  return shown_;
}

void revenue_service::save(const std::filesystem::path& file) const {
  const std::vector<std::uint8_t> bytes = sojourn::to_bytes(now()->facts);  // of a snapshot: corrections go on meanwhile
  const std::filesystem::path beside = file.string() + ".new";
  {
    std::ofstream out(beside, std::ios::binary | std::ios::trunc);
    out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    out.close();
    if (!out) throw std::runtime_error("cannot write " + beside.string());
  }
  std::filesystem::rename(beside, file);
}

}  // namespace host
