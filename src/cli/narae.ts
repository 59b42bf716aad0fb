#!/usr/bin/env node
import { readTerminalPreferences } from '../config/index.js';
import { runCommandLine } from './program.js';
import { processTerminal } from './terminal.js';

const terminal = processTerminal(readTerminalPreferences());
const exitCode = await runCommandLine(process.argv.slice(2), {
  terminal,
  loadApp: () => import('../main.js'),
  loadWorkers: () => import('../workers/index.js'),
});
await terminal.flush();
process.exit(exitCode);
