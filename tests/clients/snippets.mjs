// The JavaScript of Azure's guides for the v1 API, unchanged but for address, model and credential, run against a service behind HTTPS.
// Usage: node snippets.mjs <https-address> <model> <api-key> <token>, with OPENAI_BASE_URL and OPENAI_API_KEY set.
import { OpenAI } from "openai";

const [address, model, key, token] = process.argv.slice(2);
const seen = {};

// Stands in for the credential of @azure/identity: the same two names, a token of the tests' own.
class TestCredential {
  async getToken(scope) {
    seen.scope = scope;
    return { token, expiresOnTimestamp: Date.now() + 3600_000 };
  }
}
function getBearerTokenProvider(credential, scope) {
  return async () => (await credential.getToken(scope)).token;
}

// API key
{
  const client = new OpenAI({
    baseURL: `${address}/openai/v1/`,
    apiKey: key,
  });
  seen.key = (await client.responses.create({ model, input: "This is a test." })).output_text;
}

// API key with environment variables
{
  const client = new OpenAI();
  seen.environment = (await client.responses.create({ model, input: "This is a test." })).output_text;
}

// Bearer token
{
  const tokenProvider = getBearerTokenProvider(
      new TestCredential(),
      'https://cognitiveservices.azure.com/.default');
  const client = new OpenAI({
      baseURL: `${address}/openai/v1/`,
      apiKey: tokenProvider
  });

  seen.token = (await client.responses.create({ model, input: "This is a test." })).output_text;

  const messages = [
      { role: 'system', content: 'You are a helpful assistant.' },
      { role: 'user', content: 'Tell me about the attention is all you need paper' }
  ];

  // Make the API request with top-level await
  const result = await client.chat.completions.create({
      messages,
      model,
      max_tokens: 100
  });
  seen.chat = result.choices[0].message.content;
}

console.log(JSON.stringify(seen));
