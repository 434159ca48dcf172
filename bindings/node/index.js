'use strict';
// The C interface of sojourn through koffi: the same numbers and bytes as in every other language.
const koffi = require('koffi');

const library = koffi.load(process.env.SOJOURN_LIB || 'libsojourn_c.so.1');

koffi.opaque('sojourn_object');
const ErrorStruct = koffi.struct('sojourn_error', {
  code: 'int32_t', row: 'int64_t', column: 'const char*', value: 'const char*', rule: 'const char*', remedy: 'const char*', message: 'const char*',
});
koffi.struct('sojourn_bytes', { data: 'void*', size: 'uint64_t' });
const ColumnStruct = koffi.struct('sojourn_column', {
  name: 'const char*', type: 'int32_t', rows: 'uint64_t', values: 'void*', offsets: 'void*', validity: 'void*',
});
koffi.struct('sojourn_estimate', {
  value: 'double', low: 'double', high: 'double', level: 'double', n: 'int64_t',
  name: koffi.array('char', 48, 'String'), unit: koffi.array('char', 32, 'String'),
  method: koffi.array('char', 32, 'String'), reason: koffi.array('char', 64, 'String'),
});

const E = '_Out_ sojourn_error** error';
const OUT = '_Out_ sojourn_object** out';
const declare = (text) => library.func(text);
const c = {
  version: declare('const char* sojourn_version()'),
  fingerprint: declare('uint64_t sojourn_fingerprint(const void* data, uint64_t size)'),
  errorFree: declare('void sojourn_error_free(void* error)'),
  bytesFree: declare('void sojourn_bytes_free(_Inout_ sojourn_bytes* bytes)'),
  release: declare('void sojourn_release(sojourn_object* object)'),
  describe: declare(`int32_t sojourn_describe(sojourn_object* object, _Out_ sojourn_bytes* out, ${E})`),
  toBytes: declare(`int32_t sojourn_to_bytes(sojourn_object* object, _Out_ sojourn_bytes* out, ${E})`),
  fromBytes: declare(`int32_t sojourn_from_bytes(const void* data, uint64_t size, ${OUT}, ${E})`),
  merge: declare(`int32_t sojourn_merge(sojourn_object* into, sojourn_object* other, ${E})`),
  subtract: declare(`int32_t sojourn_subtract(sojourn_object* from, sojourn_object* other, ${E})`),
  columns: declare(`int32_t sojourn_columns(const sojourn_column* columns, uint32_t count, void* out, ${E})`),
  read: declare(`int32_t sojourn_read(void* table, ${OUT}, ${E})`),
  frameColumn: declare(`int32_t sojourn_frame_column(sojourn_object* frame, uint32_t index, _Out_ sojourn_column* out, ${E})`),
  book: declare(`int32_t sojourn_book(void* table, const char* options, void* run, ${OUT}, ${E})`),
  apply: declare(`int32_t sojourn_book_apply(sojourn_object* book, void* rows, const char* options, ${E})`),
  retract: declare(`int32_t sojourn_book_retract(sojourn_object* book, void* rows, const char* options, ${E})`),
  snapshot: declare(`int32_t sojourn_book_snapshot(sojourn_object* book, const char* options, void* run, ${OUT}, ${E})`),
  measure: declare(`int32_t sojourn_measure(sojourn_object* object, const char* name, const char* options, void* run, _Out_ sojourn_estimate* out, ${E})`),
  table: declare(`int32_t sojourn_table(sojourn_object* object, const char* name, const char* options, void* run, void* out, ${E})`),
  state: declare(`int32_t sojourn_state(sojourn_object* object, const char* name, const char* options, void* run, ${OUT}, ${E})`),
  survey: declare(`int32_t sojourn_survey(void* answers, const char* options, void* run, ${OUT}, ${E})`),
  card: declare(`int32_t sojourn_card(const char* json, ${OUT}, ${E})`),
  score: declare(`int32_t sojourn_score(sojourn_object* card, void* signals, const char* options, void* run, ${OUT}, ${E})`),
  fit: declare(`int32_t sojourn_fit(void* rows, const char* name, const char* options, void* run, ${OUT}, ${E})`),
  forecast: declare(`int32_t sojourn_forecast(sojourn_object* book, const char* options, void* run, ${OUT}, ${E})`),
};

const BAD_ARGUMENT = 6;
const STREAM_SIZE = 5 * koffi.sizeof('void*');
const TYPE = { int64: 1, float64: 2, day: 3, bool: 4, text: 5 };

/** What went wrong: `code` is stable; `column`, `row`, `value`, `rule` and `remedy` say where and what to do. */
class SojournError extends Error {
  constructor(found) {
    super(found.message);
    this.name = 'SojournError';
    Object.assign(this, { code: found.code, column: found.column, value: found.value, rule: found.rule, remedy: found.remedy });
    this.row = Number(found.row) < 0 ? null : Number(found.row);
  }
}

function checked(call) {
  const error = [null];
  const code = call(error);
  if (code === 0) return;
  const found = error[0] === null ? { code, row: -1, message: `error ${code}` } : koffi.decode(error[0], ErrorStruct);
  if (error[0] !== null) c.errorFree(error[0]);
  throw new SojournError(found);
}

const json = (options) => JSON.stringify(options ?? {});

/** A column: an array of values with null where one is missing. Numbers are float64 unless a type is named. */
function flat(name, column) {
  const given = Array.isArray(column) ? { values: column } : column;
  const all = given.values;
  const first = all.find((one) => one !== null && one !== undefined);
  const usual = { string: 'text', boolean: 'bool', bigint: 'int64' }[typeof first] ?? (all.every((one) => one == null || Number.isSafeInteger(one)) ? 'int64' : 'float64');
  const type = given.type ?? usual;
  if (!(type in TYPE)) throw new TypeError(`column ${name}: there is no type ${type}; there are ${Object.keys(TYPE).join(', ')}`);
  const validity = Uint8Array.from(all, (one) => (one === null || one === undefined ? 0 : 1));
  let values;
  let offsets = null;
  if (type === 'text') {
    const parts = all.map((one) => Buffer.from(one ?? '', 'utf8'));
    values = Buffer.concat(parts);
    offsets = new BigInt64Array(all.length + 1);
    parts.forEach((part, i) => { offsets[i + 1] = offsets[i] + BigInt(part.length); });
  } else {
    const kinds = { int64: [BigInt64Array, (one) => BigInt(one ?? 0)], float64: [Float64Array, (one) => one ?? 0], day: [Int32Array, (one) => one ?? 0], bool: [Uint8Array, (one) => (one ? 1 : 0)] };
    const [Kind, read] = kinds[type];
    values = Kind.from(all, read);
  }
  return { name, type: TYPE[type], rows: all.length, values, offsets, validity };
}

function withStream(table, use) {
  const columns = Object.entries(table).map(([name, column]) => flat(name, column));
  const stream = Buffer.alloc(STREAM_SIZE);
  checked((error) => c.columns(columns, columns.length, stream, error));
  return use(stream);
}

const finaliser = new FinalizationRegistry((handle) => c.release(handle));

/** A book, a state, a card, scores, a fit or a forecast. */
class SojournObject {
  #handle;
  constructor(handle) {
    this.#handle = handle;
    finaliser.register(this, handle, this);
  }
  static #made(call) {
    const out = [null];
    checked((error) => call(out, error));
    return new SojournObject(out[0]);
  }
  static book(table, options) {
    return withStream(table, (stream) => SojournObject.#made((out, error) => c.book(stream, json(options), null, out, error)));
  }
  static survey(table, options) {
    return withStream(table, (stream) => SojournObject.#made((out, error) => c.survey(stream, json(options), null, out, error)));
  }
  static card(document) {
    const text = typeof document === 'string' ? document : JSON.stringify(document);
    return SojournObject.#made((out, error) => c.card(text, out, error));
  }
  /** "survival" or "decay". */
  static fit(table, name, options) {
    return withStream(table, (stream) => SojournObject.#made((out, error) => c.fit(stream, name, json(options), null, out, error)));
  }
  static fromBytes(bytes) {
    return SojournObject.#made((out, error) => c.fromBytes(bytes, bytes.length, out, error));
  }
  /** Releases it now; it also goes when it is collected. */
  release() {
    if (this.#handle === null) return;
    finaliser.unregister(this);
    c.release(this.#handle);
    this.#handle = null;
  }
  apply(table, options) {
    withStream(table, (stream) => checked((error) => c.apply(this.#handle, stream, json(options), error)));
  }
  retract(table, options) {
    withStream(table, (stream) => checked((error) => c.retract(this.#handle, stream, json(options), error)));
  }
  snapshot(options) {
    const text = options === undefined ? null : json(options);
    return SojournObject.#made((out, error) => c.snapshot(this.#handle, text, null, out, error));
  }
  merge(other) { checked((error) => c.merge(this.#handle, other.#handle, error)); }
  subtract(other) { checked((error) => c.subtract(this.#handle, other.#handle, error)); }
  /** {value, low, high, level, n, name, unit, method, reason}: NaN with a reason where it is undefined. */
  measure(name, options) {
    const found = {};
    checked((error) => c.measure(this.#handle, name, json(options), null, found, error));
    return { ...found, n: Number(found.n) };
  }
  state(name, options) { return SojournObject.#made((out, error) => c.state(this.#handle, name, json(options), null, out, error)); }
  score(table, options) {
    return withStream(table, (stream) => SojournObject.#made((out, error) => c.score(this.#handle, stream, json(options), null, out, error)));
  }
  forecast(options) { return SojournObject.#made((out, error) => c.forecast(this.#handle, json(options), null, out, error)); }
  toBytes() { return this.#bytes(c.toBytes); }
  describe() { return JSON.parse(this.#bytes(c.describe).toString('utf8')); }
  #bytes(call) {
    const found = {};
    checked((error) => call(this.#handle, found, error));
    const copy = Buffer.from(koffi.decode(found.data, koffi.array('uint8_t', Number(found.size), 'Typed')));
    c.bytesFree(found);
    return copy;
  }
  /** name -> array; whole numbers that a double cannot hold are BigInts, days are numbers since 1970-01-01. */
  table(name, options) {
    const stream = Buffer.alloc(STREAM_SIZE);
    checked((error) => c.table(this.#handle, name, json(options), null, stream, error));
    const frame = SojournObject.#made((out, error) => c.read(stream, out, error));
    const all = {};
    for (let index = 0; ; index += 1) {
      const column = {};
      try {
        checked((error) => c.frameColumn(frame.#handle, index, column, error));
      } catch (error) {
        if (error.code !== BAD_ARGUMENT) throw error; // beyond the last column
        frame.release();
        return all;
      }
      all[column.name] = taken(column);
    }
  }
}

function taken(column) {
  const rows = Number(column.rows);
  if (rows === 0) return [];
  const read = (pointer, type, count) => koffi.decode(pointer, koffi.array(type, count, 'Array'));
  const present = column.validity === null ? null : read(column.validity, 'uint8_t', rows);
  let values;
  if (column.type === TYPE.text) {
    const offsets = read(column.offsets, 'int64_t', rows + 1).map(Number);
    const bytes = offsets[rows] === 0 ? Buffer.alloc(0) : Buffer.from(koffi.decode(column.values, koffi.array('uint8_t', offsets[rows], 'Typed')));
    values = offsets.slice(0, rows).map((begin, i) => bytes.toString('utf8', begin, offsets[i + 1]));
  } else {
    const types = { 1: 'int64_t', 2: 'double', 3: 'int32_t', 4: 'uint8_t' };
    values = read(column.values, types[column.type], rows);
    if (column.type === TYPE.bool) values = values.map((one) => one !== 0);
  }
  return present === null ? values : values.map((one, row) => (present[row] ? one : null));
}

/** 64-bit FNV-1a as 16 hexadecimal digits: the same in every language. */
function fingerprint(bytes) {
  return BigInt(c.fingerprint(bytes, bytes.length)).toString(16).padStart(16, '0');
}

module.exports = { SojournObject, SojournError, fingerprint, version: () => c.version() };
