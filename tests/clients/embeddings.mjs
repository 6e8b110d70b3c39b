// Asks a running service for vectors with the official JavaScript client and prints what it got as one line of JSON.
// Usage: node embeddings.mjs <base-url> <model>
import OpenAI from "openai";

const [baseURL, model] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey: "not-needed" });
const input = ["first", "second"];

const base64 = await client.embeddings.create({ model, input });
const floats = await client.embeddings.create({ model, input, encoding_format: "float" });
const cut = await client.embeddings.create({ model, input: "first", dimensions: 8 });

let refused = null;
try {
  await client.embeddings.create({ model, input, dimensions: 100000 });
} catch (error) {
  refused = { status: error.status, param: error.param };
}

const single = (numbers) => Array.from(Float32Array.from(numbers));
console.log(
  JSON.stringify({
    lengths: [base64.data[0].embedding.length, floats.data[1].embedding.length, cut.data[0].embedding.length],
    same: [0, 1].every((i) => JSON.stringify(single(base64.data[i].embedding)) === JSON.stringify(single(floats.data[i].embedding))),
    tokens: base64.usage.prompt_tokens,
    refused,
  }),
);
