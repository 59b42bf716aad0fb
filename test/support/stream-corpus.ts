import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FinishReason, LlmPart, TokenUsage } from '../../src/llm/spec.js';

/** A stream as a model server sent it, and all that it says. */
export interface RecordedStream {
  readonly name: string;
  readonly dialect: 'openai' | 'anthropic';
  readonly bytes: Buffer;
  readonly says: Said;
}

export interface Said {
  readonly text: string;
  readonly reasoning: string;
  /** `name(arguments)` of each call. */
  readonly tools: readonly string[];
  readonly finish: FinishReason | undefined;
  /** Input and output tokens, where the stream tells. */
  readonly usage: readonly [number, number] | undefined;
}

const FOLDER = fileURLToPath(new URL('../streams/', import.meta.url));

function recorded(name: string, dialect: RecordedStream['dialect'], says: Partial<Said>): RecordedStream {
  const nothing = { text: '', reasoning: '', tools: [], finish: 'stop', usage: undefined } as const;
  return { name, dialect, bytes: readFileSync(`${FOLDER}${name}.sse`), says: { ...nothing, ...says } };
}

const FILES: readonly RecordedStream[] = [
  recorded('openai', 'openai', {
    text: '나래는 문서에서 답을 찾습니다 🪽 [1].\n\nIt cites "what" it reads.',
    usage: [31, 19],
  }),
  recorded('openai-tools', 'openai', {
    tools: ['find_page({"title":"휴가 규정"})', 'today({})'],
    finish: 'tool-calls',
  }),
  recorded('ollama', 'openai', { text: 'The guide says: 먼저 설치하세요.' }),
  recorded('vllm', 'openai', {
    reasoning: 'Let me look. 찾았다.',
    text: '\n\n두 가지 방법이 있습니다 😀.',
    usage: [12, 9],
  }),
  recorded('llama-cpp', 'openai', { text: '1. 첫째\n2. 둘째\n3. ', finish: 'length', usage: [5, 7] }),
  recorded('lm-studio', 'openai', { text: 'Yes; 네, 그렇습니다.' }),
  recorded('anthropic', 'anthropic', {
    reasoning: '문서를 보자.',
    text: 'The answer is on page 2 [2]. 2쪽에 있어요 🙂',
    usage: [35, 33],
  }),
  recorded('anthropic-tools', 'anthropic', {
    text: '찾아볼게요.',
    tools: ['find_page({"title": "휴가"})'],
    finish: 'tool-calls',
    usage: [40, 21],
  }),
];

function withLineEnds(stream: RecordedStream, end: '\r\n' | '\r', name: string): RecordedStream {
  const bytes = Buffer.from(stream.bytes.toString('utf8').replaceAll('\n', end));
  return { ...stream, name: `${stream.name}, lines end in ${name}`, bytes };
}

/** Every stream, two of them with the other line ends as well. */
export const STREAM_CORPUS: readonly RecordedStream[] = [
  ...FILES,
  withLineEnds(FILES[0] as RecordedStream, '\r\n', 'CRLF'),
  withLineEnds(FILES[6] as RecordedStream, '\r', 'CR'),
];

/** What parts say, put together. */
export function said(
  parts: readonly LlmPart[],
  decoder: { finish?: FinishReason | undefined; usage?: TokenUsage | undefined },
): Said {
  const tools: { name: string; text: string }[] = [];
  let [text, reasoning] = ['', ''];
  for (const part of parts) {
    if (part.type === 'text-delta') text += part.text;
    if (part.type === 'reasoning-delta') reasoning += part.text;
    if (part.type !== 'tool-call-delta') continue;
    tools[part.index] ??= { name: '', text: '' };
    const tool = tools[part.index] as { name: string; text: string };
    tool.name += part.name ?? '';
    tool.text += part.argumentsDelta;
  }
  const { finish, usage } = decoder;
  return {
    text,
    reasoning,
    tools: tools.map((tool) => `${tool.name}(${tool.text})`),
    finish,
    usage: usage && [usage.inputTokens, usage.outputTokens],
  };
}
