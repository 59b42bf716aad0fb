import { expect, it } from 'vitest';
import { ask, startServer } from '../support/page/narae-page.js';
import { openPages } from '../support/page/visits.js';

const KEY = 'key-for-the-page-test-0123456789';

const { openAny } = openPages(() => startServer({ env: { NARAE_API_KEYS: KEY } }));

it('asks for the key, says when it is wrong, and keeps it for the tab only', async () => {
  const page = await openAny();
  const dialog = page.getByRole('dialog', { name: 'This server needs an API key' });
  await dialog.waitFor();
  await expect.poll(() => dialog.textContent()).toContain('session storage');
  await page.keyboard.press('Escape');
  await expect.poll(() => dialog.isVisible()).toBe(true);

  await page.getByLabel('API key', { exact: true }).fill('wrong-key');
  await page.keyboard.press('Enter');
  await page.getByText('The server does not accept this key').waitFor();

  await page.getByLabel('API key', { exact: true }).fill(KEY);
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'hidden' });
  await ask(page, 'How many days of annual leave do I have?');
  await expect.poll(() => page.locator('.answer').textContent()).toContain('24 days');

  await page.reload();
  await page.locator('#question').waitFor();
  await expect.poll(() => dialog.isVisible()).toBe(false);
  await expect.poll(() => page.evaluate('Object.keys(localStorage).length')).toBe(0);
});

it('asks again when a key stops working, and then sends the question that waited', async () => {
  const page = await openAny();
  await page.getByLabel('API key', { exact: true }).fill(KEY);
  await page.keyboard.press('Enter');
  await page.locator('#question').waitFor();
  await page.evaluate(`sessionStorage.setItem('narae.apiKey', 'revoked')`);
  await page.locator('#question').fill('How many days of annual leave do I have?');
  await page.keyboard.press('Enter');
  await page.getByText('The server does not accept this key').waitFor();
  await page.getByLabel('API key', { exact: true }).fill(KEY);
  await page.keyboard.press('Enter');
  await page.locator('.turn[data-status="done"]').waitFor();
  await expect.poll(() => page.locator('.turn').count()).toBe(1);
});

it('opens a shared address after the key is given', async () => {
  const page = await openAny({ path: '/?collection=default&document=doc_gone' });
  await page.getByLabel('API key', { exact: true }).fill(KEY);
  await page.keyboard.press('Enter');
  await page.getByText('doc_gone').waitFor();
});
