import { expect, test } from 'vitest';
import { NaraeError } from '../../core/index.js';
import { errorLine } from './error-line.js';

const SECRET = '병가는 며칠인가요';

function lineOf(error: NaraeError): string {
  const { code, message } = error;
  return JSON.stringify(errorLine({ type: 'error', code, message, requestId: 'req_1' }));
}

test('an upstream failure is told with its remedy, without the words of the upstream', () => {
  const line = lineOf(new NaraeError('llm_failed', { values: { upstreamStatus: 500, reason: SECRET } }));
  expect(line).toContain('llm_failed: The model server failed');
  expect(line).toContain('its own log says more. (req_1)');
  expect(line).not.toContain(SECRET);
});

test("a client's mistake is told by its code only", () => {
  const line = lineOf(new NaraeError('invalid_request', { values: { reason: SECRET } }));
  expect(line).toContain('"message":"invalid_request (req_1)"');
  expect(line).not.toContain(SECRET);
});

test('what quotes nobody is told as it is', () => {
  const values = { host: '127.0.0.1:9', reason: 'connection refused' };
  expect(lineOf(new NaraeError('llm_unreachable', { values }))).toContain('(connection refused)');
});
