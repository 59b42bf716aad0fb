import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FakeUpstream, startFakeUpstream } from '../../../test/support/fake-upstream.js';
import { NaraeError } from '../../core/index.js';
import { judge } from '../routing/judgement.js';
import { Endpoint } from './endpoint.js';
import { errorInStream, refuseFailure, transportError } from './failures.js';

const SITUATION = {
  host: 'models.example',
  calledAs: { model: 'm' },
  connectTimeoutMs: 5_000,
  replied: false,
};

it.each(['EMFILE', 'ENFILE'])('%s is our own lack, not a fault of the model server', (code) => {
  const inner = Object.assign(new Error('socket'), { code });
  for (const thrown of [inner, new AggregateError([inner]), new Error('connect', { cause: inner })]) {
    const error = transportError(thrown, SITUATION);
    expect(error).toMatchObject({ code: 'overloaded', status: 503, retryAfterSeconds: 1 });
    expect(judge(error)).toMatchObject({ blamesEndpoint: false, isOverload: false });
  }
});

interface Reply {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

const QUOTA = JSON.stringify({ error: { message: 'check your plan', code: 'insufficient_quota' } });
const CREDIT = JSON.stringify({
  error: { type: 'invalid_request_error', message: 'credit balance is too low' },
});

describe('a reply', () => {
  let upstream: FakeUpstream;
  let endpoint: Endpoint;
  beforeAll(async () => {
    upstream = await startFakeUpstream({
      any: (response, { body }) => {
        const { status, headers, body: text } = body.reply as Reply;
        response.writeHead(status, headers).end(text ?? '{}');
      },
    });
    const settings = { connectTimeoutMs: 1_000, maxConnections: 4, keepAliveMs: 1_000 };
    const headers = { Authorization: 'Basic abc', 'X-Org': 'o' };
    endpoint = new Endpoint({ baseUrl: upstream.baseUrl, headers, ...settings });
  });
  afterAll(async () => {
    await endpoint.close();
    await upstream.close();
  });

  async function failureOf(reply: Reply): Promise<NaraeError | undefined> {
    const got = endpoint.post('/chat/completions', JSON.stringify({ model: 'any', reply }));
    await got.head();
    try {
      await refuseFailure(got, { host: 'models.example' });
      got.abort();
    } catch (error) {
      expect(error).toBeInstanceOf(NaraeError);
      return error as NaraeError;
    }
    return undefined;
  }

  it.each<[string, Reply, object, string]>([
    ['429 without credit', { status: 429, body: QUOTA }, { code: 'llm_rejected', status: 502 }, 'elsewhere'],
    ['400 without credit', { status: 400, body: CREDIT }, { code: 'llm_rejected', status: 502 }, 'elsewhere'],
    ['429', { status: 429, headers: { 'retry-after': '3' } }, { retryAfterSeconds: 3 }, 'again'],
    [
      '429 for ever',
      { status: 429, headers: { 'retry-after': '9'.repeat(12) } },
      { retryAfterSeconds: 3600 },
      'again',
    ],
    [
      '429 until a date',
      { status: 429, headers: { 'retry-after': 'Wed, 21 Oct 2015 07:28:00 GMT' } },
      { retryAfterSeconds: 1 },
      'again',
    ],
    [
      '502 with a time',
      { status: 502, headers: { 'retry-after': '4' } },
      { code: 'llm_failed', retryAfterSeconds: 4 },
      'again',
    ],
    ['408', { status: 408 }, { code: 'llm_failed', status: 502 }, 'again'],
    ['409', { status: 409 }, { code: 'llm_failed', status: 502 }, 'again'],
    ['402', { status: 402 }, { code: 'llm_rejected', status: 502 }, 'elsewhere'],
    ['404', { status: 404 }, { code: 'llm_rejected', status: 404 }, 'elsewhere'],
    ['400', { status: 400 }, { code: 'llm_rejected', status: 400 }, 'nowhere'],
    [
      'a compressed one',
      { status: 200, headers: { 'content-encoding': 'gzip' } },
      { code: 'llm_malformed' },
      'again',
    ],
    [
      'a compressed failure',
      { status: 400, headers: { 'content-encoding': 'gzip' }, body: '\u001f\u008b' },
      { code: 'llm_rejected', status: 400 },
      'nowhere',
    ],
  ])('of %s means what it says', async (_, reply, error, next) => {
    const failure = await failureOf(reply);
    expect(failure).toMatchObject(error);
    expect(judge(failure).next).toBe(next);
  });

  it('that redirects says where to, without what may be secret', async () => {
    const headers = { location: 'https://models.example/v2?key=secret' };
    const failure = await failureOf({ status: 308, headers });
    expect(failure?.message).toContain('(status 308): it redirects to https://models.example/v2; check');
    expect(judge(failure).next).toBe('elsewhere');
  });

  it.each([{}, { 'content-encoding': 'identity' }])('that is well is not refused: %o', async (headers) => {
    expect(await failureOf({ status: 200, headers })).toBeUndefined();
  });

  it('is asked for under one name for each header, uncompressed', async () => {
    await failureOf({ status: 200 });
    expect(upstream.seen.at(-1)?.headers).toMatchObject({
      authorization: 'Basic abc',
      'x-org': 'o',
      'user-agent': 'narae',
      'accept-encoding': 'identity',
      accept: 'text/event-stream, application/json',
    });
  });
});

it('an error in a stream that is about money sends the request elsewhere', () => {
  const error = errorInStream(JSON.parse(QUOTA).error, { host: 'models.example' });
  expect(error).toMatchObject({ code: 'llm_rejected', status: 502 });
  expect(judge(error).next).toBe('elsewhere');
});
