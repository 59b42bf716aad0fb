/** Two small documents, one in each language, as the page would find them on a server. */
export interface StubDocument {
  readonly id: string;
  readonly source: string;
  readonly title: string;
  readonly language: 'ko' | 'en';
  readonly origin: 'folder' | 'upload';
  readonly text: string;
}

export const STUB_DOCUMENTS: readonly StubDocument[] = [
  {
    id: 'leave',
    source: 'handbook/leave.md',
    title: 'Leave policy',
    language: 'en',
    origin: 'folder',
    text: '# Leave policy\n\n## Annual leave\n\nEvery employee has 24 days of annual leave a year.\n',
  },
  {
    id: 'refund',
    source: 'guide/refund.md',
    title: '환불 안내',
    language: 'ko',
    origin: 'folder',
    text: '# 환불 안내\n\n## 기간\n\n환불은 결제한 날부터 14일 안에 신청할 수 있습니다.\n',
  },
];

/** A document with everything that a document's description holds. */
export function describe({ id, source, title, language, origin, text }: StubDocument) {
  return {
    ...{ id, source, title, language, origin, media_type: 'text/markdown', metadata: {} },
    ...{ bytes: Buffer.byteLength(text), chunks: 1, updated_at: '2026-01-01T00:00:00Z' },
  };
}

/** The last paragraph as the one passage of the document. */
export function sourceOf({ id, source, title, text }: StubDocument) {
  const start = text.trimEnd().lastIndexOf('\n') + 1;
  const passage = text.slice(start).trimEnd();
  return {
    ...{ n: 1, id: `${id}-0`, document_id: id, source, title, headings: [title], score: 1, text: passage },
    position: { start, end: start + passage.length },
  };
}
