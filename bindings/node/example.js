'use strict';
// NRR of a month and the fingerprint of its state.
const { SojournObject, fingerprint } = require('.');

const book = SojournObject.book({
  account: ['Aarhus', 'Bergen', 'Bergen', 'Cairo'],
  start: ['2024-01-01', '2024-01-01', '2024-03-01', '2024-02-01'],
  end: [null, '2024-03-01', null, '2024-05-01'],
  mrr_minor: [12000, 5000, 8000, 2000],
}, { columns: { mrr: 'mrr_minor' }, currency: 'EUR', as_of: '2024-07-01' });
const nrr = book.measure('nrr', { period: '2024-05', window: 1 });
console.log(`NRR of May: ${nrr.value.toFixed(3)} [${nrr.low.toFixed(3)}, ${nrr.high.toFixed(3)}] of ${nrr.n} accounts`);
console.log(`state ${fingerprint(book.state('revenue', { first: '2024-01', last: '2024-06' }).toBytes())}`);
