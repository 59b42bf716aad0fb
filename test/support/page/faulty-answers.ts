import type { ServerResponse } from 'node:http';
import { STUB_DOCUMENTS, sourceOf } from './stub-documents.js';

const FAULTS: Readonly<Record<string, (response: ServerResponse) => void>> = {
  /** Text, then the error that the real server sends when its model server goes away. */
  broken: (response) => {
    begin(response);
    const message = 'The model server ended its answer before it was complete (socket closed). Ask again.';
    const error = { message, type: 'server_error', param: null, code: 'llm_stream_broken' };
    response.end(`${delta('The first half ')}data: ${JSON.stringify({ error })}\n\n`);
  },
  /** Text, then nothing: a proxy cut the connection cleanly. */
  cut: (response) => {
    begin(response);
    response.end(delta('The first half '));
  },
  /** Text, then a connection torn down. */
  torn: (response) => {
    begin(response);
    response.write(delta('The first half '), () => setTimeout(() => response.destroy(), 50));
  },
  /** Goes on until the client leaves. */
  endless: (response) => {
    begin(response);
    const timer = setInterval(() => response.write(delta('on and ')), 20);
    response.on('close', () => clearInterval(timer));
  },
  /** Another program answers in the server's place. */
  garbled: (response) => {
    response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
  },
  /** Everything that could run if Markdown were taken for HTML. */
  hostile: (response) => {
    begin(response);
    const text =
      '<img src=x onerror="window.hacked=1"> <script>window.hacked=1</script> ' +
      '[click](javascript:window.hacked=1) [1] and [7]';
    response.end(delta(text) + FINISH);
  },
};

/** Goes wrong in the way that the question names; the question `fine` and all others are answered well. */
export function answerFaultily(body: string, response: ServerResponse): void {
  const { messages } = JSON.parse(body) as { messages: { content: string }[] };
  const fault = FAULTS[messages.at(-1)?.content ?? ''];
  (fault ?? answerWell)(response);
}

function answerWell(response: ServerResponse): void {
  begin(response);
  response.end(`${delta('Well answered')}${delta(' [1].')}${FINISH}`);
}

const FINISH = `data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n`;

/** The first chunk, with the sources. */
function begin(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const sources = STUB_DOCUMENTS.slice(0, 1).map(sourceOf);
  const narae = { sources, provider: 'openai', model: 'faulty-model', collection: 'default' };
  const choices = [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }];
  response.write(`data: ${JSON.stringify({ choices, narae })}\n\n`);
}

function delta(content: string): string {
  return `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content }, finish_reason: null }] })}\n\n`;
}
