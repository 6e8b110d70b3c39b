// Asks a service that hands a model's requests on: OpenAI's client for chats, responses and what is kept of them, and the AI SDK.
// Usage: node gateway.mjs <base-url> <model> <key> <another-key>
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, streamText } from "ai";
import OpenAI from "openai";

const [baseURL, model, apiKey, otherKey] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
const other = new OpenAI({ baseURL, apiKey: otherKey, maxRetries: 0 });
const refusal = async (promise) => {
  try {
    await promise;
    return null;
  } catch (error) {
    return { status: error.status, code: error.code, param: error.param };
  }
};

const models = [];
for await (const entry of client.models.list()) models.push(entry.id);
const messages = [{ role: "user", content: "Say hello." }];
const chat = await client.chat.completions.create({ model, messages });
const chatStream = client.chat.completions.stream({ model, messages, stream_options: { include_usage: true } });
const chatStreamed = await chatStream.finalChatCompletion();

const whole = await client.responses.create({ model, input: "One" });
let streamed = null;
const types = [];
for await (const event of await client.responses.create({ model, input: "Two", previous_response_id: whole.id, stream: true })) {
  types.push(event.type);
  streamed = event.response ?? streamed;
}
const gathered = await client.responses.stream({ model, input: "Three", previous_response_id: streamed.id }).finalResponse();
const retrieved = await client.responses.retrieve(gathered.id);
const again = [];
for await (const event of await client.responses.retrieve(streamed.id, { stream: true })) again.push(event.type);
const items = [];
for await (const item of client.responses.inputItems.list(gathered.id, { limit: 2, order: "asc" })) items.push(item.content[0].text);
const background = await client.responses.create({ model, input: "Four", background: true });
const cancelled = await client.responses.cancel(background.id);
const foreign = [
  await refusal(other.responses.retrieve(whole.id)),
  await refusal(other.responses.inputItems.list(whole.id)),
  await refusal(other.responses.create({ model, input: "Mine?", previous_response_id: whole.id })),
  await refusal(other.responses.delete(whole.id)),
];
await client.responses.delete(whole.id);
const deleted = await refusal(client.responses.retrieve(whole.id));

const far = createOpenAICompatible({ name: "ingot", baseURL, apiKey, includeUsage: true })(model);
const text = await generateText({ model: far, maxRetries: 0, prompt: "Say hello." });
const textStream = streamText({ model: far, maxRetries: 0, prompt: "Say hello." });
let pieces = "";
for await (const piece of textStream.textStream) pieces += piece;

console.log(
  JSON.stringify({
    models,
    chats: [chat.choices[0].message.content, chatStreamed.choices[0].message.content],
    tokens: [chat.usage.total_tokens, chatStreamed.usage.total_tokens],
    responses: [whole.output_text, streamed.output[0].content[0].text, gathered.output_text],
    types: [types[0], types.at(-1)],
    same: retrieved.id === gathered.id && retrieved.output_text === gathered.output_text && retrieved.previous_response_id === streamed.id,
    again: JSON.stringify(again) === JSON.stringify(types),
    items,
    cancelled: [background.status, ["cancelled", "completed"].includes(cancelled.status)],
    foreign,
    deleted,
    unknown: await refusal(client.chat.completions.create({ model: "no-such-model", messages })),
    sdk: [text.text, pieces, text.finishReason, await textStream.finishReason],
    sdkTokens: [text.usage.totalTokens, (await textStream.usage).totalTokens],
  }),
);
