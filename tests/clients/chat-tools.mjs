// Uses the official JavaScript client's accumulators: streams, tool runners, the older functions, and failing streams.
// Usage: node chat-tools.mjs <base-url> <model> <base-url-of-a-service-that-fails-in-the-middle>
import OpenAI from "openai";

const [baseURL, model, failingURL] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey: "not-needed", maxRetries: 0 });
const parameters = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const description = "Tells the weather of a city.";
const question = [{ role: "user", content: "How warm is it in Rome?" }];
const plain = [{ role: "user", content: "Say hello." }];

const asked = [];
const tools = [
  {
    type: "function",
    function: {
      name: "weather",
      description,
      parameters,
      parse: JSON.parse,
      function: ({ city }) => {
        asked.push(city);
        return "21 degrees";
      },
    },
  },
];

const runner = client.chat.completions.runTools({ model, messages: question, tools });
const ran = await runner.finalContent();
const streamingRunner = client.chat.completions.runTools({ model, messages: question, tools, stream: true });
const streamedRun = await streamingRunner.finalContent();

const accumulated = await client.chat.completions
  .stream({ model, messages: plain, n: 2, logprobs: true, top_logprobs: 1, stream_options: { include_usage: true } })
  .finalChatCompletion();

const older = { model, messages: question, functions: [{ name: "weather", description, parameters }], function_call: "auto" };
const olderCall = (await client.chat.completions.create(older)).choices[0];

let failure = null;
let beforeFailure = "";
try {
  const failing = new OpenAI({ baseURL: failingURL, apiKey: "not-needed", maxRetries: 0 });
  for await (const chunk of await failing.chat.completions.create({ model, messages: plain, stream: true })) {
    beforeFailure += chunk.choices[0]?.delta?.content ?? "";
  }
} catch (error) {
  failure = { code: error.code, type: error.type, name: error.constructor.name };
}

console.log(
  JSON.stringify({
    ran,
    streamedRun,
    asked,
    roles: runner.messages.map((message) => message.role),
    accumulated: accumulated.choices.map((choice) => choice.message.content),
    accumulatedTokens: accumulated.choices.map((choice) => choice.logprobs.content.map((token) => token.token).join("")),
    usage: accumulated.usage,
    older: { finish: olderCall.finish_reason, call: olderCall.message.function_call },
    beforeFailure,
    failure,
  }),
);
