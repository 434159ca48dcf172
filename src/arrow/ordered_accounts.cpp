#include "sojourn/arrow/ordered_accounts.hpp"

#include <string_view>
#include <utility>
#include <vector>

#include "sojourn/domain/error.hpp"

namespace sojourn::inline v0_1::arrow {
namespace {

std::string_view key_at(const any_column& keys, std::size_t row) {
  if (keys.type() == kind::text) return keys.view<std::string_view>()[row];
  return keys.labels()[keys.view<std::uint32_t>()[row]];
}

}  // namespace

held_column<std::int64_t> ordered_accounts::number(const any_column& keys, const std::string& name) {
  if (keys.type() != kind::text && keys.type() != kind::dictionary) return as_int64(keys, name);
  std::vector<std::int64_t> numbers(keys.size());
  std::vector<std::uint8_t> present(keys.validity() == nullptr ? 0 : keys.size());
  std::string_view last = last_;
  std::int64_t number = number_;
  for (std::size_t row = 0; row < keys.size(); ++row) {
    const bool there = keys.present(row);
    if (!present.empty()) present[row] = there ? 1 : 0;
    if (there) {
      const std::string_view key = key_at(keys, row);
      if (number < 0 || key != last) {
        if (number >= 0 && key < last)
          throw data_error({name, rows_ + row, std::string(key), "is less than the account before it, " + std::string(last),
                            "give the batches in order of account; snapshots of one table may come in any order"});
        ++number;
        last = key;
      }
    }
    numbers[row] = number;
  }
  last_ = std::string(last);
  number_ = number;
  rows_ += keys.size();
  return {any_column::from(std::move(numbers), present), name};
}

}  // namespace sojourn::inline v0_1::arrow
