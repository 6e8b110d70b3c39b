// Asks OpenAI's client and the AI SDK for answers that are held to calls and to a schema, and prints what they got as one line of JSON.
// Usage: node enforced.mjs <base-url> <model>
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateObject, generateText, streamObject, streamText, tool } from "ai";
import OpenAI from "openai";
import { z } from "zod";

const [baseURL, model] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey: "not-needed", maxRetries: 0 });
const parameters = { type: "object", properties: { city: { enum: ["Rome", "Oslo"] } }, required: ["city"], additionalProperties: false };
const tools = ["weather", "time"].map((name) => ({ type: "function", function: { name, parameters, strict: true } }));
const schema = { type: "object", properties: { colour: { enum: ["red", "green"] } }, required: ["colour"], additionalProperties: false };
const format = { type: "json_schema", json_schema: { name: "answer", schema, strict: true } };
const stubborn = [{ role: "user", content: "Say no." }];
const both = [{ role: "user", content: "Ask for both." }];

// A message as its pieces make it; ids, names and roles that come again are mistakes and show as such.
async function gather(request) {
  const message = { content: "", calls: [] };
  for await (const chunk of await client.chat.completions.create({ ...request, model, stream: true })) {
    const choice = chunk.choices[0];
    if (!choice) continue;
    message.role = (message.role ?? "") + (choice.delta.role ?? "");
    message.content += choice.delta.content ?? "";
    message.finish = choice.finish_reason ?? message.finish;
    for (const piece of choice.delta.tool_calls ?? []) {
      const call = (message.calls[piece.index] ??= { id: "", name: "", arguments: "" });
      call.id += piece.id ?? "";
      call.name += piece.function?.name ?? "";
      call.arguments += piece.function?.arguments ?? "";
    }
  }
  return message;
}

async function ask(request) {
  const choice = (await client.chat.completions.create({ ...request, model })).choices[0];
  const calls = (choice.message.tool_calls ?? []).map((call) => ({ id: call.id, name: call.function.name, arguments: call.function.arguments }));
  return { role: choice.message.role, content: choice.message.content ?? "", finish: choice.finish_reason, calls };
}

const requests = {
  required: { messages: stubborn, tools, tool_choice: "required", parallel_tool_calls: false },
  named: { messages: stubborn, tools, tool_choice: { type: "function", function: { name: "time" } } },
  parallel: { messages: both, tools, tool_choice: "required" },
  auto: { messages: both, tools },
  schema: { messages: stubborn, response_format: format },
};
const openai = {};
for (const [name, request] of Object.entries(requests)) openai[name] = [await ask(request), await gather(request)];

const provider = createOpenAICompatible({ name: "ingot", baseURL, includeUsage: true, supportsStructuredOutputs: true });
const settings = { model: provider(model), maxRetries: 0 };
const set = Object.fromEntries(["weather", "time"].map((name) => [name, tool({ inputSchema: z.object({ city: z.enum(["Rome", "Oslo"]) }) })]));
const shown = (calls) => calls.map((call) => ({ id: call.toolCallId, name: call.toolName, city: call.input.city }));
const sdk = {};
for (const [name, request] of Object.entries({
  required: { prompt: "Say no.", tools: set, toolChoice: "required", providerOptions: { ingot: { parallel_tool_calls: false } } },
  named: { prompt: "Say no.", tools: set, toolChoice: { type: "tool", toolName: "time" } },
  parallel: { prompt: "Ask for both.", tools: set, toolChoice: "required" },
})) {
  const whole = await generateText({ ...settings, ...request });
  const stream = streamText({ ...settings, ...request });
  await stream.consumeStream();
  sdk[name] = [
    { text: whole.text, finish: whole.finishReason, calls: shown(whole.toolCalls) },
    { text: await stream.text, finish: await stream.finishReason, calls: shown(await stream.toolCalls) },
  ];
}

const answer = z.object({ colour: z.enum(["red", "green"]) });
const object = await generateObject({ ...settings, prompt: "Say no.", schema: answer });
const streamed = streamObject({ ...settings, prompt: "Say no.", schema: answer });
for await (const _ of streamed.partialObjectStream);
sdk.schema = [object.object, await streamed.object];

console.log(JSON.stringify({ openai, sdk }));
