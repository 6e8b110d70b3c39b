// Records what @huggingface/jinja and Python's jinja2 make of templates.
//   node record.mjs real <folder of .jinja files>   -> vectors/real.json   (hashes; the templates are not ours to keep)
//   node record.mjs own                             -> vectors/own.json    (templates/*.jinja and snippets.json, full outputs)
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { Template } from '@huggingface/jinja';
import { conversations } from './conversations.mjs';

const here = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const fixed = new Date(2026, 0, 5, 9, 7, 3);
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...args) { if (args.length) super(...args); else super(fixed); }
  static now() { return fixed.getTime(); }
};

function renderJavaScript(source, context) {
  try {
    return { output: new Template(source).render(structuredClone(context)) };
  } catch (error) {
    return { error: String(error.message).slice(0, 200) };
  }
}

function renderPython(jobs) {
  const text = execFileSync('python3', [path.join(here, 'render.py')], { input: JSON.stringify(jobs), maxBuffer: 1 << 28 });
  return JSON.parse(text.toString());
}

const hash = (text) => createHash('sha256').update(text, 'utf8').digest('hex').slice(0, 24);
const answer = (result, full) => 'error' in result ? { error: full ? result.error : true } : full ? { output: result.output } : { sha256: hash(result.output), length: result.output.length };
const same = (a, b) => ('error' in a && 'error' in b) || a.output === b.output;

function record(jobs, full) {
  const python = renderPython(jobs);
  return jobs.map((job, i) => {
    const javascript = renderJavaScript(job.source, job.context);
    const agree = same(javascript, python[i]);
    return { job, javascript: answer(javascript, full), python: agree ? undefined : answer(python[i], full) };
  });
}

const [mode, folder] = process.argv.slice(2);
const result = {};
if (mode === 'real') {
  const jobs = [];
  for (const file of fs.readdirSync(folder).filter((f) => f.endsWith('.jinja')).sort())
    for (const [name, context] of Object.entries(conversations))
      jobs.push({ template: file, conversation: name, source: fs.readFileSync(path.join(folder, file), 'utf8'), context });
  result.conversations = conversations;
  result.cases = record(jobs, false).map(({ job, javascript, python }) => ({ template: job.template, conversation: job.conversation, ...javascript, python }));
} else {
  const jobs = [];
  for (const file of fs.readdirSync(path.join(here, 'templates')).sort())
    for (const [name, context] of Object.entries(conversations).filter(([n]) => !n.endsWith('-closed') || n.startsWith('multi') || n.startsWith('ends')))
      jobs.push({ template: file, conversation: name, source: fs.readFileSync(path.join(here, 'templates', file), 'utf8'), context });
  result.templates = record(jobs, false).map(({ job, javascript, python }) => ({ template: job.template, conversation: job.conversation, ...javascript, python }));
  const { context, snippets } = JSON.parse(fs.readFileSync(path.join(here, 'snippets.json'), 'utf8'));
  result.context = context;
  result.snippets = record(snippets.map((source) => ({ source, context })), true).map(({ job, javascript, python }) => ({ source: job.source, ...javascript, python }));
}
const target = path.join(here, 'vectors', `${mode}.json`);
fs.mkdirSync(path.dirname(target), { recursive: true });
const lines = (list) => `[\n${list.map((item) => '    ' + JSON.stringify(item)).join(',\n')}\n  ]`;
fs.writeFileSync(target, '{\n' + Object.entries(result).map(([key, value]) => `  ${JSON.stringify(key)}: ${Array.isArray(value) ? lines(value) : JSON.stringify(value)}`).join(',\n') + '\n}\n');
const all = [...(result.cases ?? []), ...(result.templates ?? []), ...(result.snippets ?? [])];
console.log(`${all.length} cases, ${all.filter((c) => c.python).length} where the two disagree -> ${target}`);
