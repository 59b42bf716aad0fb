import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNaraeServer, temporaryFolder } from '../support/narae.js';
import type { VisitOptions } from '../support/page/browser.js';
import { ask } from '../support/page/narae-page.js';
import { openPages } from '../support/page/visits.js';

const DOCS_IMAGES = fileURLToPath(new URL('../../docs/images', import.meta.url));

/**
 * The README's pictures, taken from a server over the project's own guides. They replace those in `docs/images` with
 * UPDATE_SCREENSHOTS=1; else they go to a temporary folder, so that a test run leaves the checkout as it was.
 */
describe('the README’s pictures', () => {
  let folder = DOCS_IMAGES;
  beforeAll(async () => {
    if (process.env.UPDATE_SCREENSHOTS !== '1') folder = await temporaryFolder();
  });
  afterAll(async () => {
    if (folder !== DOCS_IMAGES) await rm(folder, { recursive: true, force: true });
  });

  const { open } = openPages(async () => {
    const server = await startNaraeServer();
    return { url: server.url, close: async () => void (await server.stop()) };
  });

  const DESKTOP = {
    viewport: { width: 1280, height: 800 },
    deviceScaleFactor: 2,
    reducedMotion: 'reduce',
  } as const;
  const PHONE = { ...DESKTOP, viewport: { width: 390, height: 800 }, isMobile: true, hasTouch: true };

  const openAndAsk = async (question: string, options: VisitOptions): Promise<Page> => {
    const page = await open(options);
    await ask(page, question);
    return page;
  };
  const save = async (page: Page, name: string): Promise<void> => {
    const image = await page.screenshot({ path: join(folder, `${name}.png`) });
    // A blank page compresses to almost nothing.
    expect(image.length).toBeGreaterThan(20_000);
  };

  it('shows an answer and its sources', async () => {
    const page = await openAndAsk('How do I connect a language model?', DESKTOP);
    await page.locator('.source-card').first().waitFor();
    await save(page, 'page-answer');
    await page.locator('.answer .citation').first().click();
    await page.locator('.line.cited').first().waitFor();
    await save(page, 'page-source');
  });

  it('shows the phone', async () => {
    const page = await openAndAsk('Which kinds of files can be read?', PHONE);
    await save(page, 'page-phone');
  });

  it('shows Korean in the dark', async () => {
    const page = await openAndAsk('언어 모델은 어떻게 연결하나요?', {
      ...DESKTOP,
      locale: 'ko-KR',
      colorScheme: 'dark',
    });
    await page.locator('.source-card').first().waitFor();
    await save(page, 'page-dark-ko');
  });

  it('shows a conversation with versions, and the list', async () => {
    const page = await openAndAsk('How do I connect a language model?', DESKTOP);
    await page.getByRole('button', { name: 'New chat' }).click();
    await ask(page, 'Which kinds of files can be read?');
    await page.getByRole('button', { name: 'Conversations', exact: true }).click();
    await page.locator('.conversation-link').first().waitFor();
    await page.getByRole('button', { name: 'Edit question' }).click();
    await page.getByRole('textbox', { name: 'Edit question' }).fill('Can it read PDF and CP949 files?');
    await page.keyboard.press('Enter');
    await page.locator('.versions').waitFor();
    await page.locator('.turn[data-status="done"]').waitFor();
    await save(page, 'page-conversations');
  });

  it('shows the beginning', async () => {
    await save(await open(DESKTOP), 'page-start');
  });
});
