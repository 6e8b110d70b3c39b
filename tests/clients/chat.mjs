// Talks to a running service with the official JavaScript client and prints what it got as one line of JSON.
// Usage: node chat.mjs <base-url> <model> <question>
import OpenAI from "openai";

const [baseURL, model, question] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey: "not-needed" });
const messages = [{ role: "user", content: question }];

const whole = await client.chat.completions.create({ model, messages, temperature: 0 });

let streamed = "";
let chunks = 0;
let finishReason = null;
let usage = null;
const stream = await client.chat.completions.create({
  model,
  messages,
  temperature: 0,
  stream: true,
  stream_options: { include_usage: true },
});
for await (const chunk of stream) {
  chunks += 1;
  streamed += chunk.choices[0]?.delta?.content ?? "";
  finishReason = chunk.choices[0]?.finish_reason ?? finishReason;
  usage = chunk.usage ?? usage;
}

let unknownModel = null;
try {
  await client.chat.completions.create({ model: "no-such-model", messages });
} catch (error) {
  unknownModel = { status: error.status, code: error.code, type: error.type };
}

const models = [];
for await (const entry of client.models.list()) models.push(entry.id);

console.log(
  JSON.stringify({
    text: whole.choices[0].message.content,
    finish: whole.choices[0].finish_reason,
    totalTokens: whole.usage.total_tokens,
    streamed,
    chunks,
    finishReason,
    streamedTokens: usage?.total_tokens ?? null,
    unknownModel,
    models,
  }),
);
