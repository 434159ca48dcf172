// The metrics of commitments and consumption.
// Layer: 4. Needs: std only.
#pragma once

#include "catalogue/options.hpp"

namespace sojourn::inline v0_1::catalogue {

inline constexpr auto usage_options = list(first, last, by);
inline constexpr auto outlook_options =
    list(metric_option{"months", "3", "complete months whose mean is the rate of consumption"});

inline constexpr metric usage_metrics[] = {
    {.name = "usage_movements",
     .title = "Committed, consumed and overage",
     .family = metric_family::revenue,
     .unit = metric_unit::minor_units,
     .shown_as = "money",
     .source = metric_source::ledger,
     .result = metric_result::table,
     .meaning = "What customers committed to in each period, what they consumed, beyond it too, and what they left unused.",
     .formula = "carried in + committed + overage = consumed + shortfall + carried, exactly",
     .missing = "A ledger without usage is an error; periods that as_of has not reached are absent.",
     .not_told = "What was invoiced or paid, and whether the next month is like this one.",
     .page = "usage",
     .function = "usage_movements",
     .python = "Ledger.usage_movements",
     .options = usage_options},
    {.name = "commitments",
     .title = "When prepaid commitments run out",
     .family = metric_family::revenue,
     .unit = metric_unit::minor_units,
     .shown_as = "money and dates",
     .source = metric_source::ledger,
     .result = metric_result::table,
     .meaning =
         "What is left of each prepaid commitment in force, and the day without balance at the mean of the last months.",
     .formula = "remaining / (consumption of the last complete months / months), from as_of on",
     .missing = "Undefined, with a reason, without a complete month of consumption.",
     .not_told = "Whether the rate will hold; the range is that of the slowest and the fastest of these months.",
     .page = "usage",
     .function = "commitments",
     .python = "Ledger.commitments",
     .options = outlook_options},
};

}  // namespace sojourn::inline v0_1::catalogue
