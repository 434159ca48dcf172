// A table of prices and events becomes a ledger under a policy.
#include <string_view>
#include <utility>

#include "bind_ledger.hpp"
#include "named.hpp"
#include "sojourn/mrr/price.hpp"
#include "sojourn/mrr/reconcile.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;
using roles = std::map<std::string, any_column>;

/// Columns of the caller, converted; the view points into them.
class priced_columns {
 public:
  priced_columns(const roles& columns, const std::map<std::string, std::string>& names, int exponent, account_index& keys,
                 account_index& subscriptions)
      : columns_(columns), names_(names) {
    account_ = arrow::as_accounts(columns.at("account"), keys, name("account"));
    view_.account = account_.view();
    if (const any_column* found = find("subscription")) {
      subscription_ = arrow::as_accounts(*found, subscriptions, name("subscription"));
      view_.subscription = subscription_.view();
    }
    take_days("start", view_.start), take_days("end", view_.end), take_days("cancelled_on", view_.cancelled_on);
    take_days("billing_ended_on", view_.billing_ended_on), take_days("unpaid_since", view_.unpaid_since);
    take_days("paid_again_on", view_.paid_again_on), take_days("paused_on", view_.paused_on);
    take_days("resumed_on", view_.resumed_on), take_days("trial_end", view_.trial_end);
    take_minor("amount", exponent, view_.amount), take_minor("discount_minor", exponent, view_.discount_minor);
    take_minor("tax_minor", exponent, view_.tax_minor);
    take_counts("every", view_.every), take_counts("discount_basis_points", view_.discount_basis_points);
    if (const any_column* found = find("quantity")) {
      wide_.push_back(std::make_unique<arrow::held_column<std::int64_t>>(arrow::as_int64(*found, name("quantity"))));
      view_.quantity = wide_.back()->view();
    }
    take_words("unit", {"day", "week", "month", "quarter", "year"}, view_.unit);
    take_words("discount_term", {"recurring", "one_time"}, view_.discount_term);
    take_words("metered", {"false", "true"}, view_.metered);
  }
  priced_columns(const priced_columns&) = delete;
  priced_columns& operator=(const priced_columns&) = delete;

  [[nodiscard]] const priced_subscriptions& view() const noexcept { return view_; }

 private:
  const any_column* find(const std::string& role) const {
    const auto found = columns_.find(role);
    return found == columns_.end() ? nullptr : &found->second;
  }
  const std::string& name(const std::string& role) const { return names_.at(role); }

  void take_days(const char* role, column<std::int32_t>& to) {
    if (const any_column* found = find(role)) keep(arrow::as_day(*found, name(role)), to);
  }
  void take_counts(const char* role, column<std::int32_t>& to) {
    if (const any_column* found = find(role)) keep(arrow::as_int32(*found, name(role)), to);
  }
  void keep(arrow::held_column<std::int32_t> held, column<std::int32_t>& to) {
    days_.push_back(std::make_unique<arrow::held_column<std::int32_t>>(std::move(held)));
    to = days_.back()->view();
  }
  void take_minor(const char* role, int exponent, column<std::int64_t>& to) {
    const any_column* found = find(role);
    if (found == nullptr) return;
    wide_.push_back(std::make_unique<arrow::held_column<std::int64_t>>(arrow::as_minor(*found, name(role), exponent)));
    to = wide_.back()->view();
  }

  // Words become their place in `known`; a missing cell keeps the default of the column.
  void take_words(const char* role, std::initializer_list<std::string_view> known, column<std::uint8_t>& to) {
    const any_column* found = find(role);
    if (found == nullptr) return;
    const arrow::segment_codes words = arrow::as_segments(*found, name(role));
    const column<std::uint32_t> codes = words.codes.view();
    auto values = std::make_unique<std::vector<std::uint8_t>>(codes.size());
    auto bits = std::make_unique<std::vector<std::uint8_t>>(codes.size() / 8 + 1);
    for (std::size_t row = 0; row < codes.size(); ++row) {
      if (!codes.present(row)) continue;
      (*values)[row] = place_of(words.labels[codes[row]], known, name(role), row);
      (*bits)[row / 8] = static_cast<std::uint8_t>((*bits)[row / 8] | (1u << (row % 8)));
    }
    to = column<std::uint8_t>(std::span<const std::uint8_t>(*values), bits->data(), 0, name(role));
    words_.push_back(std::move(values));
    words_.push_back(std::move(bits));
  }

  static std::uint8_t place_of(const std::string& word, std::initializer_list<std::string_view> known,
                               const std::string& column, std::size_t row) {
    std::uint8_t place = 0;
    std::string all;
    for (const std::string_view one : known) {
      if (word == one) return place;
      ++place;
      all += (all.empty() ? "one of " : ", ") + std::string(one);
    }
    throw data_error({column, row, word, all, ""});
  }

  const roles& columns_;
  const std::map<std::string, std::string>& names_;
  priced_subscriptions view_;
  arrow::held_column<std::uint32_t> account_;
  arrow::held_column<std::uint32_t> subscription_;
  std::vector<std::unique_ptr<arrow::held_column<std::int32_t>>> days_;
  std::vector<std::unique_ptr<arrow::held_column<std::int64_t>>> wide_;
  std::vector<std::unique_ptr<std::vector<std::uint8_t>>> words_;
};

}  // namespace

keyed_ledger ledger_from_prices(const roles& columns, const std::map<std::string, std::string>& names, int exponent,
                                std::optional<std::int32_t> as_of, const revenue_policy& policy, const std::string& part,
                                const std::string& commitment) {
  pricing_options options;
  options.policy = policy;
  options.part = named<mrr_part>("part", part, {{"paid", mrr_part::paid}, {"trial", mrr_part::trial}});
  options.commitment = named<mrr_commitment>(
      "commitment", commitment, {{"in_force", mrr_commitment::in_force}, {"committed", mrr_commitment::committed}});
  if (as_of) options.as_of = day{*as_of};
  const py::gil_scoped_release released;
  auto accounts = std::make_shared<account_index>();
  auto subscriptions = std::make_shared<account_index>();
  const priced_columns held(columns, names, exponent, *accounts, *subscriptions);
  const bool by_subscription = policy.unit == customer_unit::subscription;
  auto keys = by_subscription ? std::move(subscriptions) : accounts;
  return with_keys(*keys, [&]() -> keyed_ledger {
    mrr_rows rows = rows_from_prices(held.view(), options);
    ledger book = rows.book(options.as_of);
    keyed_ledger made{std::move(book), keys, std::make_shared<const std::vector<std::uint32_t>>(std::move(rows.source)), rows.counts,
                      false, by_subscription};
    if (by_subscription) {
      made.owner = std::make_shared<const std::vector<std::uint32_t>>(subscription_owners(held.view()));
      made.owner_keys = std::move(accounts);
    }
    return made;
  });
}

}  // namespace sojourn::python
