/* How MRR got from one month to the next, and whether customers stay: sojourn from C11. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "sojourn/sojourn.h"

static void need(sojourn_code code, sojourn_error* error) {
  if (code == SOJOURN_OK) return;
  fprintf(stderr, "error %d: %s\n", (int)code, error == NULL ? "" : error->message);
  sojourn_error_free(error);
  exit(1);
}

int main(void) {
  sojourn_error* error = NULL;

  /* Four subscriptions, column by column. Bergen goes from 50 to 80 a month, Cairo leaves. A missing end: it still runs. */
  const char keys[] = "AarhusBergenBergenCairo";
  const int64_t ends_of_keys[] = {0, 6, 12, 18, 23};
  const int32_t start[] = {19723, 19723, 19783, 19754}, end[] = {0, 19783, 0, 19844}; /* days since 1970-01-01 */
  const uint8_t has_end[] = {0, 1, 0, 1};
  const int64_t mrr[] = {12000, 5000, 8000, 2000}; /* cents */
  const sojourn_column columns[] = {{"account", SOJOURN_TEXT, 4, keys, ends_of_keys, NULL},
                                    {"start", SOJOURN_DAY, 4, start, NULL, NULL},
                                    {"end", SOJOURN_DAY, 4, end, NULL, has_end},
                                    {"mrr_minor", SOJOURN_INT64, 4, mrr, NULL, NULL}};
  struct ArrowArrayStream table;
  need(sojourn_columns(columns, 4, &table, &error), error);

  sojourn_object* book = NULL;
  const char* options = "{\"columns\": {\"mrr\": \"mrr_minor\"}, \"currency\": \"EUR\", \"as_of\": \"2024-07-01\"}";
  need(sojourn_book(&table, options, NULL, &book, &error), error);

  sojourn_estimate nrr;
  need(sojourn_measure(book, "nrr", "{\"period\": \"2024-05\", \"window\": 1}", NULL, &nrr, &error), error);
  printf("NRR of May: %.3f [%.3f, %.3f] of %" PRId64 " accounts\n", nrr.value, nrr.low, nrr.high, nrr.n);

  struct ArrowArrayStream rows;
  need(sojourn_table(book, "movements", "{\"first\": \"2024-01\", \"last\": \"2024-06\"}", NULL, &rows, &error), error);
  sojourn_object* frame = NULL;
  need(sojourn_read(&rows, &frame, &error), error);
  sojourn_column closing;
  need(sojourn_frame_column(frame, 8, &closing, &error), error);
  const int64_t last = ((const int64_t*)closing.values)[closing.rows - 1];
  printf("%s of June: %" PRId64 " cents\n", closing.name, last);

  sojourn_object* state = NULL;
  need(sojourn_state(book, "revenue", "{\"first\": \"2024-01\", \"last\": \"2024-06\"}", NULL, &state, &error), error);
  sojourn_bytes bytes;
  need(sojourn_to_bytes(state, &bytes, &error), error);
  printf("state %016" PRIx64 "\n", sojourn_fingerprint(bytes.data, bytes.size));

  sojourn_bytes_free(&bytes);
  sojourn_release(state);
  sojourn_release(frame);
  sojourn_release(book);
  return last == 20000 && fabs(nrr.value - 20.0 / 22.0) < 1e-12 ? 0 : 1;
}
