// A service that keeps a book of revenue: corrections from many threads, answers from snapshots, a file to come back from.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sojourn/revenue/ledger/ledger_builder.hpp"
#include "sojourn/sojourn.hpp"

namespace host {

/// One row that a queue or a request brings: from `start` (until `end`) a customer pays `cents` a month.
struct period {
  std::string customer;
  sojourn::day start;
  std::optional<sojourn::day> end{};
  std::int64_t cents = 0;
};

/// A row that was left out, and why: what a log or an answer to the sender needs.
struct left_out {
  std::size_t row = 0;
  sojourn::row_fault code{};
  std::string why;
};

/// The book at one moment, and how it reads. Nobody changes it any more: any number of threads may ask it.
struct snapshot {
  sojourn::book facts;
  sojourn::reading under;

  [[nodiscard]] std::vector<sojourn::movement_row> movements(sojourn::month first, sojourn::month last) const;
  [[nodiscard]] std::optional<sojourn::mrr> mrr_of(const std::string& customer, sojourn::day when) const;
};

class revenue_service {
 public:
  /// `as_of` is the first day that is not known yet.
  explicit revenue_service(sojourn::day as_of);
  /// Goes on from a file of `save`. Throws `sojourn::state_error` where its bytes are damaged.
  static std::unique_ptr<revenue_service> restore(const std::filesystem::path& file, sojourn::day as_of);

  /// All good rows of the batch at once; a reader sees them all or none. Bad rows are named, and do no harm.
  std::vector<left_out> add(std::span<const period> rows);
  /// Takes rows out again that were added before. Throws `sojourn::data_error` for a row that is not there, and changes
  /// nothing.
  std::vector<left_out> take_back(std::span<const period> rows);

  [[nodiscard]] std::shared_ptr<const snapshot> now() const;
  /// The file is the old one or the whole new one.
  void save(const std::filesystem::path& file) const;

 private:
  revenue_service(sojourn::book facts, sojourn::day as_of);
  enum class change : std::uint8_t { add, take_back };
  std::vector<left_out> correct(std::span<const period> rows, change what);
  void publish();

  std::mutex writing_;  // one correction at a time
  sojourn::book facts_;
  sojourn::reading under_;
  mutable std::mutex showing_;  // held for the copy of one pointer
  std::shared_ptr<const snapshot> shown_;
};

}  // namespace host
