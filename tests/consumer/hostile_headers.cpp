// A host whose other headers come first, with their names and macros, and which opens both namespaces: sojourn's headers
// compile, and whatever has a namesake is reached by its full name.
#include <errno.h>
#include <error.h>
#include <fcntl.h>
#include <math.h>
#include <netdb.h>
#include <pthread.h>
#include <search.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/param.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <numeric>
#include <ranges>
#include <ratio>
#include <thread>
#include <tuple>
#include <vector>

#include <sojourn/models.hpp>
#include <sojourn/sojourn.hpp>

#include <sojourn/revenue/ledger/ledger_builder.hpp>

using namespace std;
using namespace std::chrono;
using namespace sojourn;

int main() {
  const sojourn::day opened = "2026-02-28"_day;
  const sojourn::month of = sojourn::month::of(opened);
  const vector<uint32_t> who{0, 1};
  const vector<int32_t> start{opened.since_epoch, opened.since_epoch},
      end{opened.since_epoch + 400, opened.since_epoch + 400};
  const vector<int64_t> cents{1000, 700};
  const ledger book({who, start, end, cents}, {.as_of = "2026-06-01"_day});
  const auto rows = movements(tally_revenue(book, period_grid::between(of, of)));

  signal_column logins{"logins", column<int64_t>(cents)};
  try {
    (void)parse_day("never").value();
    return 1;
  } catch (const sojourn::error& e) {
    printf("%s\n", e.what());
  }
  (void)::signal(SIGPIPE, SIG_IGN);
  summary values;
  values.add(3);
  return rows[0].closing == 1700 && logins.name == "logins" && (money(250).minor)() == 250 && values.max() == 3 ? 0 : 1;
}
