import type { Config } from '../config/index.js';
import type { IngestReport } from '../ingest/spec.js';
import type { Collection } from '../retrieval/spec.js';
import type { Overview } from './app.js';
import { collectionLines, engineLines, reportLines, row } from './summary.js';

/** What `serve` prints once it is ready: what it did, what answers, where the page is, one line to try. */
export function serveLines(overview: Overview, config: Config, report: IngestReport | undefined): string[] {
  const { url, served, collection, examples, embedder, llm } = overview;
  const { workers } = config.server;
  return [
    '',
    `Narae answers from ${sourceText(served, config)}`,
    '',
    ...(collection ? indexLines(collection, report) : []),
    ...engineLines(embedder, llm),
    row('data', config.data.dir),
    ...(workers > 1 ? [row('workers', `${workers} processes, pid ${process.pid} above them`)] : []),
    '',
    row('page', url),
    row(
      'try',
      curlLine(
        url,
        served.isOwnDocs ? OWN_SAMPLE : sampleQuestion(examples, collection),
        config.server.apiKeys.length > 0,
      ),
    ),
    '',
  ];
}

function indexLines(collection: Collection, report: IngestReport | undefined): string[] {
  return report ? reportLines(report, collection) : collectionLines(collection);
}

function sourceText({ folder, isOwnDocs }: Overview['served'], config: Config): string {
  if (isOwnDocs)
    return 'its own guides, since no folder was given (yours: npm start -- ./folder, or narae serve ./folder)';
  return folder ?? `what was indexed earlier in ${config.data.dir}`;
}

const OWN_SAMPLE = 'How do I connect Ollama?';

/** A question that a first-time reader can send as it is: in single quotes, and with an answer where titles give one. */
function sampleQuestion(examples: readonly string[], collection: Collection | undefined): string {
  const answerable = examples.find((question) => !question.includes("'"));
  if (answerable !== undefined) return answerable;
  const { ko = 0, en = 0 } = collection?.languages ?? {};
  return ko > en ? '이 문서들은 무엇을 다루나요?' : 'What are these documents about?';
}

function curlLine(url: string, question: string, needsKey: boolean): string {
  const auth = needsKey ? ` -H "authorization: Bearer $NARAE_KEY"` : '';
  const body = JSON.stringify({ messages: [{ role: 'user', content: question }] });
  return `curl -s ${url}/v1/chat/completions -H 'content-type: application/json'${auth} -d '${body}'`;
}
