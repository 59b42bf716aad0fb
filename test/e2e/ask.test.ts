import { expect, it } from 'vitest';
import { ask, isInView, startServer } from '../support/page/narae-page.js';
import { openPages } from '../support/page/visits.js';

const { open, server } = openPages(startServer);

it.each([
  {
    locale: 'en-US',
    question: 'How many days of annual leave do I have?',
    answer: '24 days',
    marks: ['days', 'annual', 'leave'],
    note: 'Answered by quoting your documents',
  },
  {
    locale: 'ko-KR',
    question: '환불을 신청하려면 며칠 안에 해야 하나요?',
    answer: '14일 안에',
    marks: ['환불', '신청'],
    note: '문서를 그대로 인용해 답했습니다',
  },
])('answers $question with sources, and opens one at the passage', async (example) => {
  const page = await open({ locale: example.locale });
  await ask(page, example.question);
  await expect.poll(() => page.locator('.answer').textContent()).toContain(example.answer);
  await expect.poll(() => page.locator('.turn .note').textContent()).toContain(example.note);

  const marks = await page.locator('.source-list li:first-child mark').allTextContents();
  expect(marks.map((mark) => mark.toLowerCase())).toEqual(expect.arrayContaining(example.marks));

  await page.locator('.answer .citation').first().click();
  await page.locator('.line.cited').first().waitFor();
  await expect.poll(() => page.locator('.document-text').textContent()).toContain(example.answer);
  await expect.poll(() => page.locator('.cited mark').allTextContents()).not.toEqual([]);
  await expect.poll(() => isInView(page, '.line.cited')).toBe(true);
  expect(page.url()).toMatch(/\?thread=\w+&collection=default&document=[^&]+&start=\d+&end=\d+$/);

  await page.goBack();
  await page.locator('.source-list').waitFor();
  expect(page.url()).toMatch(/\/\?thread=\w+$/);
});

it('opens the address of a citation at the passage', async () => {
  const response = await fetch(`${server().url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ messages: [{ role: 'user', content: '환불 기간' }] }),
  });
  const { choices } = (await response.json()) as {
    choices: { message: { annotations: { url_citation: { url: string } }[] } }[];
  };
  const citation = new URL(choices[0]?.message.annotations[0]?.url_citation.url ?? '');
  const page = await open({ path: citation.pathname + citation.search });
  await page.locator('.line.cited').first().waitFor();
  await expect.poll(() => page.locator('.cited').allTextContents()).not.toEqual([]);
  await page.getByRole('button', { name: 'Close' }).click();
  expect(page.url()).toBe(`${server().url}/`);
});

it('names a document that is not there any more', async () => {
  const page = await open({ path: '/?collection=default&document=doc_gone&start=0&end=5' });
  await page.getByRole('alert').waitFor();
  await expect.poll(() => page.getByRole('alert').textContent()).toContain('doc_gone');
});

it('goes on with one conversation, until a new chat begins', async () => {
  const page = await open();
  const sent = async (question: string) => {
    const request = page.waitForRequest('**/chat/stream');
    await ask(page, question);
    return (await request).postDataJSON() as { thread_id: string; after: number };
  };
  const first = await sent('What about parental leave?');
  const second = await sent('And sick leave?');
  expect([first.after, second.after]).toEqual([0, 1]);
  expect(second.thread_id).toBe(first.thread_id);
  await page.getByRole('button', { name: 'New chat' }).click();
  const third = await sent('And the VPN?');
  expect(third.after).toBe(0);
  expect(third.thread_id).not.toBe(first.thread_id);
});

it('begins with what is indexed and with questions that work', async () => {
  const page = await open();
  await expect
    .poll(() => page.locator('.holdings').textContent())
    .toMatch(/4 documents · 4 passages.*Korean 50%English 50%/);
  await page.locator('.examples button').first().click();
  await page.locator('.turn[data-status="done"]').waitFor();
  await expect.poll(() => page.locator('.answer .citation').count()).toBeGreaterThan(0);
});

it('follows the first index, where it was opened before anything was in', async () => {
  const page = await open();
  let isStarting = true;
  const error = {
    message: 'The server is still starting.',
    type: 'server_error',
    param: null,
    code: 'not_ready',
  };
  await page.route('**/readyz', (route) =>
    isStarting ? route.fulfill({ status: 503, json: { error } }) : route.continue(),
  );
  await page.route('**/v1/collections', (route) =>
    isStarting ? route.fulfill({ json: { collections: [] } }) : route.continue(),
  );
  await page.reload();
  await page.getByText('Reading the documents').waitFor();
  isStarting = false;
  await page.getByText('4 documents').waitFor();
  expect(await page.getByText('Reading the documents').count()).toBe(0);
});

it('shows the answer to screen readers as whole sentences and says when it is over', async () => {
  const page = await open();
  await ask(page, 'How many days of annual leave do I have?');
  await expect.poll(() => page.getByTestId('spoken').textContent()).toContain('24 days of annual leave');
  await expect
    .poll(() => page.locator('.conversation [role="status"]').textContent())
    .toBe('The answer is complete.');
});
