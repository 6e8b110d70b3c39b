// Uses what the official JavaScript client can do with what is kept: responses, conversations, chat completions.
// Usage: node stored.mjs <base-url> <model>
import OpenAI from "openai";

const [baseURL, model] = process.argv.slice(2);
const client = new OpenAI({ baseURL, apiKey: "not-needed", maxRetries: 0 });
const all = async (pages) => {
  const entries = [];
  for await (const entry of pages) entries.push(entry);
  return entries;
};
const status = async (promise) => {
  try {
    await promise;
    return 200;
  } catch (error) {
    return error.status;
  }
};

const first = await client.responses.create({ model, input: "One" });
const second = await client.responses.create({ model, input: "Two", previous_response_id: first.id });
const counted = await client.responses.inputTokens.count({ model, input: "Two", previous_response_id: first.id });
const items = await all(client.responses.inputItems.list(second.id, { limit: 2, order: "asc" }));
const retrieved = await client.responses.retrieve(second.id);

const background = await client.responses.create({ model, input: "Three", background: true });
const followed = [];
for await (const event of await client.responses.retrieve(background.id, { stream: true, starting_after: 1 })) followed.push(event.type);
const cancelled = await client.responses.cancel(background.id);
await client.responses.delete(first.id);

const conversation = await client.conversations.create({ metadata: { topic: "weather" }, items: [{ type: "message", role: "user", content: "Zero" }] });
const updated = await client.conversations.update(conversation.id, { metadata: { topic: "sea" } });
const inConversation = await client.responses.create({ model, input: "Four", conversation: conversation.id });
const added = await client.conversations.items.create(conversation.id, { items: [{ type: "message", role: "user", content: "Five" }] });
const talk = await all(client.conversations.items.list(conversation.id, { limit: 1, order: "asc" }));
const item = await client.conversations.items.retrieve(added.data[0].id, { conversation_id: conversation.id });
await client.conversations.items.delete(added.data[0].id, { conversation_id: conversation.id });
const left = await all(client.conversations.items.list(conversation.id));
const deleted = await client.conversations.delete(conversation.id);

const messages = [{ role: "user", content: "Six" }];
const kept = await client.chat.completions.create({ model, messages, store: true, metadata: { run: "a" } });
let streamedId = null;
for await (const chunk of await client.chat.completions.create({ model, messages, store: true, stream: true, metadata: { run: "b" } })) streamedId = chunk.id;
const listed = await all(client.chat.completions.list({ limit: 1 }));
const filtered = await all(client.chat.completions.list({ metadata: { run: "b" } }));
const renamed = await client.chat.completions.update(kept.id, { metadata: { run: "c" } });
const asked = await all(client.chat.completions.messages.list(kept.id));
await client.chat.completions.delete(kept.id);

console.log(
  JSON.stringify({
    counted: counted.input_tokens === second.usage.input_tokens,
    items: items.map((entry) => entry.content[0].text),
    same: JSON.stringify(retrieved) === JSON.stringify({ ...second, _request_id: undefined }),
    background: background.status,
    followed: [followed[0], followed.at(-1)],
    cancelled: cancelled.status,
    deleted: [await status(client.responses.retrieve(first.id)), await status(client.conversations.retrieve(conversation.id)), await status(client.chat.completions.retrieve(kept.id))],
    conversation: [conversation.metadata.topic, updated.metadata.topic, inConversation.conversation.id === conversation.id, deleted.deleted],
    talk: talk.map((entry) => entry.content[0].text),
    item: item.content[0].text,
    left: left.length,
    listed: listed.map((entry) => entry.metadata.run),
    filtered: filtered.map((entry) => entry.id === streamedId),
    text: filtered[0].choices[0].message.content,
    renamed: renamed.metadata.run,
    asked: asked.map((entry) => [entry.role, entry.content]),
  }),
);
