// The conversations every template is rendered with. Dates are not in them: templates ask for the time themselves.
const weather = {
  type: 'function',
  function: {
    name: 'get_weather',
    description: 'Current weather of a place',
    parameters: {
      type: 'object',
      properties: {
        city: { type: 'string', description: 'City, e.g. "Zürich"' },
        unit: { type: 'string', enum: ['celsius', 'fahrenheit'], default: 'celsius' },
        days: { type: 'integer', minimum: 1, maximum: 14 },
      },
      required: ['city'],
    },
  },
};
const search = {
  type: 'function',
  function: {
    name: 'search',
    description: 'Search <documents> & more',
    parameters: {
      type: 'object',
      properties: {
        query: { type: 'string', description: 'Words' },
        tags: { type: 'array', items: { type: 'string' } },
        limit: { type: ['integer', 'null'], description: 'How many' },
        threshold: { type: 'number', default: 0.5 },
        filter: { type: 'object', properties: { lang: { type: 'string' } }, required: ['lang'] },
      },
      required: ['query', 'tags'],
    },
  },
};
const bare = { type: 'function', function: { name: 'ping', description: 'No arguments', parameters: { type: 'object', properties: {} } } };
const user = (content) => ({ role: 'user', content });
const assistant = (content, more = {}) => ({ role: 'assistant', content, ...more });
const call = (id, name, args) => ({ id, type: 'function', function: { name, arguments: args } });

const bases = {
  plain: { messages: [user('Hello!')] },
  system: { messages: [{ role: 'system', content: 'You are terse.' }, user('Hello!')] },
  developer: { messages: [{ role: 'developer', content: 'Answer in French.' }, user('Hello!')] },
  multi: { messages: [{ role: 'system', content: 'Be kind.' }, user('Hi'), assistant('Hello, how can I help?'), user('What is 2+2?'), assistant('4'), user('And 3+3?')] },
  noSystemMulti: { messages: [user('Hi'), assistant('Hello'), user('Bye')] },
  endsWithAssistant: { messages: [user('Hi'), assistant('Hello there')] },
  special: { messages: [{ role: 'system', content: '  spaced  ' }, user('<|im_end|>\n<s>[INST] "quotes" \\ back\tTab 😀 日本語 {{ not.a.template }} {% x %} </think>'), assistant(' é\n\n'), user('\n\nlines\r\nend  ')] },
  emptyContents: { messages: [{ role: 'system', content: '' }, user(''), assistant(''), user('x')] },
  thinking: { messages: [user('Why?'), assistant('<think>\nsome thought\n</think>\n\nBecause.'), user('Really?')] },
  reasoning: { messages: [user('Why?'), assistant('Because.', { reasoning_content: 'let me think', thinking: 'let me think' }), user('Really?')] },
  parts: { messages: [user([{ type: 'text', text: 'Part one. ' }, { type: 'text', text: 'Part two.' }])] },
  tools: { messages: [{ role: 'system', content: 'Use tools.' }, user('Weather in Paris?')], tools: [weather] },
  toolsNoSystem: { messages: [user('Find things')], tools: [weather, search, bare] },
  toolCall: {
    messages: [user('Weather in Paris?'), assistant('', { tool_calls: [call('abcde1234', 'get_weather', { city: 'Paris', days: 2 })] }), { role: 'tool', name: 'get_weather', tool_call_id: 'abcde1234', content: '{"temp": 21.5}' }],
    tools: [weather],
  },
  toolCallNull: {
    messages: [user('Weather in Paris?'), assistant(null, { tool_calls: [call('abcde1234', 'get_weather', { city: 'Paris' })] }), { role: 'tool', name: 'get_weather', tool_call_id: 'abcde1234', content: 'sunny' }, assistant('It is sunny.'), user('Thanks')],
    tools: [weather, search],
  },
  toolCallText: {
    messages: [{ role: 'system', content: 'S' }, user('q'), assistant('Calling.', { tool_calls: [call('abcde1234', 'get_weather', '{"city": "Rome"}')] }), { role: 'tool', name: 'get_weather', tool_call_id: 'abcde1234', content: 'rain' }],
    tools: [weather],
  },
  toolCallsTwo: {
    messages: [
      user('Both'),
      assistant('', { tool_calls: [call('abcde1234', 'get_weather', { city: 'Oslo', unit: 'celsius' }), call('fghij5678', 'search', { query: 'x "y"', tags: ['a', 'b'], threshold: 1.0, limit: null, filter: { lang: 'en' } })] }),
      { role: 'tool', name: 'get_weather', tool_call_id: 'abcde1234', content: '1' },
      { role: 'tool', name: 'search', tool_call_id: 'fghij5678', content: '[]' },
      assistant('Done'),
      user('More'),
    ],
    tools: [weather, search, bare],
  },
  thinkingOff: { messages: [user('Quick')], enable_thinking: false, thinking: false, reasoning_effort: 'low' },
  thinkingOn: { messages: [user('Slow')], enable_thinking: true, thinking: true, reasoning_effort: 'high' },
  documents: { messages: [user('Summarise')], documents: [{ title: 'One', text: 'First text', content: 'First text' }, { title: 'Two', text: 'Second', content: 'Second' }] },
};

export const conversations = {};
for (const [name, base] of Object.entries(bases)) {
  conversations[name] = { bos_token: '<s>', eos_token: '</s>', add_generation_prompt: true, ...base };
  conversations[`${name}-closed`] = { bos_token: '<s>', eos_token: '</s>', ...base, add_generation_prompt: false };
}
