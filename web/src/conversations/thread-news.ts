/** That a conversation is another than before, or gone; told to all tabs of this browser. */
export interface ThreadNews {
  readonly kind: 'changed' | 'deleted';
  readonly thread: string;
  /** The page that did it. */
  readonly from: string;
}

const CHANNEL = 'narae.threads';

/** Names this page among the tabs. */
export const THIS_PAGE = String(crypto.getRandomValues(new Uint32Array(1))[0]);

/** Tells every listener, in this tab too. Nothing is stored. */
export function announce(kind: ThreadNews['kind'], thread: string): void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.postMessage({ kind, thread, from: THIS_PAGE } satisfies ThreadNews);
  channel.close();
}

/** Returns what ends the listening. */
export function onThreadNews(listener: (news: ThreadNews) => void): () => void {
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = (event: MessageEvent<ThreadNews>) => listener(event.data);
  return () => channel.close();
}
