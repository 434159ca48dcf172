#include "health/card/read_normaliser.hpp"

#include "json/reader.hpp"

namespace sojourn::inline v0_1::health::detail {
namespace {

class norm_reader : json::reader {
 public:
  using reader::reader;

  void read(const json::json_value& value, const std::string& at, normaliser& result) {
    if (value.kind == type::text) {
      choose(value, at, "a normaliser without parameters", result, {{"identity", identity{}}, {"bool", boolean{}}});
      return;
    }
    if (!is(value, at, type::object, "\"norm\"")) return;
    const auto kind =
        std::find_if(value.members.begin(), value.members.end(), [](const auto& m) { return find(m.name) != nullptr; });
    if (kind == value.members.end()) return unnamed(value, at);
    const auto count =
        std::count_if(value.members.begin(), value.members.end(), [](const auto& m) { return find(m.name) != nullptr; });
    if (count > 1) error(at, "names more than one normaliser");
    std::vector<std::string> allowed = names();  // a second kind is reported above already
    const norm_kind& known = *find(kind->name);
    allowed.insert(allowed.end(), known.options.begin(), known.options.end());
    keys(value, at, std::move(allowed));
    (this->*known.read)(kind->value, at + json::step(kind->name), result);
    std::visit([&](auto& norm) { read_options(value, at, norm); }, result);
  }

 private:
  struct norm_kind {
    std::string_view name;
    void (norm_reader::*read)(const json::json_value&, const std::string&, normaliser&);
    std::vector<std::string> options{};  ///< keys beside its own
  };
  static const std::vector<norm_kind>& kinds() {
    static const std::vector<norm_kind> all = {
        {"ramp", &norm_reader::read_ramp, {"outside"}},
        {"piecewise", &norm_reader::read_piecewise},
        {"bins", &norm_reader::read_bins},
        {"map", &norm_reader::read_map},
        {"bool", &norm_reader::read_boolean},
        {"target", &norm_reader::read_target},
        {"logistic", &norm_reader::read_logistic},
        {"log_ramp", &norm_reader::read_log_ramp, {"scale"}},
        {"saturating", &norm_reader::read_saturating, {"curve"}},
        {"recency", &norm_reader::read_recency},
        {"zscore", &norm_reader::read_zscore, {"better"}},
        {"robust_z", &norm_reader::read_robust_z, {"better"}},
        {"percentile", &norm_reader::read_percentile, {"better", "segment", "by"}},
        {"change", &norm_reader::read_change, {"floor", "from"}},
        {"ratio", &norm_reader::read_ratio, {"denominator"}},
        {"lookup2d", &norm_reader::read_lookup},
    };
    return all;
  }
  static const norm_kind* find(std::string_view name) {
    const auto at = std::find_if(kinds().begin(), kinds().end(), [name](const norm_kind& k) { return k.name == name; });
    return at == kinds().end() ? nullptr : &*at;
  }
  static std::vector<std::string> names() {
    std::vector<std::string> all;
    for (const norm_kind& k : kinds()) all.emplace_back(k.name);
    return all;
  }
  void unnamed(const json::json_value& value, const std::string& at) {
    std::string listed = "identity";
    for (const std::string& name : names()) listed += ", " + name;
    error(at, "names no normaliser: " + listed,
          value.members.empty() ? "" : json::did_you_mean(value.members.front().name, names()));
  }

  // What stands beside the kind. A kind that could not be read left another behind, whose options are not there.
  template <class Norm>
  void read_options(const json::json_value&, const std::string&, Norm&) {}
  void read_options(const json::json_value& value, const std::string& at, ramp& r) {
    choice(value, at, "outside", r.outside, {{"clip", ramp_outside::clip}, {"ignore", ramp_outside::ignore}});
  }
  void read_options(const json::json_value& value, const std::string& at, log_ramp& r) {
    choice(value, at, "scale", r.scale, {{"log1p", log_scale::log1p}, {"asinh", log_scale::asinh}});
  }
  void read_options(const json::json_value& value, const std::string& at, saturating& s) {
    choice(value, at, "curve", s.curve,
           {{"hyperbolic", saturating_curve::hyperbolic}, {"exponential", saturating_curve::exponential}});
  }
  void read_options(const json::json_value& value, const std::string& at, zscore& z) { read_side(value, at, z.better); }
  void read_options(const json::json_value& value, const std::string& at, robust_z& z) { read_side(value, at, z.better); }
  void read_options(const json::json_value& value, const std::string& at, percentile& p) {
    read_side(value, at, p.better);
    text(value, at, "segment", p.segment);
    const json::json_value* by = value.find("by");
    if (by == nullptr || !is(*by, at + "/by", type::object, "\"by\"")) return;
    for (const auto& [name, reference] : by->members) {
      if (!read_reference(reference, at + "/by" + json::step(name), p.by.emplace_back(name, std::vector<double>{}).second))
        return;
    }
  }
  void read_options(const json::json_value& value, const std::string& at, change& c) {
    number(value, at, "floor", c.floor);
    text(value, at, "from", c.from);
  }
  void read_options(const json::json_value& value, const std::string& at, ratio& r) {
    text(value, at, "denominator", r.denominator);
  }
  void read_side(const json::json_value& value, const std::string& at, better_side& result) {
    choice(value, at, "better", result, {{"higher", better_side::higher}, {"lower", better_side::lower}});
  }

  template <class Norm>
  void read_two(const json::json_value& value, const std::string& at, normaliser& result, double Norm::* first,
                double Norm::* second, std::string_view what) {
    Norm norm;
    if (numbers(value, at, {&(norm.*first), &(norm.*second)}, what)) result = norm;
  }
  void read_ramp(const json::json_value& value, const std::string& at, normaliser& result) {
    read_two(value, at, result, &ramp::bad, &ramp::good, "bad, good");
  }
  void read_log_ramp(const json::json_value& value, const std::string& at, normaliser& result) {
    read_two(value, at, result, &log_ramp::bad, &log_ramp::good, "bad, good");
  }
  void read_change(const json::json_value& value, const std::string& at, normaliser& result) {
    read_two(value, at, result, &change::bad, &change::good, "bad, good");
  }
  void read_ratio(const json::json_value& value, const std::string& at, normaliser& result) {
    read_two(value, at, result, &ratio::bad, &ratio::good, "bad, good");
  }
  void read_logistic(const json::json_value& value, const std::string& at, normaliser& result) {
    read_two(value, at, result, &logistic::mid, &logistic::slope, "mid, slope");
  }
  void read_zscore(const json::json_value& value, const std::string& at, normaliser& result) {
    read_two(value, at, result, &zscore::mean, &zscore::sd, "mean, standard deviation");
  }
  void read_robust_z(const json::json_value& value, const std::string& at, normaliser& result) {
    read_two(value, at, result, &robust_z::median, &robust_z::mad, "median, median absolute deviation");
  }
  void read_target(const json::json_value& value, const std::string& at, normaliser& result) {
    target t;
    if (numbers(value, at, {&t.low, &t.high, &t.falloff}, "low, high, falloff")) result = t;
  }
  void read_saturating(const json::json_value& value, const std::string& at, normaliser& result) {
    if (is(value, at, type::number, "\"saturating\"")) result = saturating{value.number};
  }
  void read_recency(const json::json_value& value, const std::string& at, normaliser& result) {
    recency r;
    parameters(value, at, {{"half_life", &r.half_life}}, {{"grace", &r.grace}});
    result = r;
  }
  void read_piecewise(const json::json_value& value, const std::string& at, normaliser& result) {
    if (!is(value, at, type::array, "\"piecewise\"")) return;
    piecewise p;
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      knot& k = p.knots.emplace_back();
      if (!numbers(value.items[i], at + json::step(i), {&k.x, &k.s}, "x, s")) return;
    }
    result = std::move(p);
  }
  void read_percentile(const json::json_value& value, const std::string& at, normaliser& result) {
    percentile p;
    if (read_reference(value, at, p.reference)) result = std::move(p);
  }
  bool read_reference(const json::json_value& value, const std::string& at, std::vector<double>& result) {
    if (!is(value, at, type::array, "a reference")) return false;
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      if (!is(value.items[i], at + json::step(i), type::number, "this")) return false;
      result.push_back(value.items[i].number);
    }
    return true;
  }
  void read_bins(const json::json_value& value, const std::string& at, normaliser& result) {
    if (!is(value, at, type::object, "\"bins\"")) return;
    keys(value, at, {"edges", "s", "closed", "allow_gap"});
    bins b;
    const bool edges = list(value, at, "edges", b.edges);
    const json::json_value* scores = value.find("s");
    if (scores == nullptr) error(at, "\"s\" is missing");
    const bool s = scores != nullptr && cells(*scores, at + "/s", b.s);
    choice(value, at, "closed", b.closed, {{"left", closed_side::left}, {"right", closed_side::right}});
    if (truth(value, at, "allow_gap")) b.gaps = gap_policy::missing;
    if (edges && s) result = std::move(b);
  }
  /// Scores, of which null leaves one open.
  bool cells(const json::json_value& value, const std::string& at, std::vector<double>& result) {
    if (!is(value, at, type::array, "\"s\"")) return false;
    for (std::size_t i = 0; i < value.items.size(); ++i) {
      const bool open = value.items[i].kind == type::null;
      if (!open && !is(value.items[i], at + json::step(i), type::number, "a score")) return false;
      result.push_back(open ? no_score : value.items[i].number);
    }
    return true;
  }
  void read_lookup(const json::json_value& value, const std::string& at, normaliser& result) {
    if (!is(value, at, type::object, "\"lookup2d\"")) return;
    keys(value, at, {"bands", "context", "context_bands", "s"});
    lookup2d table;
    text(value, at, "context", table.context);
    const bool banded =
        read_bands(value, at, "bands", table.bands) && read_bands(value, at, "context_bands", table.context_bands);
    const json::json_value* rows = value.find("s");
    if (rows == nullptr) return error(at, "\"s\" is missing: one row of scores a band");
    if (!banded || !is(*rows, at + "/s", type::array, "\"s\"")) return;
    if (rows->items.size() != table.bands.size())
      return error(at + "/s", "needs one row of scores a band, so " + std::to_string(table.bands.size()));
    for (std::size_t i = 0; i < rows->items.size(); ++i) {
      const std::string here = at + "/s" + json::step(i);
      const std::size_t before = table.s.size();
      if (!cells(rows->items[i], here, table.s)) return;
      if (table.s.size() - before == table.context_bands.size()) continue;
      return error(here, "needs one score per context band, so " + std::to_string(table.context_bands.size()),
                   "null leaves a cell open");
    }
    result = std::move(table);
  }
  bool read_bands(const json::json_value& object, const std::string& at, std::string_view key, std::vector<band>& result) {
    const json::json_value* value = object.find(key);
    if (value == nullptr)
      return error(at, "\"" + std::string(key) + "\" is missing", "for example [{\"below\": 10}, {\"from\": 10}]"), false;
    const std::string here = at + json::step(key);
    if (!is(*value, here, type::array, "\"" + std::string(key) + "\"")) return false;
    for (std::size_t i = 0; i < value->items.size(); ++i) {
      if (!read_band(value->items[i], here + json::step(i), result.emplace_back())) return false;
    }
    return true;
  }
  bool read_band(const json::json_value& value, const std::string& at, band& result) {
    if (!is(value, at, type::object, "a band")) return false;
    keys(value, at, {"from", "above", "to", "below"});
    const bool from = number(value, at, "from", result.low), above = number(value, at, "above", result.low);
    const bool to = number(value, at, "to", result.high), below = number(value, at, "below", result.high);
    if ((from && above) || (to && below))
      return error(at, "an end is either in the band (from, to) or out of it (above, below)"), false;
    result.ends = from ? (to ? band_ends::both : band_ends::low) : (to ? band_ends::high : band_ends::neither);
    return true;
  }
  void read_map(const json::json_value& value, const std::string& at, normaliser& result) {
    if (!is(value, at, type::object, "\"map\"")) return;
    value_map table;
    for (const auto& [name, s] : value.members) {
      if (!is(s, at + json::step(name), type::number, "a map entry")) return;
      table.table.emplace_back(name, s.number);
    }
    result = std::move(table);
  }
  void read_boolean(const json::json_value& value, const std::string& at, normaliser& result) {
    if (!is(value, at, type::object, "\"bool\" with values")) return;
    keys(value, at, {"false", "true"});
    boolean b;
    number(value, at, "false", b.when_false);
    number(value, at, "true", b.when_true);
    result = b;
  }
};

}  // namespace

void read_norm(const json::json_value& value, const std::string& at, normaliser& result, diagnostics& found) {
  norm_reader(found).read(value, at, result);
}

}  // namespace sojourn::inline v0_1::health::detail
