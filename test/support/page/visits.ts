import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { launchBrowser, type Visit, type VisitOptions, visit } from './browser.js';

/** A server that the page is opened from. */
export interface PageServer {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * One browser and one server for the tests of a file. Every visit is closed after its test, and a test whose page
 * had a script error, a refused resource or a request to elsewhere fails.
 */
export function openPages<Server extends PageServer>(start: () => Promise<Server>) {
  let browser: Browser;
  let server: Server;
  const visits: Visit[] = [];

  beforeAll(async () => {
    browser = await launchBrowser();
    server = await start();
  });

  afterEach(async () => {
    const faults = visits.flatMap((opened) => opened.faults);
    for (const opened of visits.splice(0)) await opened.close();
    expect(faults).toEqual([]);
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  const open = async (options?: VisitOptions) => {
    const opened = await visit(browser, server.url, options);
    visits.push(opened);
    return opened.page;
  };

  return {
    /** Opens the page and waits until a question can be asked. */
    open: async (options?: VisitOptions) => {
      const page = await open(options);
      await page.locator('#question').waitFor();
      return page;
    },
    /** Opens the page, whatever it then shows. */
    openAny: open,
    server: () => server,
  };
}
