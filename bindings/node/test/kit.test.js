'use strict';
// The compatibility kit of all languages: the same numbers and bytes as in Python.
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const test = require('node:test');
const { SojournObject, SojournError, fingerprint } = require('..');

const kit = (name) => fs.readFileSync(path.join(__dirname, '../../../tests/kit', name));

function book() {
  const rows = kit('subscriptions.csv').toString().trim().split('\n').slice(1).map((line) => line.split(','));
  const column = (at) => rows.map((row) => row[at] || null);
  const table = { account: column(0), start: column(1), end: column(2), mrr_minor: { type: 'int64', values: rows.map((row) => Number(row[3])) } };
  return SojournObject.book(table, { columns: { mrr: 'mrr_minor' }, currency: 'EUR', as_of: '2024-07-01' });
}

test('every line of the kit holds', () => {
  for (const line of kit('expected.tsv').toString().trim().split('\n')) {
    const [file, name, options, expected] = line.split('\t');
    const object = file.endsWith('.csv') ? book() : SojournObject.fromBytes(kit(file));
    const asked = options === '' ? {} : JSON.parse(options);
    if (name === 'bytes') assert.strictEqual(fingerprint(object.toBytes()), expected, line);
    else if (name === 'revenue') assert.strictEqual(fingerprint(object.state(name, asked).toBytes()), expected, line);
    else assert.strictEqual(object.measure(name, asked).value, Number(expected), line);
    object.release();
  }
});

test('tables, errors and corrections', () => {
  const one = book();
  assert.deepStrictEqual(one.table('movements', { first: '2024-01', last: '2024-02' }).period, ['2024-01', '2024-02']);
  assert.ok(one.table('accounts_table').last_day.includes(null));
  assert.throws(() => one.measure('nrrr', { period: '2024-05' }), (error) => error instanceof SojournError && error.code === 2);
  const before = one.toBytes();
  const row = { account: ['new'], start: ['2024-03-01'], end: { type: 'text', values: [null] }, mrr_minor: [5] };
  one.apply(row);
  assert.notDeepStrictEqual(one.toBytes(), before);
  one.retract(row);
  assert.deepStrictEqual(one.toBytes(), before);
  assert.throws(() => one.apply({ ...row, mrr_minor: [-5] }), (error) => error.code === 1 && error.column === 'mrr_minor' && error.row === 61);
  assert.strictEqual(one.describe().kind, 'book');
});
