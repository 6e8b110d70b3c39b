// Chat turns in OpenAI's form: plain questions, instructions, functions, longer conversations, JSON, odd text.
const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Get the current weather for a city',
    parameters: { type: 'object', properties: { city: { type: 'string', description: 'The city name' } }, required: ['city'] },
  },
};
const add = {
  type: 'function',
  function: {
    name: 'add',
    description: 'Add two numbers, "exactly" & <quickly>',
    parameters: {
      type: 'object',
      properties: { a: { type: 'number', minimum: -1.5 }, b: { type: 'number', default: null } },
      required: ['a', 'b'],
      additionalProperties: false,
    },
  },
};

const user = content => ({ role: 'user', content });
const system = content => ({ role: 'system', content });
const assistant = content => ({ role: 'assistant', content });
const call = (id, name, args) => ({
  role: 'assistant',
  content: '',
  tool_calls: [{ id, type: 'function', function: { name, arguments: args } }],
});
const result = (id, content) => ({ role: 'tool', tool_call_id: id, content });

const plain = [
  'Hello!', 'Who are you?', 'What is Ingot?', 'Why is the sky blue?', 'What is the capital of France?',
  'What is 7 + 5?', 'Tell me a joke.', 'Thank you very much, bye!',
].map(text => ({ messages: [user(text)] }));

export const prompts = [
  ...plain,
  { messages: [system("End every answer with 'Ahoy!'"), user('Why is the sky blue?')] },
  { messages: [system('You are a helpful assistant.\nAnswer in one short sentence.\n'), user('What is the capital of Japan?')] },
  { messages: [user('Hi!'), assistant('Hello! How can I help you?'), user('What is the capital of Italy?')] },
  {
    messages: [
      system('You are a friendly assistant.'), user('What is the capital of Spain?'), assistant('The capital of Spain is Madrid.'),
      user('And why is the sea salty?'), assistant('Rivers carry salts from rocks into the sea.'), user('Thanks! Who made you?'),
    ],
  },
  { messages: [user('Give me a JSON object with the keys name and age for Tom, who is 42.')] },
  { messages: [user('Return {"city": "Rome", "country": "Italy"} as JSON, please.')] },
  { messages: [user('What is the weather in Tokyo?')], tools: [weather] },
  { messages: [system('Use functions where they help.'), user('Please add 17 and 25.')], tools: [weather, add] },
  { messages: [user('Hello, how are you?')], tools: [weather] },
  {
    messages: [
      user('What is the weather in Oslo?'), call('call_1', 'get_weather', { city: 'Oslo' }),
      result('call_1', '{"temperature": -3, "sky": "snow"}'),
    ],
    tools: [weather],
  },
  {
    messages: [
      user('Weather in Paris and in Rome?'), call('call_1', 'get_weather', { city: 'Paris' }), call('call_2', 'get_weather', { city: 'Rome' }),
      result('call_1', 'sunny, 24 °C'), result('call_2', 'rain, 18 °C'),
    ],
    tools: [weather],
  },
  { messages: [user('你好！天空为什么是蓝色的？')] },
  { messages: [user('👋🏽 Hi there 🙂 what is your name? 👩‍👩‍👧‍👦🇩🇪')] },
  { messages: [user('  Grüß Gott,\tnaïve Łódź — “quotes” … ½ ﬁne\r\n\n  Привет, κόσμε! ')] },
  { messages: [user('مرحبا 12345678901234567890 e\u0301 é don\'t WE\'LL it\u2019s')] },
  { messages: [user('for (int i = 0; i < 10; i++) { Console.WriteLine($"{i}\\n"); } // what does this do?')] },
];
