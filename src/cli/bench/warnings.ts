import type { LoadReport } from '../../lab/index.js';
import { count, plural } from '../numbers.js';

/** What the reader should know before trusting the figures, and what to do about failures. */
export function warnings(report: LoadReport): string[] {
  return [...trustWarnings(report), ...remedies(report)];
}

function trustWarnings({ requests, generator, server, isInterrupted }: LoadReport): string[] {
  return [
    ...(generator.isBusy
      ? ['The load generator was at its own limit: the times hold its delays too. Run it on another machine.']
      : []),
    ...(server?.hasEnded ? [`Process ${server.pid} ended during the run: its figures stop there.`] : []),
    ...(requests.dropped > 0
      ? [`${plural(requests.dropped, 'request')} never started: the server fell too far behind.`]
      : []),
    ...(isInterrupted
      ? [
          `Interrupted with ${count(requests.unfinished)} of ${plural(requests.started, 'request')} under way.`,
        ]
      : []),
  ];
}

type Failure = LoadReport['failures'][number];

/** Failures whose cause lies in how the run was asked for, or in the machine that it runs on. */
const REMEDIES: readonly { readonly fits: (failure: Failure) => boolean; readonly remedy: string }[] = [
  {
    fits: ({ status }) => status === 401 || status === 403,
    remedy: 'The server wants an API key that it knows: give a file that holds one with --api-key-file.',
  },
  {
    fits: ({ status }) => status === 404,
    remedy: 'The server knows no such path or model: check <url> and --model.',
  },
  {
    fits: ({ error, message }) => error === 'connect' && /EMFILE/.test(message),
    remedy: 'This process may open too few files for so many streams: ulimit -n 65536, or fewer of them.',
  },
  {
    fits: ({ error, message }) => error === 'connect' && /SSL/.test(message),
    remedy: 'Nothing there speaks TLS as expected: check whether <url> is http or https.',
  },
  {
    fits: ({ error, message }) => error === 'connect' && /ENOTFOUND|EAI_AGAIN/.test(message),
    remedy: 'The name of the host is not known: check <url>.',
  },
  {
    fits: ({ error, message }) => error === 'connect' && /ECONNREFUSED|TIMEOUT|UNREACH/.test(message),
    remedy: 'Connections were not accepted: check <url>, and whether the server runs.',
  },
  {
    fits: ({ error, message }) => error === 'malformed' && message.startsWith('not an event stream'),
    remedy: 'What came was no stream of OpenAI events: check the path of <url>, and that the model streams.',
  },
];

function remedies({ failures }: LoadReport): string[] {
  return REMEDIES.filter(({ fits }) => failures.some(fits)).map(({ remedy }) => remedy);
}
