// The accounts behind a decay curve, and draws of them, for Python.
#include "sojourn/lifetime/decay_sample.hpp"

#include <pybind11/stl.h>

#include <string>
#include <utility>
#include <vector>

#include "bind.hpp"
#include "frames/table.hpp"
#include "interruptible_threads.hpp"
#include "lifetime/decay_columns.hpp"
#include "sojourn/lifetime/decay_bootstrap.hpp"

namespace py = pybind11;

namespace sojourn::python {
namespace {

using arrow::any_column;

/// The typed columns behind rows of accounts.
struct account_columns {
  arrow::held_column<std::int32_t> t, entry;
  arrow::held_column<std::uint8_t> left;
  arrow::held_column<double> weight;
  arrow::held_column<std::int64_t> count;
  decay_rows rows;

  account_columns(const any_column& renewals, const any_column& flags, const optional_column& entries,
                  const optional_column& weights, const optional_column& counts)
      : t(arrow::as_int32(renewals, "t")),
        left(arrow::as_flag(flags, "left", "left is 0 (still a customer) or 1 (left at renewal t)")),
        rows{.t = t.view(), .left = left.view()} {
    if (entries) rows.entry = (entry = arrow::as_int32(*entries, "entry")).view();
    if (weights) rows.weight = (weight = arrow::as_double(*weights, "weights")).view();
    if (counts) rows.count = (count = arrow::as_int64(*counts, "count")).view();
    // An empty column would otherwise look like one that was not given.
    if (entries) require_same_length(rows.t, "t", rows.entry, "entry");
    if (weights) require_same_length(rows.t, "t", rows.weight, "weights");
    if (counts) require_same_length(rows.t, "t", rows.count, "count");
  }
};

decay_sample sample_of_accounts(const any_column& t, const any_column& left, const optional_column& entry,
                                const optional_column& weights, const optional_column& count) {
  const account_columns columns(t, left, entry, weights, count);
  const py::gil_scoped_release unlocked;
  return sample_decay(columns.rows);
}

/// Labels, a sample for each, and that of rows without a segment.
py::tuple samples_by(const any_column& t, const any_column& left, const any_column& by, const optional_column& entry,
                     const optional_column& weights, const optional_column& count) {
  const account_columns columns(t, left, entry, weights, count);
  const arrow::segment_codes codes = arrow::as_segments(by, "by");
  decay_by_segment found;
  {
    const py::gil_scoped_release unlocked;
    found = sample_decay_by(columns.rows, codes.codes.view(), codes.labels.size());
  }
  return py::make_tuple(codes.labels, std::move(found.segments), std::move(found.without_segment));
}

decay_sample sample_of_cohorts(const any_column& t, const any_column& survivors, const optional_column& cohort,
                               const optional_column& weights) {
  const cohort_columns columns(t, survivors, cohort);
  arrow::held_column<double> worth;
  if (weights) require_same_length(columns.age(), "t", (worth = arrow::as_double(*weights, "weights")).view(), "weights");
  const py::gil_scoped_release unlocked;
  return sample_decay(columns.age(), columns.survivors(), columns.cohort(), weights ? worth.view() : column<double>{});
}

decay_fit fit_sample(const decay_sample& sample, const std::string& family) {
  const decay_options options{named<decay_family>("family", family)};
  const py::gil_scoped_release unlocked;
  return fit_decay(sample, options);
}

decay_draws draw_sample(const decay_sample& sample, const std::string& family, std::int64_t replicates, std::uint64_t seed,
                        double level, const std::string& resample) {
  const decay_options options{named<decay_family>("family", family)};
  const auto drawn = named<decay_resampling>("resample", resample);
  const bootstrap_plan plan{.replicates = replicates, .seed = seed, .level = confidence_level{level}};
  const py::gil_scoped_release unlocked;
  const interruptible_threads host;
  return bootstrap_decay(sample, options, plan, drawn, [&](std::size_t n, detail::task_ref draw) { host.bulk(n, draw); });
}

py::dict renewal_columns(const decay_sample& sample, double level) {
  const auto curve = renewal_curve(sample, confidence_level{level});
  return table(curve)
      .add("renewal", &renewal_by_number::renewal)
      .add("faced", &renewal_by_number::faced)
      .add("renewed", &renewal_by_number::renewed)
      .add("rate", [](const renewal_by_number& one) { return one.rate.value; })
      .add("low", [](const renewal_by_number& one) { return one.rate.low; })
      .add("high", [](const renewal_by_number& one) { return one.rate.high; })
      .add("survival", &renewal_by_number::survival)
      .columns();
}

}  // namespace

void bind_decay_sample(py::module_& m) {
  py::class_<decay_sample>(m, "DecaySample")
      .def_static("of_accounts", &sample_of_accounts, py::arg("t"), py::arg("left"), py::kw_only(),
                  py::arg("entry") = py::none(), py::arg("weights") = py::none(), py::arg("count") = py::none())
      .def_static("of_accounts_by", &samples_by, py::arg("t"), py::arg("left"), py::arg("by"), py::kw_only(),
                  py::arg("entry") = py::none(), py::arg("weights") = py::none(), py::arg("count") = py::none())
      .def_static("of_cohorts", &sample_of_cohorts, py::arg("t"), py::arg("survivors"), py::kw_only(),
                  py::arg("cohort") = py::none(), py::arg("weights") = py::none())
      .def_property_readonly("accounts", &decay_sample::accounts)
      .def_readonly("weighted", &decay_sample::weighted)
      .def_readonly("rows_missing", &decay_sample::rows_missing)
      .def("fit", &fit_sample, py::kw_only(), py::arg("family"))
      .def("curve", &renewal_columns, py::kw_only(), py::arg("level"))
      .def("bootstrap", &draw_sample, py::kw_only(), py::arg("family"), py::arg("replicates"), py::arg("seed"),
           py::arg("level"), py::arg("resample"));

  py::class_<decay_draws>(m, "DecayDraws")
      .def_property_readonly("drawn", [](const decay_draws& d) { return d.models.size(); })
      .def_readonly("refused", &decay_draws::refused)
      .def(
          "survival", [](const decay_draws& d, std::int64_t t) { return survival_estimate(d, t); }, py::arg("t"))
      .def(
          "retention", [](const decay_draws& d, std::int64_t t) { return retention_estimate(d, t); }, py::arg("t"))
      .def(
          "parameter", [](const decay_draws& d, const std::string& name) { return parameter_estimate(d, name); },
          py::arg("name"))
      .def(
          "lifetime", [](const decay_draws& d, double rate) { return discounted_lifetime(d, rate); }, py::arg("rate"))
      .def(
          "residual_lifetime",
          [](const decay_draws& d, std::int64_t renewals, double rate) {
            return discounted_residual_lifetime(d, renewals, rate);
          },
          py::arg("renewals"), py::arg("rate"))
      .def(
          "project", [](const decay_draws& d, std::int32_t periods) { return decay_curve_columns(project(d, periods)); },
          py::arg("periods"));
}

}  // namespace sojourn::python
