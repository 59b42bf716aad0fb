import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { ask, dropFiles, startServer } from '../support/page/narae-page.js';
import { openPages } from '../support/page/visits.js';

const { open } = openPages(startServer);

/** Remembers what an upload's row says, however shortly it says it. */
async function watchUploads(page: Page): Promise<() => Promise<string[]>> {
  await page.evaluate(`
    window.seen = [];
    new MutationObserver(() => {
      const text = document.querySelector('.upload-state')?.textContent;
      if (text !== undefined && window.seen.at(-1) !== text) window.seen.push(text);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  `);
  return () => page.evaluate('window.seen');
}

it('shows how much of a file has left, then that it is being indexed, then that it is ready', async () => {
  const page = await open();
  const network = await page.context().newCDPSession(page);
  const slow = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 200_000 };
  await network.send('Network.emulateNetworkConditions', slow);
  const seen = await watchUploads(page);
  const sections = Array.from(
    { length: 2_000 },
    (_, n) => `## Rule ${n}\n\nRule ${n} is kept in room ${n * 7}.\n\n`,
  );
  await dropFiles(page, [{ name: 'rules.md', text: sections.join('') }]);
  await page.locator('.upload[data-status="done"]').waitFor();
  const texts = await seen();
  expect(texts.filter((text) => /^uploading \d+%$/.test(text))).not.toEqual([]);
  expect(texts.slice(-2)).toEqual(['indexing', expect.stringMatching(/^ready · \d[\d,]* passages$/)]);
  await page.getByRole('button', { name: 'Documents' }).click();
  await page.getByRole('button', { name: /^Delete/ }).click();
  await page.getByRole('button', { name: 'Delete', exact: true }).click();
  await page.locator('.document-row', { hasText: 'rules.md' }).waitFor({ state: 'detached' });
});

it('takes a dropped file, answers from it, lists it and deletes it', async () => {
  const page = await open({ locale: 'ko-KR' });
  await dropFiles(page, [{ name: '구내식당.md', text: '# 구내식당\n\n점심은 11시 40분부터 제공합니다.\n' }]);
  await page.locator('.upload[data-status="done"]').waitFor();
  await expect.poll(() => page.locator('.upload').textContent()).toMatch(/구내식당\.md.*완료 · 대목 1개/);

  await ask(page, '점심은 몇 시부터 먹을 수 있나요?');
  await expect.poll(() => page.locator('.answer').textContent()).toContain('11시 40분');

  await page.getByRole('button', { name: '문서', exact: true }).click();
  await page.getByRole('button', { name: '“구내식당” 삭제' }).click();
  await page.getByRole('button', { name: '삭제', exact: true }).click();
  await page.locator('.document-row', { hasText: '구내식당' }).waitFor({ state: 'detached' });
  await expect.poll(() => page.locator('.document-row').count()).toBe(4);
});

it('lists documents, deletes only uploads, and opens one from its beginning', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Documents' }).click();
  await page.locator('.document-row').first().waitFor();
  await expect.poll(() => page.getByRole('button', { name: 'Delete “Leave policy”' }).count()).toBe(0);
  await page.getByRole('button', { name: 'Open “Leave policy”' }).click();
  await page.locator('.line.heading-1', { hasText: 'Leave policy' }).waitFor();
  await page.getByRole('button', { name: 'Back' }).click();
  await page.locator('.document-row').first().waitFor();
});

it('says by name which file was not taken and why', async () => {
  const page = await open();
  await dropFiles(page, [
    { name: 'broken.pdf', text: 'not a PDF at all' },
    { name: 'notes.md', text: '# Notes\n\nThe canteen opens at noon.\n' },
  ]);
  const broken = page.locator('.upload', { hasText: 'broken.pdf' });
  await broken.and(page.locator('[data-status="failed"], [data-status="skipped"]')).waitFor();
  expect((await broken.textContent())?.length).toBeGreaterThan('broken.pdf'.length + 10);
  await page.locator('.upload[data-status="done"]', { hasText: 'notes.md' }).waitFor();
});

it('refuses a file over the limit before sending it', async () => {
  const page = await open();
  const requests: string[] = [];
  page.on('request', (request) => requests.push(request.method()));
  const limitBytes = 50 * 1024 * 1024;
  await dropFiles(page, [{ name: 'big.txt', text: 'x', times: limitBytes + 1 }]);
  await page.locator('.upload[data-status="too-large"]').waitFor();
  await expect
    .poll(() => page.locator('.upload').textContent())
    .toMatch(/52\.4 MB is over the limit of 52\.4 MB/);
  expect(requests).not.toContain('POST');
});

it('makes a collection, switches to it, fills it and asks only there', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Collection: default' }).click();
  await page.getByLabel('New collection').fill('kitchen');
  await page.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('button', { name: 'Collection: kitchen' }).waitFor();
  await page.getByText('Nothing here yet').waitFor();

  await dropFiles(page, [{ name: 'soup.md', text: '# Soup\n\nOnion soup needs two hours.\n' }]);
  await page.locator('.upload[data-status="done"]').waitFor();
  await ask(page, 'How long does onion soup need?');
  await expect.poll(() => page.locator('.answer').textContent()).toContain('two hours');
  await expect.poll(() => page.locator('.source-card').count()).toBe(1);

  await page.getByRole('button', { name: 'Collection: kitchen' }).click();
  await page.getByRole('button', { name: /^default/ }).click();
  await page.locator('.holdings').waitFor();
  await ask(page, 'How many days of annual leave do I have?');
  await expect.poll(() => page.locator('.answer').textContent()).toContain('24 days');
});

it('says what is wrong with a collection’s name', async () => {
  const page = await open();
  await page.getByRole('button', { name: 'Collection: default' }).click();
  await page.getByLabel('New collection').fill('default');
  await page.getByRole('button', { name: 'Create' }).click();
  await expect.poll(() => page.getByRole('alert').textContent()).toContain('exists already');
});
