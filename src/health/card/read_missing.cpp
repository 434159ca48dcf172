#include "health/card/read_missing.hpp"

#include <cstdint>

#include "json/reader.hpp"

namespace sojourn::inline v0_1::health::detail {
namespace {

class missing_reader : json::reader {
 public:
  using reader::reader;

  void read(const json::json_value& value, const std::string& at, missing_policy& result) {
    if (value.kind != type::object) return read_word(value, at, result);
    if (value.find("impute") != nullptr) return read_impute(value, at, result);
    if (value.find("carry_forward") != nullptr) return read_carry(value, at, result);
    keys(value, at, {"neutral", "carry_forward", "impute"});
    result.kind = missing_kind::neutral;
    if (value.find("neutral") == nullptr) error(at, "\"neutral\" is missing", "for example {\"neutral\": 0.5}");
    number(value, at, "neutral", result.value);
  }

 private:
  void read_word(const json::json_value& value, const std::string& at, missing_policy& result) {
    if (value.kind == type::text && value.text == "carry_forward") {
      return error(at, "how old may a value be that is carried forward?", "for example {\"carry_forward\": 60}, in days");
    }
    if (value.kind == type::text && value.text == "impute")
      return error(at, "which value is typical?", "for example {\"impute\": \"median\"}");
    choose(value, at, "\"missing\"", result.kind,
           {{"redistribute", missing_kind::redistribute},
            {"neutral", missing_kind::neutral},
            {"worst", missing_kind::worst},
            {"best", missing_kind::best},
            {"not_applicable", missing_kind::not_applicable},
            {"fail", missing_kind::fail}});
  }

  void read_carry(const json::json_value& value, const std::string& at, missing_policy& result) {
    keys(value, at, {"carry_forward"});
    if (number(value, at, "carry_forward", result.max_age)) result.kind = missing_kind::carry_forward;
  }

  void read_impute(const json::json_value& value, const std::string& at, missing_policy& result) {
    enum class typical : std::uint8_t { median, segment_median } which = typical::median;
    keys(value, at, {"impute", "value", "segment", "by"});
    choice(value, at, "impute", which, {{"median", typical::median}, {"segment_median", typical::segment_median}});
    const bool by_segment = which == typical::segment_median;
    missing_policy found;
    found.kind = missing_kind::impute;
    double all = 0;
    if (number(value, at, "value", all)) found.typical = all;
    text(value, at, "segment", found.segment);
    if (by_segment && found.segment.empty()) return error(at, "\"segment\" is missing: the column that names the segment");
    if (!by_segment && value.find("segment") != nullptr)
      error(at + "/segment", "a plain median knows no segments", "\"impute\": \"segment_median\"");
    if (const json::json_value* by = value.find("by")) read_by(*by, at + "/by", by_segment, found);
    result = std::move(found);
  }
  void read_by(const json::json_value& value, const std::string& at, bool by_segment, missing_policy& result) {
    if (!by_segment) return error(at, "a plain median knows no segments", "\"impute\": \"segment_median\"");
    if (!is(value, at, type::object, "\"by\"")) return;
    for (const auto& [name, typical] : value.members) {
      if (!is(typical, at + json::step(name), type::number, "the typical value of a segment")) return;
      result.typical_by.emplace_back(name, typical.number);
    }
  }
};

}  // namespace

void read_missing(const json::json_value& value, const std::string& at, missing_policy& result, diagnostics& found) {
  missing_reader(found).read(value, at, result);
}

}  // namespace sojourn::inline v0_1::health::detail
