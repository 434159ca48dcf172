#include "sojourn/arrow/ordered_segments.hpp"

#include <algorithm>
#include <charconv>
#include <numeric>

namespace sojourn::inline v0_1::arrow {
namespace {

std::optional<std::int64_t> whole_number(const std::string& text) {
  std::int64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// The places of `labels` in order.
std::vector<std::uint32_t> order_of(const std::vector<std::string>& labels) {
  std::vector<std::optional<std::int64_t>> numbers;
  numbers.reserve(labels.size());
  for (const std::string& label : labels) numbers.push_back(whole_number(label));
  const bool numeric = std::all_of(numbers.begin(), numbers.end(), [](const auto& n) { return n.has_value(); });
  std::vector<std::uint32_t> order(labels.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return numeric && numbers[a] != numbers[b] ? numbers[a] < numbers[b] : labels[a] < labels[b];
  });
  return order;
}

bool still_there(const std::string& label) {
  return label.empty() || label == "0";
}

void require_causes(const std::vector<std::string>& named, const std::string& name) {
  for (auto one = named.begin(); one != named.end(); ++one) {
    if (still_there(*one))
      throw schema_error("\"" + name + "\": \"" + *one + "\" stands for accounts still there, so it is no cause of leaving");
    if (std::find(named.begin(), one, *one) != one)
      throw schema_error("\"" + name + "\": the cause \"" + *one + "\" is named twice");
  }
}

bool is_float(const any_column& source) {
  return source.type() == kind::float64 || source.type() == kind::float32;
}

}  // namespace

segment_codes as_ordered_segments(const any_column& source, std::string name) {
  const segment_codes found = as_segments(is_float(source) ? as_int64(source, name).source() : source, name);
  const auto order = order_of(found.labels);
  std::vector<std::uint32_t> place(order.size());
  segment_codes ordered;
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    place[order[i]] = i;
    ordered.labels.push_back(found.labels[order[i]]);
  }
  const auto view = found.codes.view();
  std::vector<std::uint32_t> codes(view.size());
  std::vector<std::uint8_t> present(view.size());
  for (std::size_t row = 0; row < view.size(); ++row) {
    present[row] = static_cast<std::uint8_t>(view.present(row));
    if (view.present(row)) codes[row] = place[view[row]];
  }
  ordered.codes = {any_column::from(std::move(codes), present), std::move(name)};
  return ordered;
}

cause_codes as_causes(const any_column& source, const std::string& name,
                      const std::optional<std::vector<std::string>>& named) {
  const segment_codes found = as_ordered_segments(source, name);
  const bool truth = source.type() == kind::boolean;
  cause_codes causes;
  causes.numbered =
      truth || !(source.type() == kind::text || source.type() == kind::dictionary || source.type() == kind::date);
  std::vector<std::string> labels = found.labels;
  if (truth) {
    for (std::string& label : labels) label = label == "true" ? "1" : "0";
  }
  if (named) {
    require_causes(*named, name);
    causes.labels = *named;
  }
  std::vector<std::uint32_t> code_of(labels.size(), 0);
  std::vector<bool> unknown(labels.size(), false);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    if (still_there(labels[i])) continue;
    const auto known = std::find(causes.labels.begin(), causes.labels.end(), labels[i]);
    unknown[i] = named && known == causes.labels.end();
    code_of[i] = static_cast<std::uint32_t>(known - causes.labels.begin()) + 1;
    if (!named) causes.labels.push_back(labels[i]);
  }
  const auto view = found.codes.view();
  std::vector<std::uint32_t> codes(view.size(), 0);
  for (std::size_t row = 0; row < view.size(); ++row) {
    if (!view.present(row)) continue;
    if (unknown[view[row]]) {
      std::string list;
      for (const std::string& label : causes.labels) list += (list.empty() ? "" : ", ") + label;
      throw data_error(
          {name, row, labels[view[row]], "the causes named are: " + list, "name every cause that the column holds"});
    }
    codes[row] = code_of[view[row]];
  }
  causes.codes = {any_column::from(std::move(codes)), name};
  return causes;
}

}  // namespace sojourn::inline v0_1::arrow
