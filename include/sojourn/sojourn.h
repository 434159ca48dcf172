/* sojourn for C, and for every language that calls C. Needs: sojourn_c (pkg-config sojourn-c, CMake sojourn::c). C99 and up.
 *
 * Tables come in and go out as Arrow C streams, options are JSON, states and books are bytes. A host without Arrow hands
 * columns in with sojourn_columns and takes them out with sojourn_read.
 *
 * Units     Money: minor units of the currency (cents). MRR: minor units a month. Days: int32 since 1970-01-01, or ISO 8601
 *           text. Shares: 0 to 1. Undefined numbers are NaN with a reason, never 0.
 * Options   A JSON object as UTF-8 text; NULL and "" stand for {}. An unknown key or word is an error that names the nearest
 *           one. Names of metrics and their options are those of the catalogue: sojourn_schema lists them.
 * Errors    Every function that can fail returns a sojourn_code, 0 for success, and takes a `sojourn_error** error` last:
 *           NULL, or where to put the error, which the caller frees with sojourn_error_free. On success it is set to NULL.
 *           A function that fails changes nothing, and leaves its outputs empty (NULL, 0, a stream without release). No C++
 *           exception crosses; memory that runs out is SOJOURN_OUT_OF_MEMORY.
 * Ownership What a function gives out belongs to the caller: objects go to sojourn_release, bytes to sojourn_bytes_free,
 *           errors to sojourn_error_free, Arrow streams to their own `release`. Text that comes in is read during the call and
 *           not kept. An Arrow stream that comes in is taken over, whatever the function returns: its `release` is NULL
 *           afterwards. Objects that were made of others do not need them any more.
 * Threads   The library starts threads only inside calls that are given a sojourn_run, and ends them there. It has no global
 *           state. Any number of threads may read one object; a function that changes it (`apply`, `retract`, `join`, `merge`,
 *           `subtract`, `release`) must have it alone. A snapshot is an object of its own.
 * Versions  Functions and fields are added, never changed or removed, as long as sojourn_abi_version stays the same; the
 *           shared library is named after it. Numbers of codes, kinds and types never change.
 */
#ifndef SOJOURN_SOJOURN_H
#define SOJOURN_SOJOURN_H

#include <stdint.h>

#if defined(_WIN32)
#define SOJOURN_C_API
#else
#define SOJOURN_C_API __attribute__((visibility("default")))
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* The Arrow C data and stream interfaces, as the Arrow specification prints them for copying. */
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE

#define ARROW_FLAG_DICTIONARY_ORDERED 1
#define ARROW_FLAG_NULLABLE 2
#define ARROW_FLAG_MAP_KEYS_SORTED 4

struct ArrowSchema {
  const char* format;
  const char* name;
  const char* metadata;
  int64_t flags;
  int64_t n_children;
  struct ArrowSchema** children;
  struct ArrowSchema* dictionary;
  void (*release)(struct ArrowSchema*);
  void* private_data;
};

struct ArrowArray {
  int64_t length;
  int64_t null_count;
  int64_t offset;
  int64_t n_buffers;
  int64_t n_children;
  const void** buffers;
  struct ArrowArray** children;
  struct ArrowArray* dictionary;
  void (*release)(struct ArrowArray*);
  void* private_data;
};

#endif /* ARROW_C_DATA_INTERFACE */

#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE

struct ArrowArrayStream {
  int (*get_schema)(struct ArrowArrayStream*, struct ArrowSchema* out);
  int (*get_next)(struct ArrowArrayStream*, struct ArrowArray* out);
  const char* (*get_last_error)(struct ArrowArrayStream*);
  void (*release)(struct ArrowArrayStream*);
  void* private_data;
};

#endif /* ARROW_C_STREAM_INTERFACE */

/* NOLINTBEGIN(performance-enum-size): numbers of C, whose types are named beside them */

/* --- what went wrong ---------------------------------------------------------------------------------------------------- */

typedef int32_t sojourn_code;
enum {
  SOJOURN_OK = 0,
  SOJOURN_BAD_DATA = 1,         /* a value breaks a rule of its column: `column`, `row`, `value`, `rule`, `remedy` say which */
  SOJOURN_BAD_SCHEMA = 2,       /* a column is missing or of another length, a name is unknown */
  SOJOURN_BAD_TYPE = 3,         /* a column is of a type that its role does not take */
  SOJOURN_OVERFLOWS = 4,        /* an exact sum leaves its range */
  SOJOURN_BAD_STATE = 5,        /* bytes are damaged or of another kind or version; states do not belong together */
  SOJOURN_BAD_ARGUMENT = 6,     /* a pointer is NULL, or an object is of another kind; `column` names the argument */
  SOJOURN_BAD_OPTIONS = 7,      /* options are no JSON, or name what there is not; `column` is the JSON pointer */
  SOJOURN_BAD_CARD = 8,         /* a scorecard does not compile; the message lists every place */
  SOJOURN_AS_OF_NOT_NAMED = 9,  /* rows end after the last start: name the first day that is not known as "as_of" */
  SOJOURN_STREAM_FAILED = 10,   /* the producer of an Arrow stream reported an error */
  SOJOURN_CANCELLED = 11,       /* the progress callback asked for it */
  SOJOURN_OUT_OF_MEMORY = 12,
  SOJOURN_INTERNAL = 13         /* a mistake of the library: please report the message */
};

/* Texts are UTF-8 and never NULL; "" where there is nothing to say. Made by the library; fields may be added at the end. */
typedef struct sojourn_error {
  sojourn_code code;
  int64_t row;         /* zero-based; rows that a book is given later count on from those before; -1: no row */
  const char* column;  /* as the caller named it */
  const char* value;
  const char* rule;
  const char* remedy;
  const char* message; /* all of it as one text */
} sojourn_error;

/* NULL is allowed. */
SOJOURN_C_API void sojourn_error_free(sojourn_error* error);

/* --- the library -------------------------------------------------------------------------------------------------------- */

/* "0.1.0": of the library. */
SOJOURN_C_API const char* sojourn_version(void);
/* Of this interface: 1. */
SOJOURN_C_API uint32_t sojourn_abi_version(void);

/* Bytes or text. Text is UTF-8 and followed by a 0 that `size` does not count. */
typedef struct sojourn_bytes {
  uint8_t* data;
  uint64_t size;
} sojourn_bytes;

/* Empties `bytes`; NULL is allowed. */
SOJOURN_C_API void sojourn_bytes_free(sojourn_bytes* bytes);

/* What there is, as JSON: versions, codes, kinds, sources of books with their roles, tables, states, and every metric of the
 * catalogue with its options. */
SOJOURN_C_API sojourn_code sojourn_schema(sojourn_bytes* out, sojourn_error** error);

/* 64-bit FNV-1a: the same number in every language for the same bytes. It names bytes, it does not protect them. */
SOJOURN_C_API uint64_t sojourn_fingerprint(const void* data, uint64_t size);

/* How a call runs. NULL: on the calling thread, without a callback. Set `struct_size` to sizeof(sojourn_run), so that fields
 * can be added. Numbers do not depend on the number of threads. */
typedef struct sojourn_run {
  uint32_t struct_size;
  uint32_t threads; /* 0: one for each processor */
  /* Called on the calling thread before the work and then about 50 times a second, with the tasks of the stage at hand. A
   * result other than 0 ends the call with SOJOURN_CANCELLED, and nothing has changed. NULL: nobody looks. */
  int32_t (*progress)(void* context, uint64_t done, uint64_t of);
  void* context;
} sojourn_run;

/* --- objects ------------------------------------------------------------------------------------------------------------ */

typedef struct sojourn_object sojourn_object;

typedef int32_t sojourn_kind;
enum {
  SOJOURN_BOOK = 1,     /* facts of revenue and how they are read */
  SOJOURN_STATE = 2,    /* exact, mergeable counts */
  SOJOURN_CARD = 3,     /* a compiled scorecard */
  SOJOURN_SCORES = 4,   /* accounts that were scored */
  SOJOURN_FIT = 5,      /* a fitted or observed curve of staying */
  SOJOURN_FORECAST = 6, /* of the MRR of a book */
  SOJOURN_FRAME = 7     /* a table, for hosts without Arrow */
};

/* NULL is allowed. */
SOJOURN_C_API void sojourn_release(sojourn_object* object);
/* 0 for NULL. */
SOJOURN_C_API sojourn_kind sojourn_kind_of(const sojourn_object* object);
/* What an object holds, as JSON: kind, rows, accounts, as_of, counts, ... */
SOJOURN_C_API sojourn_code sojourn_describe(const sojourn_object* object, sojourn_bytes* out, sojourn_error** error);

/* Books, states and cards as canonical bytes: equal ones have equal bytes on every machine, and every version of the library
 * reads those of earlier ones or says why not. A card is its canonical JSON. */
SOJOURN_C_API sojourn_code sojourn_to_bytes(const sojourn_object* object, sojourn_bytes* out, sojourn_error** error);
/* The object behind bytes that sojourn_to_bytes, or the same function of another language, wrote. Bytes are not trusted. */
SOJOURN_C_API sojourn_code sojourn_from_bytes(const void* data, uint64_t size, sojourn_object** out, sojourn_error** error);

/* Adds a state to another one of its kind, or takes it out again: exact, in any order. */
SOJOURN_C_API sojourn_code sojourn_merge(sojourn_object* into, const sojourn_object* other, sojourn_error** error);
SOJOURN_C_API sojourn_code sojourn_subtract(sojourn_object* from, const sojourn_object* other, sojourn_error** error);

/* --- columns without Arrow ---------------------------------------------------------------------------------------------- */

typedef int32_t sojourn_type;
enum {
  SOJOURN_INT64 = 1,   /* int64_t */
  SOJOURN_FLOAT64 = 2, /* double */
  SOJOURN_DAY = 3,     /* int32_t, days since 1970-01-01 */
  SOJOURN_BOOL = 4,    /* uint8_t, 0 or 1 */
  SOJOURN_TEXT = 5     /* UTF-8 in `values`; row i is [offsets[i], offsets[i + 1]) */
};

typedef struct sojourn_column {
  const char* name;
  sojourn_type type;
  uint64_t rows;
  const void* values;
  const int64_t* offsets;    /* rows + 1 of them, of text only */
  const uint8_t* validity;   /* one byte a row, 0: missing; NULL: nothing is missing */
} sojourn_column;

/* A table as an Arrow stream, for every function that takes one. Copies; the columns are not needed afterwards. */
SOJOURN_C_API sojourn_code sojourn_columns(const sojourn_column* columns, uint32_t count, struct ArrowArrayStream* out,
                                           sojourn_error** error);
/* A stream as a frame, whose columns can be looked at: whole numbers become int64, words text. */
SOJOURN_C_API sojourn_code sojourn_read(struct ArrowArrayStream* table, sojourn_object** frame, sojourn_error** error);
/* Column `index` of a frame; its pointers live as long as the frame. SOJOURN_BAD_ARGUMENT beyond the last one. */
SOJOURN_C_API sojourn_code sojourn_frame_column(const sojourn_object* frame, uint32_t index, sojourn_column* out,
                                                sojourn_error** error);

/* --- books of revenue --------------------------------------------------------------------------------------------------- */

/* A book of the facts in a table. Options:
 *   "source"      "periods" (default), "snapshots", "changes", "prices", "invoices", "usage"
 *   "columns"     role -> column; a role that is not named takes the column of that name, where there is one. Periods need
 *                 account, start, end, mrr; snapshots account, month, mrr; changes account, when, amount; prices account,
 *                 start, amount; invoices account, service_start, service_end, amount; usage account, amount and start or
 *                 month. The other roles are in sojourn_schema.
 *   "labels"      columns to split by
 *   "amounts"     "minor" or "major"; by default the name of the column says it (mrr_minor, price_cents)
 *   "currency"    code of ISO 4217, "USD" by default
 *   "ends"        "exclusive" (default) or "inclusive"
 *   "date_format", "timezone"  as text writes dates: "%d/%m/%Y"; an offset such as "+01:00" or "UTC"
 * and how the book is read:
 *   "as_of"       the first day that is not known, or "latest": the day after the latest date in the rows
 *   "known_on", "owners_on"  a day
 *   "policy"      the name of a preset, or an object of options
 *   "unit"        "account", "parent"
 *   "part", "commitment", "amount_is", "same_day"  see docs/guide/book.md
 *   "where"       label -> list of words */
SOJOURN_C_API sojourn_code sojourn_book(struct ArrowArrayStream* table, const char* options, const sojourn_run* run,
                                        sojourn_object** out, sojourn_error** error);
/* Adds rows. `options`: "columns", where this table has other names than the first one. */
SOJOURN_C_API sojourn_code sojourn_book_apply(sojourn_object* book, struct ArrowArrayStream* rows, const char* options,
                                              sojourn_error** error);
/* Takes rows out that equal these. With "taken_back_on", a day, they stay as what was believed until then. */
SOJOURN_C_API sojourn_code sojourn_book_retract(sojourn_object* book, struct ArrowArrayStream* rows, const char* options,
                                                sojourn_error** error);
/* Two accounts turn out to be one customer. Options: "from", "into" (keys: text or whole numbers), "since" (a day). */
SOJOURN_C_API sojourn_code sojourn_book_join(sojourn_object* book, const char* options, sojourn_error** error);
/* The book as it is now, in microseconds; later corrections of one do not reach the other. With options ("as_of" and those
 * that follow it above) it is read in another way: what they do not name stays as it is. */
SOJOURN_C_API sojourn_code sojourn_book_snapshot(const sojourn_object* book, const char* options, const sojourn_run* run,
                                                 sojourn_object** out, sojourn_error** error);

/* --- numbers ------------------------------------------------------------------------------------------------------------ */

/* A value with its interval. This struct does not grow. */
typedef struct sojourn_estimate {
  double value; /* NaN where it is undefined; `reason` says why */
  double low;
  double high;
  double level; /* of the interval: 0.95 */
  int64_t n;    /* accounts, answers, ... behind it */
  char name[48];
  char unit[32];
  char method[32]; /* of the interval; "none": exact, or no interval is known */
  char reason[64]; /* "" where the value is defined */
} sojourn_estimate;

/* A metric by its name in the catalogue, or an alias. Its options have the names of the catalogue; another is an error. Read are
 *   a book       "period" ("2024-12", "2024-Q4", "2024"), "window" (months of nrr, grr, logo_retention), "method", "level",
 *                and "policy"
 *   a state      "level"
 *   scores       "level"
 *   a fit        decay_survival: "t", "level", "method"; decay_parameter: "name", "level", "method"; decay_lifetime:
 *                "discount_rate"; residual_lifetime: "n", "rate"; survival_at: "age"; survival_quantile: "share";
 *                restricted_mean_lifetime: "tau". Curves of survival have the level of their fit.
 *   a forecast   none */
SOJOURN_C_API sojourn_code sojourn_measure(const sojourn_object* object, const char* name, const char* options,
                                           const sojourn_run* run, sojourn_estimate* out, sojourn_error** error);

/* A table by its name. Options in brackets:
 *   a book       "movements" (first, last, by, policy), "cohorts" (first, last, by, measure, policy), "accounts_table"
 *                (period), "explain" (account, period, policy), "counts"
 *   a state      "movements", "cohorts" (measure), "answers"
 *   scores       "scores", "tier_shares" (level), "contributions"
 *   a fit        "curve" (periods, level), "parameters"
 *   a forecast   "forecast", "largest"
 *   a frame      "frame"
 * "first" and "last" are periods, "by" is "month" (default), "quarter" or "year". */
SOJOURN_C_API sojourn_code sojourn_table(const sojourn_object* object, const char* name, const char* options,
                                         const sojourn_run* run, struct ArrowArrayStream* out, sojourn_error** error);

/* The state behind tables and numbers: exact, mergeable, storable. Of a book "revenue" (first, last, by, policy) and "cohorts"
 * (first, last, by, policy); of scores "health"; of a fit "survival" or "decay". */
SOJOURN_C_API sojourn_code sojourn_state(const sojourn_object* object, const char* name, const char* options,
                                         const sojourn_run* run, sojourn_object** out, sojourn_error** error);

/* --- surveys ------------------------------------------------------------------------------------------------------------ */

/* Counts of answers, a state: measure it as "nps", "csat", "csat_mean" or "ces". Options: "score" (column, "score"), "scale"
 * ([0, 10] by default), "blank" (codes that are no answer), "count" (column: how many gave this answer), "respondent" and
 * "answered_on" (columns), "dedupe" ("all_responses", "latest_per_respondent"). */
SOJOURN_C_API sojourn_code sojourn_survey(struct ArrowArrayStream* answers, const char* options, const sojourn_run* run,
                                          sojourn_object** out, sojourn_error** error);

/* --- health ------------------------------------------------------------------------------------------------------------- */

/* A scorecard from JSON (docs/definitions/health.md). */
SOJOURN_C_API sojourn_code sojourn_card(const char* json, sojourn_object** out, sojourn_error** error);
/* Scores accounts, one a row; columns are found by the names of the card's signals. Options: "account" (column, shown in
 * tables), "as_of" (a day; ages are counted up to it), "contributions" (true: keeps the parts of every score). */
SOJOURN_C_API sojourn_code sojourn_score(const sojourn_object* card, struct ArrowArrayStream* signals, const char* options,
                                         const sojourn_run* run, sojourn_object** out, sojourn_error** error);

/* --- curves of staying, and what comes -------------------------------------------------------------------------------- */

/* "survival": one row per account, columns "time" (age at exit or last look), "event" (1: left), and where named "entry",
 * "weight", "count". Options: those roles -> columns under "columns"; "weighted" (true: the curve of the weight), "interval", "level".
 * "decay": one row per age of a cohort, columns "survivors", and "age", "cohort" where named under "columns"; "family". */
SOJOURN_C_API sojourn_code sojourn_fit(struct ArrowArrayStream* rows, const char* name, const char* options,
                                       const sojourn_run* run, sojourn_object** out, sojourn_error** error);

/* A forecast of the MRR of a book. Options: "horizon" (12 months), "level", "draws" (1000), "seed" (1), "family", "spread",
 * "decay" (true), "new_mrr" (minor units of each month ahead), "largest" (5). */
SOJOURN_C_API sojourn_code sojourn_forecast(const sojourn_object* book, const char* options, const sojourn_run* run,
                                            sojourn_object** out, sojourn_error** error);

/* NOLINTEND(performance-enum-size) */

#ifdef __cplusplus
}
#endif

#endif /* SOJOURN_SOJOURN_H */
