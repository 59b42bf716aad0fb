import type { Config } from '../config/index.js';
import type { IngestReport } from '../ingest/spec.js';
import type { Collection } from '../retrieval/spec.js';
import type { RunningNarae } from './app.js';
import { collectionLines, engineLines, reportLines, row } from './summary.js';

/** What `serve` prints once it is ready: what it did, what answers, where the page is, one line to try. */
export async function serveLines(
  { url, parts }: RunningNarae,
  config: Config,
  report: IngestReport | undefined,
): Promise<string[]> {
  const { served, store, tenant } = parts;
  const collection = await store.getCollection(tenant, served.collection);
  return [
    '',
    `Narae answers from ${sourceText(served, config)}`,
    '',
    ...(report ? reportLines(report, collection) : collectionLines(collection)),
    ...engineLines(parts.embedder, parts.llm),
    row('data', config.data.dir),
    '',
    row('page', url),
    row('try', curlLine(url, sampleQuestion(served.isOwnDocs, collection), config.server.apiKeys.length > 0)),
    '',
  ];
}

function sourceText({ folder, isOwnDocs }: RunningNarae['parts']['served'], config: Config): string {
  if (isOwnDocs)
    return 'its own guides, since no folder was given (yours: npm start -- ./folder, or narae serve ./folder)';
  return folder ?? `what was indexed earlier in ${config.data.dir}`;
}

/** A question that a first-time reader can send as it is. */
function sampleQuestion(isOwnDocs: boolean, { languages }: Collection): string {
  if (isOwnDocs) return 'How do I connect Ollama?';
  return (languages.ko ?? 0) > (languages.en ?? 0)
    ? '이 문서들은 무엇을 다루나요?'
    : 'What are these documents about?';
}

function curlLine(url: string, question: string, needsKey: boolean): string {
  const auth = needsKey ? ` -H "authorization: Bearer $NARAE_KEY"` : '';
  const body = JSON.stringify({ messages: [{ role: 'user', content: question }] });
  return `curl -s ${url}/v1/chat/completions -H 'content-type: application/json'${auth} -d '${body}'`;
}
