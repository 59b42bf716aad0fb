import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FAULTS, type MockLlm } from '../../dist/lab/index.js';
import { type Reply, type Verdict, verdictOf } from '../support/chat-client.js';
import { FaultLab, mockModel, PATIENT_LLM, startMock } from '../support/fault-lab.js';

/** What a client must get from a fault, and how many calls the upstream must see for it. */
interface Expected {
  readonly calls: number;
  /** Further ones, of which each attempt may make one: where a kept connection breaks it is sent again. */
  readonly again?: number;
  /** The finish reason, with the whole answer; else a failure. */
  readonly reason?: string;
  readonly failure?: { readonly code: string; readonly status: number };
  /** The failure comes after content, so in a stream it comes as an event. */
  readonly midStream?: true;
}

const whole = (reason = 'stop'): Expected => ({ calls: 1, reason });
/** Before any content: as it is, after `calls` attempts. */
const refused = (calls: number, code: string, status: number): Expected => ({
  calls,
  failure: { code, status },
});
/** After content: never asked for again. */
const broken = (code: string, status = 502): Expected => ({
  calls: 1,
  failure: { code, status },
  midStream: true,
});

const EXPECTED: Readonly<Record<string, Expected>> = {
  mock: whole(),
  'mock-400': refused(1, 'llm_rejected', 400),
  'mock-401': refused(1, 'llm_unauthorized', 502),
  'mock-403': refused(1, 'llm_unauthorized', 502),
  'mock-404': refused(1, 'llm_rejected', 404),
  'mock-413': refused(1, 'llm_rejected', 413),
  // Its Retry-After is longer than the server may wait.
  'mock-429': refused(1, 'llm_rate_limited', 429),
  'mock-500': refused(2, 'llm_failed', 502),
  'mock-502': refused(2, 'llm_failed', 502),
  'mock-503': refused(1, 'overloaded', 503),
  'mock-504': refused(2, 'llm_failed', 502),
  'mock-529': refused(1, 'overloaded', 503),
  'mock-flaky': { calls: 2, reason: 'stop' },
  'mock-hang': refused(2, 'llm_timeout', 504),
  'mock-reset': { ...refused(2, 'llm_unreachable', 502), again: 6 },
  'mock-html': refused(2, 'llm_malformed', 502),
  'mock-html-502': refused(2, 'llm_failed', 502),
  'mock-head-only': refused(2, 'llm_timeout', 504),
  'mock-stall': broken('llm_timeout', 504),
  'mock-cut': broken('llm_stream_broken'),
  'mock-cut-event': broken('llm_stream_broken'),
  'mock-eof': broken('llm_stream_broken'),
  'mock-garbage': broken('llm_malformed'),
  'mock-error-event': broken('llm_failed'),
  'mock-error-first': refused(2, 'llm_failed', 502),
  'mock-length': whole('length'),
  'mock-filter': whole('content_filter'),
  'mock-tools': whole('tool_calls'),
  'mock-reasoning': whole(),
  'mock-pings': whole(),
  'mock-empty-choices': whole(),
  'mock-no-done': whole(),
  'mock-crlf': whole(),
  'mock-split-utf8': whole(),
  'mock-byte-by-byte': whole(),
  'mock-10mb-event': whole(),
  'mock-whole': whole(),
};

const PACE = { tokenMs: 40, tokens: 8 };
/** Of what breaks after content: what comes in one piece with its end never was content, and is asked for again. */
const BREAKING_TOKEN_MS = 500;

/** What only a deadline finds. All else has time, however busy the machine is: it would be asked twice otherwise. */
const SILENT = ['mock-hang', 'mock-head-only', 'mock-stall'];

let mock: MockLlm;
let patient: FaultLab;
let quick: FaultLab;
beforeAll(async () => {
  mock = await startMock(PACE);
  const models = modelsOf(mock);
  [patient, quick] = await Promise.all([
    FaultLab.start({ models, llm: PATIENT_LLM }),
    FaultLab.start({ models }),
  ]);
});
afterAll(async () => {
  const exits = [await patient?.stop(), await quick?.stop()];
  await mock?.close();
  expect(exits).toEqual([0, 0]);
});

const labFor = (fault: string): FaultLab => (SILENT.includes(fault) ? quick : patient);

async function expectClean(): Promise<void> {
  await patient.expectClean(mock);
  await quick.expectClean();
}

/** By how many tokens they ask for, the mock tells the dialects apart. */
const DIALECTS = { openai: 8, anthropic: 9 } as const;
type DialectName = keyof typeof DIALECTS;

function upstreamName(dialect: DialectName, fault: string): string {
  const pace = EXPECTED[fault]?.midStream ? `,token_ms=${BREAKING_TOKEN_MS}` : '';
  return `${fault}:tokens=${DIALECTS[dialect]}${pace}`;
}

/** Every fault in both dialects: `openai/mock-cut`, `anthropic/mock-cut`. */
function modelsOf(upstream: MockLlm): object[] {
  const anthropic = { provider: 'anthropic', baseUrl: upstream.url, apiKey: 'key' };
  return Object.keys(FAULTS).flatMap((fault) => [
    mockModel(upstream, `openai/${fault}`, upstreamName('openai', fault)),
    { ...anthropic, name: `anthropic/${fault}`, upstreamModel: upstreamName('anthropic', fault) },
  ]);
}

/** The mock's own answer to the same question, not streamed. */
async function wholeText(dialect: DialectName, fault: string): Promise<string> {
  const name = upstreamName(dialect, fault === 'mock-flaky' ? 'mock' : fault);
  const response = await fetch(`${mock.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      model: `${name},token_ms=0`,
      messages: [{ role: 'user', content: 'What is Narae?' }],
    }),
  });
  const { choices } = (await response.json()) as { choices: { message: { content: string | null } }[] };
  return choices[0]?.message.content ?? '';
}

function expectVerdict(verdict: Verdict, expected: Expected, stream: boolean, text: string): void {
  const { failure, midStream } = expected;
  if (failure === undefined) {
    expect(verdict).toMatchObject({ end: 'finished', reason: expected.reason });
    if (verdict.end === 'finished') expect(verdict.text === text).toBe(true);
    return;
  }
  const begun = stream && midStream === true;
  expect(verdict).toMatchObject({ end: 'failed', ...failure, status: begun ? 200 : failure.status });
  if (verdict.end === 'failed') expect(verdict.text.length > 0).toBe(begun);
}

test('every fault of the mock has its place in the table', () => {
  expect(Object.keys(EXPECTED).sort()).toEqual(Object.keys(FAULTS).sort());
});

interface Outcome {
  readonly fault: string;
  readonly verdict: Verdict;
  readonly text: string;
  readonly calls: number | undefined;
}

/** These faults in both dialects, all at once. */
async function outcomes(faults: readonly string[], stream: boolean): Promise<Outcome[]> {
  const both = (Object.keys(DIALECTS) as DialectName[]).map((dialect) => outcomesIn(dialect, faults, stream));
  return (await Promise.all(both)).flat();
}

async function outcomesIn(
  dialect: DialectName,
  faults: readonly string[],
  stream: boolean,
): Promise<Outcome[]> {
  return Promise.all(
    faults.map(async (fault) => {
      const { reason } = EXPECTED[fault] as Expected;
      const text = reason === undefined ? '' : await wholeText(dialect, fault);
      const verdict = verdictOf(await labFor(fault).chat(`${dialect}/${fault}`, { stream }));
      return { fault, verdict, text, calls: mock.stats().callsByModel[upstreamName(dialect, fault)] };
    }),
  );
}

describe.each([true, false])('with streaming %s', (stream) => {
  test('each fault ends as it should, after as many calls as it should', async () => {
    mock.resetStats();
    const others = Object.keys(EXPECTED).filter((fault) => !SILENT.includes(fault));
    // By themselves: what the others keep the mock busy with must not count as its silence.
    const found = [...(await outcomes(others, stream)), ...(await outcomes(SILENT, stream))];
    for (const { fault, verdict, text, calls } of found) {
      const expected = EXPECTED[fault] as Expected;
      try {
        expectVerdict(verdict, expected, stream, text);
        expect(calls).toBeGreaterThanOrEqual(expected.calls);
        expect(calls).toBeLessThanOrEqual(expected.calls + (expected.again ?? 0));
      } catch (cause) {
        throw new Error(`${fault}: ${JSON.stringify(verdict).slice(0, 200)}, ${calls} calls`, { cause });
      }
    }
    await expectClean();
  });
});

test('a timeout names the model and the endpoint as /admin/endpoints does', async () => {
  const headers = { connection: 'close' };
  const health = await fetch(`${quick.server.url}/admin/endpoints`, { headers });
  const { models } = (await health.json()) as {
    models: { model: string; endpoints: { name: string }[] }[];
  };
  for (const fault of ['mock-hang', 'mock-stall'] as const)
    for (const dialect of ['openai', 'anthropic'] as const) {
      const asked = `${dialect}/${fault}`;
      const endpoint = models.find(({ model }) => model === asked)?.endpoints[0]?.name ?? 'none';
      const { error } = JSON.parse((await quick.chat(asked, { stream: false })).body);
      expect(error.message).toMatch(new RegExp(`^The model "${asked}" .*, endpoint ${endpoint}\\)`));
    }
});

test('reasoning and tool calls arrive whole', async () => {
  const asked = ['openai', 'anthropic'].flatMap((dialect) =>
    [true, false].map(async (stream) => {
      const [thought, called] = await Promise.all(
        ['mock-reasoning', 'mock-tools'].map((fault) => patient.chat(`${dialect}/${fault}`, { stream })),
      );
      return { thought: verdictOf(thought as Reply), called: verdictOf(called as Reply) };
    }),
  );
  for (const { thought, called } of await Promise.all(asked)) {
    expect(thought).toMatchObject({ reasoning: expect.stringMatching(/^(\S+ ){16}$/) });
    expect(called).toMatchObject({ toolArguments: '{"query":"나래 answers"}' });
  }
  await expectClean();
});
