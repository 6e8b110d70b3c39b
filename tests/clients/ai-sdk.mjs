// Talks to a running service with the AI SDK's provider for OpenAI-compatible services and prints what it got as one line of JSON.
// Usage: node ai-sdk.mjs <base-url> <model>
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";

const [baseURL, name] = process.argv.slice(2);
const provider = createOpenAICompatible({ name: "ingot", baseURL, includeUsage: true });
const model = provider(name);
const settings = { model, maxRetries: 0, temperature: 0, seed: 1 };
const question = "How warm is it in Rome?";

const tools = () => {
  const asked = [];
  return {
    asked,
    set: {
      weather: tool({
        description: "Tells the weather of a city.",
        inputSchema: z.object({ city: z.string() }),
        execute: async ({ city }) => {
          asked.push(city);
          return "21 degrees";
        },
      }),
    },
  };
};

const whole = await generateText({ ...settings, prompt: "Say hello.", stopSequences: ["Rom"] });

const stream = streamText({ ...settings, prompt: "Say hello.", stopSequences: ["Rom"] });
let streamed = "";
let pieces = 0;
for await (const piece of stream.textStream) {
  streamed += piece;
  pieces += 1;
}

const first = tools();
const called = await generateText({ ...settings, prompt: question, tools: first.set, stopWhen: stepCountIs(3) });

const second = tools();
const streamedCall = streamText({ ...settings, prompt: question, tools: second.set, stopWhen: stepCountIs(3) });
let streamedAnswer = "";
for await (const piece of streamedCall.textStream) streamedAnswer += piece;

const refusals = [];
for (const refused of [
  { ...settings, model: provider("no-such-model"), prompt: "Hi" },
  { ...settings, prompt: "Hi", providerOptions: { ingot: { reasoningEffort: "high" } } },
]) {
  try {
    await generateText(refused);
  } catch (error) {
    refusals.push({ status: error.statusCode, message: error.message });
  }
}

console.log(
  JSON.stringify({
    text: whole.text,
    reasoning: whole.reasoningText,
    finish: whole.finishReason,
    totalTokens: whole.usage.totalTokens,
    streamed,
    pieces,
    streamedReasoning: await stream.reasoningText,
    streamedFinish: await stream.finishReason,
    streamedTokens: (await stream.usage).totalTokens,
    called: called.text,
    steps: called.steps.length,
    asked: first.asked,
    streamedAnswer,
    streamedAsked: second.asked,
    refusals,
  }),
);
