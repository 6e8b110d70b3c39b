// Uses the official JavaScript client's responses: whole, streamed, gathered, parsed, thinking, tools, and a refusal.
// Usage: node responses.mjs <base-url> <model>
import OpenAI from "openai";

const [baseURL, model] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey: "not-needed", maxRetries: 0 });
const tools = [
  {
    type: "function",
    name: "weather",
    description: "Tells the weather of a city.",
    parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"], additionalProperties: false },
    strict: true,
  },
];

const whole = await client.responses.create({ model, input: "Say hello." });
let streamed = "";
let thinking = "";
const numbers = [];
for await (const event of await client.responses.create({ model, input: "Say hello.", stream: true })) {
  numbers.push(event.sequence_number);
  if (event.type === "response.output_text.delta") streamed += event.delta;
  if (event.type === "response.reasoning_text.delta") thinking += event.delta;
}
const gathered = await client.responses.stream({ model, input: [{ role: "user", content: [{ type: "input_text", text: "Say hello." }] }] }).finalResponse();

const asked = [];
async function ask(respond) {
  const input = [{ role: "user", content: "How warm is it in Rome?" }];
  const called = await respond({ model, input, tools, store: false });
  input.push(...called.output);
  for (const call of called.output.filter((item) => item.type === "function_call")) {
    asked.push(JSON.parse(call.arguments).city);
    input.push({ type: "function_call_output", call_id: call.call_id, output: "21 degrees" });
  }
  return (await respond({ model, input, tools, store: false })).output_text;
}
const answers = [
  await ask((body) => client.responses.create(body)),
  await ask((body) => client.responses.stream(body).finalResponse()),
];

const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"], additionalProperties: false };
const parsed = await client.responses.parse({
  model,
  input: "As JSON, please.",
  text: { format: { type: "json_schema", name: "place", strict: true, schema } },
});

let refusal = null;
try {
  await client.responses.create({ model, input: [{ role: "user", content: [{ type: "input_image", image_url: "x", detail: "auto" }] }] });
} catch (error) {
  refusal = { status: error.status, param: error.param };
}

console.log(
  JSON.stringify({
    texts: [whole.output_text, streamed, gathered.output_text],
    thinking,
    answers,
    asked,
    parsed: JSON.parse(parsed.output_text),
    refusal,
    numbersAscend: numbers.every((number, index) => number === index),
  }),
);
