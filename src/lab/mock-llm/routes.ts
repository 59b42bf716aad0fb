import type { IncomingMessage, ServerResponse } from 'node:http';
import { NaraeError, toNaraeError } from '../../core/index.js';
import { TimerWheel } from '../wheel.js';
import { readJson } from './body.js';
import { readChatCall } from './call.js';
import { anthropicDialect, type Dialect, openAiDialect } from './dialects/index.js';
import { embeddingsBody, readEmbeddingCall } from './embeddings.js';
import { modelsBody } from './models-list.js';
import type { CheckedOptions } from './options.js';
import { Playback } from './playback.js';
import { type Fixed, JSON_TYPE, Replies, type Reply, refusal } from './reply.js';
import { StatsKeeper } from './stats.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

interface Decision {
  readonly model: string;
  readonly reply: Reply;
}

/** What the mock answers on which path. */
export class MockRoutes {
  readonly stats = new StatsKeeper();
  readonly wheel = new TimerWheel();
  readonly #replies: Replies;
  readonly #dimensions: number;
  readonly #handlers: Readonly<Record<string, Handler>> = {
    'POST /v1/chat/completions': this.#chatHandler(openAiDialect),
    'POST /v1/messages': this.#chatHandler(anthropicDialect),
    'POST /v1/embeddings': (request, response) => this.#embeddings(request, response),
    'GET /v1/models': (_, response) => sendJson(response, modelsBody()),
    'GET /mock/stats': (_, response) => this.#sendStats(response),
    'DELETE /mock/stats': (_, response) => {
      this.stats.reset();
      this.#sendStats(response);
    },
    'POST /mock/leaving': (_, response) => {
      this.stats.markLeaving();
      this.#sendStats(response);
    },
  };

  constructor(options: CheckedOptions) {
    this.#replies = new Replies(options);
    this.#dimensions = options.embeddingDimensions;
  }

  readonly handle: Handler = (request, response) => {
    const { method = '', url = '' } = request;
    const path = url.split('?', 1)[0] as string;
    const handler = this.#handlers[`${method} ${path}`];
    if (handler) handler(request, response);
    else refuse(response, openAiDialect, new NaraeError('route_not_found', { values: { method, path } }));
  };

  #chatHandler(dialect: Dialect): Handler {
    return (request, response) =>
      this.#answer(request, response, dialect, (body) => {
        const call = readChatCall(body);
        const reply = this.#replies.chat(call, dialect, this.stats.called(call.model));
        return { model: call.model, reply };
      });
  }

  #embeddings(request: IncomingMessage, response: ServerResponse): void {
    this.#answer(request, response, openAiDialect, (body) => {
      const call = readEmbeddingCall(body, this.#dimensions);
      const callNumber = this.stats.called(call.model);
      const reply = this.#replies.whole(call.model, openAiDialect, callNumber, () => embeddingsBody(call));
      return { model: call.model, reply };
    });
  }

  #answer(
    request: IncomingMessage,
    response: ServerResponse,
    dialect: Dialect,
    decide: (body: unknown) => Decision,
  ): void {
    readJson(request, (result) => {
      try {
        if ('error' in result) throw result.error;
        const decision = decide(result.body);
        whenOnSocket(response, () => this.#send(response, decision));
      } catch (thrown) {
        refuse(response, dialect, toNaraeError(thrown));
      }
    });
  }

  #send(response: ServerResponse, { model, reply }: Decision): void {
    if (reply.kind === 'reset') response.destroy();
    if (reply.kind === 'fixed') sendFixed(response, reply);
    const playback = reply.kind === 'played' ? Playback.start(response, reply, this.wheel) : undefined;
    const ended = (): boolean => response.writableEnded || reply.kind === 'reset' || playback?.isCut === true;
    this.#watch(response, model, playback, ended);
  }

  /** Counts the answer as open until its connection is done with it, or gone. */
  #watch(
    response: ServerResponse,
    model: string,
    playback: Playback | undefined,
    isComplete: () => boolean,
  ): void {
    const call = this.stats.opened(model);
    const close = (): void => {
      playback?.stop();
      this.stats.closed(call, { isComplete: isComplete(), framesSent: playback?.framesSent ?? 0 });
    };
    if (response.destroyed) close();
    else response.once('close', close);
  }

  #sendStats(response: ServerResponse): void {
    sendJson(response, JSON.stringify(this.stats.read()));
  }
}

/** The response to a pipelined request has no socket until the one before it is over. */
function whenOnSocket(response: ServerResponse, send: () => void): void {
  if (response.socket === null && !response.destroyed) response.once('socket', send);
  else send();
}

function refuse(response: ServerResponse, dialect: Dialect, { status, message }: NaraeError): void {
  const type = status === 404 ? 'not_found_error' : 'invalid_request_error';
  sendFixed(response, refusal({ status, type, message }, dialect));
}

function sendFixed(response: ServerResponse, { status, headers, body }: Fixed): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function sendJson(response: ServerResponse, body: string): void {
  sendFixed(response, { kind: 'fixed', status: 200, headers: { 'content-type': JSON_TYPE }, body });
}
