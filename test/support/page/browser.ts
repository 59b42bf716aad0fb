import { existsSync } from 'node:fs';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const CANDIDATES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Longest wait for anything on the page. */
const TIMEOUT_MS = 60_000;

/** The system's Chromium with an empty profile; `CHROMIUM_PATH` names another one. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = process.env.CHROMIUM_PATH ?? CANDIDATES.find(existsSync);
  if (!executablePath) throw new Error('No Chromium was found. Install it, or set CHROMIUM_PATH.');
  const quiet = ['background-networking', 'component-update', 'sync'].map((part) => `--disable-${part}`);
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', ...quiet],
  });
}

/** What Chromium itself logs about a response with an error status or a lost connection, which tests cause. */
const EXPECTED = /status of \d{3}|net::ERR_/;

export interface Visit {
  readonly page: Page;
  /** What the page must not do: script errors, refused resources, requests to elsewhere. */
  readonly faults: readonly string[];
  close(): Promise<void>;
}

export interface VisitOptions extends BrowserContextOptions {
  /** Path and query. */
  readonly path?: string;
}

/** Opens the page in a context of its own: no cookies, no storage, no other visit's settings. */
export async function visit(browser: Browser, url: string, options: VisitOptions = {}): Promise<Visit> {
  const { path = '/', ...context } = options;
  const opened = await browser.newContext({ locale: 'en-US', colorScheme: 'light', ...context });
  const page = await opened.newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !EXPECTED.test(message.text())) faults.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(url)) faults.push(`request to ${request.url()}`);
  });
  await page.goto(url + path);
  return { page, faults, close: () => opened.close() };
}
