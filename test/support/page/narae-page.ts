import { cpSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { type ServerOptions, startNaraeServer } from '../narae.js';
import { TempFolder } from '../temp-folder.js';
import type { PageServer } from './visits.js';

const FIXTURES = fileURLToPath(new URL('../../fixtures', import.meta.url));

/** Test documents in Korean and English, half and half. */
const DOCUMENTS = ['guide-ko', 'handbook'];

/** The real server over the test documents. */
export async function startServer(options: ServerOptions = {}): Promise<PageServer> {
  const folder = new TempFolder();
  for (const name of DOCUMENTS) cpSync(`${FIXTURES}/${name}`, folder.at(name), { recursive: true });
  const server = await startNaraeServer({ folder: folder.path, ...options });
  return {
    url: server.url,
    close: async () => {
      await server.stop();
      folder.remove();
    },
  };
}

/** Asks as a reader does, and waits for the end of the answer. */
export async function ask(page: Page, question: string): Promise<void> {
  const turns = await page.locator('.turn').count();
  await page.locator('#question').fill(question);
  await page.keyboard.press('Enter');
  await page.locator('.turn').nth(turns).and(page.locator('[data-status="done"]')).waitFor();
}

export interface FileToDrop {
  readonly name: string;
  readonly text: string;
  /** How often the text stands in the file. Default 1. */
  readonly times?: number;
}

/** Drops files on the page, as a drag from a file manager ends. */
export async function dropFiles(page: Page, files: readonly FileToDrop[]): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    `((files) => {
      const transfer = new DataTransfer();
      for (const { name, text, times = 1 } of files) transfer.items.add(new File([text.repeat(times)], name));
      return transfer;
    })(${JSON.stringify(files)})`,
  );
  await page.dispatchEvent('main', 'dragover', { dataTransfer });
  await page.locator('.drop-zone').waitFor();
  await page.dispatchEvent('main', 'drop', { dataTransfer });
}

/** Whether an element stands in the visible part of the page. */
export function isInView(page: Page, selector: string): Promise<boolean> {
  return page.evaluate(`(() => {
    const box = document.querySelector(${JSON.stringify(selector)}).getBoundingClientRect();
    return box.top >= 0 && box.top < innerHeight && box.height > 0;
  })()`);
}
