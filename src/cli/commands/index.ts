import type { CommandDefinition } from '../command.js';
import { askCommand } from './ask.js';
import { benchCommand } from './bench.js';
import { cacheCommand } from './cache.js';
import { configCommand } from './config.js';
import { doctorCommand } from './doctor.js';
import { ingestCommand } from './ingest.js';
import { mockLlmCommand } from './mock-llm.js';
import { searchCommand } from './search.js';
import { serveCommand } from './serve.js';

/** Every command, in the order of `narae --help`. */
export const COMMANDS: readonly CommandDefinition[] = [
  serveCommand,
  ingestCommand,
  askCommand,
  searchCommand,
  cacheCommand,
  doctorCommand,
  configCommand,
  mockLlmCommand,
  benchCommand,
];
