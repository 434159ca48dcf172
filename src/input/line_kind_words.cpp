#include "sojourn/input/line_kind_words.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace sojourn::inline v0_1 {
namespace {

using enum line_kind;

// From the public references of the systems: docs.stripe.com/api (invoice line item, price, credit note),
// apidocs.chargebee.com (invoice line_items, credit note), recurly.com/developers/api (line item), dev.chartmogul.com
// (import of invoices), developer.paddle.com (transaction, adjustment).
constexpr std::array line_words{
    line_kind_word{"recurring", recurring, "sojourn"},
    line_kind_word{"one_off", one_off, "sojourn"},
    line_kind_word{"usage", usage, "sojourn"},
    line_kind_word{"refund", refund, "sojourn"},
    line_kind_word{"proration", proration, "sojourn"},

    line_kind_word{"subscription", recurring, "Stripe, ChartMogul: type of a line"},
    line_kind_word{"subscription_item_details", recurring, "Stripe: parent.type of a line"},
    line_kind_word{"invoiceitem", one_off, "Stripe: type of a line without proration"},
    line_kind_word{"invoice_item_details", one_off, "Stripe: parent.type of a line without proration"},
    line_kind_word{"one_time", one_off, "Stripe: type of a price; Recurly: origin; ChartMogul: type"},
    line_kind_word{"licensed", recurring, "Stripe: recurring.usage_type of a price"},
    line_kind_word{"metered", usage, "Stripe: recurring.usage_type of a price"},
    line_kind_word{"credit_note", refund, "Stripe"},
    line_kind_word{"unused_time", proration, "Stripe: begins the description of a proration"},
    line_kind_word{"remaining_time", proration, "Stripe: begins the description of a proration"},

    line_kind_word{"plan_item_price", recurring, "Chargebee: entity_type"},
    line_kind_word{"addon_item_price", recurring, "Chargebee: entity_type"},
    line_kind_word{"charge_item_price", one_off, "Chargebee: entity_type"},
    line_kind_word{"plan_setup", one_off, "Chargebee: entity_type"},
    line_kind_word{"adhoc", one_off, "Chargebee: entity_type"},
    line_kind_word{"subscription_change", proration, "Chargebee: reason_code of a credit note"},
    line_kind_word{"subscription_cancellation", proration, "Chargebee: reason_code of a credit note"},
    line_kind_word{"subscription_pause", proration, "Chargebee: reason_code of a credit note"},
    line_kind_word{"waiver", refund, "Chargebee: reason_code of a credit note"},
    line_kind_word{"chargeback", refund, "Chargebee: reason_code of a credit note; Paddle: action of an adjustment"},
    line_kind_word{"product_unsatisfactory", refund, "Chargebee: reason_code of a credit note"},
    line_kind_word{"service_unsatisfactory", refund, "Chargebee: reason_code of a credit note"},

    line_kind_word{"plan", recurring, "Recurly: origin; Chargebee: entity_type"},
    line_kind_word{"add_on", recurring, "Recurly: origin"},
    line_kind_word{"plan_trial", recurring, "Recurly: origin of a line at 0"},
    line_kind_word{"add_on_trial", recurring, "Recurly: origin of a line at 0"},
    line_kind_word{"setup_fee", one_off, "Recurly: origin"},
    line_kind_word{"debit", one_off, "Recurly: origin"},
    line_kind_word{"prepayment", one_off, "Recurly: origin"},
    line_kind_word{"carryforward", refund, "Recurly: origin"},

    line_kind_word{"subscription_recurring", recurring, "Paddle: origin of a transaction"},
    line_kind_word{"subscription_update", proration, "Paddle: origin of a transaction"},
    line_kind_word{"subscription_charge", one_off, "Paddle: origin of a transaction"},
};

char plain(char c) {
  return c == ' ' || c == '-' ? '_' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

}  // namespace

std::span<const line_kind_word> line_kind_words() {
  return line_words;
}

std::optional<line_kind> line_kind_of(std::string_view word) {
  const auto same = [word](const line_kind_word& known) { return std::ranges::equal(word, known.word, {}, plain); };
  const auto found = std::find_if(line_words.begin(), line_words.end(), same);
  return found == line_words.end() ? std::nullopt : std::optional(found->kind);
}

std::string line_kind_rule() {
  std::string rule;
  for (const std::string_view word : values_of(line_kind{})) rule += (rule.empty() ? "one of " : ", ") + std::string(word);
  return rule + ", or the word of a billing system for it (see line_kind_words)";
}

}  // namespace sojourn::inline v0_1
