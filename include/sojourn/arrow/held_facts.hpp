// Columns of a table as the facts of a book: converted once, kept while they are stored.
// Layer: 4. Needs: links sojourn.
#pragma once

#include "sojourn/export.hpp"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sojourn/arrow/any_column.hpp"
#include "sojourn/arrow/role_columns.hpp"
#include "sojourn/arrow/row_habits.hpp"
#include "sojourn/revenue/book/book.hpp"

namespace sojourn::inline v0_1 {
namespace arrow SOJOURN_EXPORT {

/// What the rows of a table are.
struct table_read {
  fact_source source = fact_source::periods;  ///< of the book, or usage
  std::optional<usage_kind> every_row{};      ///< of usage without a column of kinds
};

struct given_facts {
  table_read table;
  roles columns;                                                    ///< amounts in minor units
  std::shared_ptr<const std::map<std::string, std::string>> names;  ///< of the columns, by role; of many tables
  std::map<std::string, any_column> labels;
  std::int64_t far_ends = 0;                ///< ends so far ahead that they stand for an open end
  std::optional<repeated_rows> repeated{};  ///< once they were sought
  std::optional<period_gaps> gaps{};        ///< the same

  /// Seeks the rows that repeat an earlier one in every column and every label.
  void find_repeated(const any_executor& host);
  /// Seeks the gaps between periods of an account, by the roles of their first day and their end.
  void find_gaps(const std::string& start_role, const std::string& end_role);
  [[nodiscard]] std::size_t rows() const { return columns.empty() ? 0 : columns.begin()->second.size(); }
};

/// New keys are learned by the book's indices.
class held_facts {
 public:
  held_facts(book& of, const given_facts& given);
  held_facts(const held_facts&) = delete;
  held_facts& operator=(const held_facts&) = delete;

  [[nodiscard]] const facts& rows() const noexcept { return rows_; }

 private:
  /// Keys of parents and subscriptions, which rows may leave out.
  column<std::uint32_t> keys_where_named(const char* role, account_index& index,
                                         const std::map<std::string, std::string>& names);
  void take_words(const char* role, const std::map<std::string, std::string>& names, word_facts& to);

  role_columns held_;
  std::deque<segment_codes> words_;  // a deque: what it holds stays where it is
  std::deque<any_column> months_;
  std::deque<std::vector<std::uint32_t>> keys_;
  std::vector<std::uint8_t> kinds_;
  facts rows_;
};

}  // namespace arrow SOJOURN_EXPORT
}  // namespace sojourn::inline v0_1
