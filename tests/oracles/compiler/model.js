'use strict';
const fs = require('node:fs');
const path = require('node:path');
const ort = require('onnxruntime-node');

function fromHalf(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** One model folder with its key-value cache; feed() takes token ids and answers one row of logits for each. */
class Model {
  static async load(folder) {
    const model = new Model();
    model.config = JSON.parse(fs.readFileSync(path.join(folder, 'genai_config.json'), 'utf8')).model;
    model.session = await ort.InferenceSession.create(path.join(folder, model.config.decoder.filename));
    model.reset();
    return model;
  }

  reset() {
    const { num_hidden_layers: layers, num_key_value_heads: heads, head_size: size } = this.config.decoder;
    const type = this.session.inputMetadata.find(input => input.name === 'past_key_values.0.key').type;
    this.length = 0;
    this.past = {};
    for (let layer = 0; layer < layers; layer++) {
      for (const part of ['key', 'value']) {
        const empty = type === 'float16' ? new Uint16Array(0) : new Float32Array(0);
        this.past[`past_key_values.${layer}.${part}`] = new ort.Tensor(type, empty, [1, heads, 0, size]);
      }
    }
  }

  async feed(ids) {
    this.length += ids.length;
    const results = await this.session.run({
      input_ids: new ort.Tensor('int64', BigInt64Array.from(ids, BigInt), [1, ids.length]),
      attention_mask: new ort.Tensor('int64', new BigInt64Array(this.length).fill(1n), [1, this.length]),
      ...this.past,
    });
    for (const name of Object.keys(this.past)) this.past[name] = results[name.replace('past_key_values', 'present')];
    const data = results.logits.type === 'float16' ? Array.from(results.logits.data, value => fromHalf(value)) : Array.from(results.logits.data);
    const width = this.config.vocab_size;
    return ids.map((_, row) => data.slice(row * width, (row + 1) * width));
  }
}

module.exports = { Model, fromHalf };
