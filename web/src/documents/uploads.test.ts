import { describe, expect, it } from 'vitest';
import { initialState, reduceUploads, sendingState, stateFromReport, type Upload } from './uploads.js';

const upload = (id: string): Upload => ({
  id,
  file: new File(['x'], `${id}.md`),
  source: `${id}.md`,
  collection: 'default',
  state: { status: 'waiting' },
});

describe('uploads', () => {
  it('go from waiting to done, and late progress changes nothing', () => {
    let uploads = reduceUploads([], { type: 'added', uploads: [upload('a'), upload('b')] });
    uploads = reduceUploads(uploads, { type: 'changed', id: 'a', state: sendingState(0.4) });
    expect(uploads[0]?.state).toEqual({ status: 'sending', share: 0.4 });
    uploads = reduceUploads(uploads, { type: 'changed', id: 'a', state: { status: 'cancelled' } });
    uploads = reduceUploads(uploads, { type: 'changed', id: 'a', state: sendingState(1) });
    expect(uploads.map(({ state }) => state.status)).toEqual(['cancelled', 'waiting']);
    expect(reduceUploads(uploads, { type: 'cleared' }).map(({ id }) => id)).toEqual(['b']);
  });

  it('are indexing once every byte has left', () => {
    expect(sendingState(1)).toEqual({ status: 'indexing' });
  });

  it('are refused over the limit before anything is sent', () => {
    expect(initialState(11, 10)).toEqual({ status: 'too-large', limitBytes: 10 });
    expect(initialState(10, 10)).toEqual({ status: 'waiting' });
    expect(initialState(10, 0)).toEqual({ status: 'waiting' });
  });

  it('end as the server reports', () => {
    const empty = { documents: [], failed: [], skipped: [] };
    const document = { id: 'd', source: 'a.md', chunks: 3 };
    expect(stateFromReport({ ...empty, documents: [document] })).toEqual({ status: 'done', chunks: 3 });
    expect(stateFromReport({ ...empty, skipped: [{ source: 'a', reason: 'binary' }] })).toEqual({
      status: 'skipped',
      reason: 'binary',
    });
    const error = { message: '"a.pdf" is damaged.', code: 'file_malformed' };
    expect(stateFromReport({ ...empty, failed: [{ source: 'a', error }] })).toMatchObject({
      status: 'failed',
      failure: { code: 'file_malformed', message: error.message },
    });
  });
});
