import { count } from '../numbers.js';
import { fewFilesWarning, openFileLimit, streamsWithin } from '../open-files.js';
import { type Check, ok, warning } from './check.js';

/** Whether the system lets a server hold as many connections as it may be asked to. */
export const checkOpenFiles: Check = async ({ config }) => {
  const limit = await openFileLimit();
  if (limit === undefined) return [];
  const problem = fewFilesWarning(limit, config.server.maxConnections);
  if (problem !== undefined) return [warning('open files', problem)];
  return [
    ok('open files', `${count(limit)} a process, room for about ${count(streamsWithin(limit))} streams`),
  ];
};
