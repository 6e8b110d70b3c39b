// Continues texts and looks at models with the official JavaScript client and prints what it got as one line of JSON.
// Usage: node completions.mjs <base-url> <model> <prompt>
import OpenAI from "openai";

const [baseURL, model, prompt] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey: "not-needed" });

const whole = await client.completions.create({ model, prompt: [prompt, prompt], temperature: 0, max_tokens: 8, logprobs: 1, n: 2 });

let streamed = "";
let finishReason = null;
let usage = null;
const stream = await client.completions.create({
  model,
  prompt,
  temperature: 0,
  max_tokens: 8,
  echo: true,
  stream: true,
  stream_options: { include_usage: true },
});
for await (const event of stream) {
  streamed += event.choices[0]?.text ?? "";
  finishReason = event.choices[0]?.finish_reason ?? finishReason;
  usage = event.usage ?? usage;
}

let refusal = null;
try {
  await client.completions.create({ model, prompt, suffix: "the end" });
} catch (error) {
  refusal = { status: error.status, code: error.code, param: error.param };
}

const described = await client.models.retrieve(model);

console.log(
  JSON.stringify({
    texts: whole.choices.map((choice) => choice.text),
    indexes: whole.choices.map((choice) => choice.index),
    tokens: whole.choices[0].logprobs.tokens,
    offsets: whole.choices[0].logprobs.text_offset,
    totalTokens: whole.usage.total_tokens,
    streamed,
    finishReason,
    streamedTokens: usage?.total_tokens ?? null,
    refusal,
    described: described.id,
  }),
);
