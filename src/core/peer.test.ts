import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { Peer } from './peer.js';

type Nothing = { readonly news: Record<never, never>; readonly calls: Record<never, never> };
type Echo = {
  readonly news: Record<never, never>;
  readonly calls: { echo: { input: unknown; output: unknown } };
};

test('forgets a call whose input cannot be copied', async () => {
  const channel = {
    send: (message: unknown) => void structuredClone(message),
    onMessage: () => {},
    onClose: () => {},
  };
  const peer = new Peer<Nothing, Echo>('other', channel, { news: {}, calls: {} });
  const { signal } = new AbortController();
  await expect(peer.call('echo', () => '함수', signal)).rejects.toThrow('could not be cloned');
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
