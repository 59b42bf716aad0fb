#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { readTerminalPreferences } from '../config/index.js';
import { runCommandLine } from './program.js';
import { processTerminal } from './terminal.js';

/** What a worker process runs; it lies beside this file, packed or not. */
const WORKER = fileURLToPath(new URL('./worker.js', import.meta.url));

const terminal = processTerminal(readTerminalPreferences());
const exitCode = await runCommandLine(process.argv.slice(2), {
  terminal,
  loadApp: () => import('../main.js'),
  loadWorkers: async () => {
    const { startWorkers } = await import('../workers/index.js');
    return { startWorkers: (config, hooks) => startWorkers(WORKER, config, hooks) };
  },
});
await terminal.flush();
process.exit(exitCode);
