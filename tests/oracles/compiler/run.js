'use strict';
const { Model } = require('./model.js');

async function main(folder, ids, count) {
  const model = await Model.load(folder);
  const answer = [];
  for (let next = ids; answer.length < count; next = answer.slice(-1)) {
    const last = (await model.feed(next)).at(-1);
    const token = last.reduce((best, value, i) => (value > last[best] ? i : best), 0);
    answer.push(token);
    if (model.config.eos_token_id.includes(token)) break;
  }
  console.log(answer.join(' '));
}

main(process.argv[2], process.argv[3].split(/[ ,]+/).map(Number), Number(process.argv[4] ?? 64));
