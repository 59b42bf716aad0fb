import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { textsOfLowContrast } from '../support/page/contrast.js';
import { SLOW_MODEL, startMockModelServer } from '../support/page/mock-model-server.js';
import { ask, isInView } from '../support/page/narae-page.js';
import { openPages } from '../support/page/visits.js';

const { open, openAny, server } = openPages(startMockModelServer);

const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };

/** Every test asks something else, so that no answer comes from the cache unless it is meant to. */
let asked = 0;
const question = (text = 'How many days of annual leave do I have') => `${text}, case ${++asked}?`;

const questions = (page: Page) => page.locator('.turn-question').allTextContents();
const versions = (page: Page) => page.locator('.versions').allTextContents();
const rows = (page: Page) => page.locator('.conversation-title').allTextContents();
const threadOf = (page: Page) => new URL(page.url()).searchParams.get('thread') ?? '';
const isDone = (page: Page) => page.locator('.turn:last-child[data-status="done"]').waitFor();

async function openList(page: Page, name = 'Conversations'): Promise<void> {
  await page.getByRole('button', { name, exact: true }).click();
  await page.locator('.conversation-rows, .conversations .panel-note').first().waitFor();
}

/** The words of the answer on the page, as the server stored it and as the mock speaks it are the same. */
async function expectWholeAnswer(page: Page): Promise<void> {
  const response = await fetch(`${server().url}/chat/threads/${threadOf(page)}`);
  const { turns } = (await response.json()) as { turns: { answer: string; status: string }[] };
  const stored = turns.at(-1);
  expect(stored?.status).toBe('complete');
  const words = (text: string) => text.replace(/[[\]]/g, '').split(/\s+/).filter(Boolean).join(' ');
  const shown = (await page.locator('.turn:last-child .answer').textContent()) ?? '';
  expect(words(shown)).toBe(words(stored?.answer ?? ''));
  expect(words(shown)).toMatch(/^(This is a test answer from the mock model;|이것은 모의 모델이 보내는)/);
  expect(words(shown).split(' ').length).toBeGreaterThan(60);
}

/** The mock speaks the language of what it was given last: the question, or a passage. */
const BEGUN = /mock model|모의 모델/;

/** Asks the slow model, and returns when the answer has begun. */
async function askSlowly(page: Page, text: string): Promise<void> {
  await page.getByLabel('Model', { exact: true }).selectOption(SLOW_MODEL);
  await page.locator('#question').fill(text);
  await page.keyboard.press('Enter');
  await page.locator('.turn[data-status="streaming"]', { hasText: BEGUN }).waitFor();
}

async function edit(page: Page, index: number, text: string): Promise<void> {
  await page.getByRole('button', { name: 'Edit question' }).nth(index).click();
  await page.getByRole('textbox', { name: 'Edit question' }).fill(text);
  await page.keyboard.press('Enter');
  await page.locator('.turn', { hasText: text }).and(page.locator('[data-status="done"]')).waitFor();
}

describe('the list of conversations', () => {
  it('gathers them, the newest first, and goes back to them', async () => {
    const page = await open();
    const [first, second] = [question(), question('What about parental leave')];
    await ask(page, first);
    const address = page.url();
    await page.getByRole('button', { name: 'New chat' }).click();
    await ask(page, second);
    await openList(page);
    await expect.poll(async () => (await rows(page)).slice(0, 2)).toEqual([second, first]);
    await expect
      .poll(() => page.locator('.conversation-link[aria-current="page"]').textContent())
      .toContain(second);

    await page.locator('.conversation-link', { hasText: first }).click();
    await isDone(page);
    expect(page.url()).toBe(address);
    await expect.poll(() => questions(page)).toEqual([first]);
    const followUp = question('And sick leave');
    await ask(page, followUp);
    await expect.poll(async () => (await rows(page))[0]).toBe(first);

    await page.goBack();
    await page.locator('.turn-question', { hasText: second }).waitFor();
    await page.goForward();
    await page.locator('.turn-question', { hasText: followUp }).waitFor();
    await page.reload();
    await isDone(page);
    await expect.poll(() => questions(page)).toEqual([first, followUp]);
    await expect.poll(() => page.locator('.conversation-link').count()).toBeGreaterThan(1);
  });

  it('renames and deletes, after asking', async () => {
    const page = await open();
    const text = question();
    await ask(page, text);
    await openList(page);
    await page.getByRole('button', { name: `Rename “${text}”` }).click();
    await page.getByRole('textbox', { name: 'New name' }).fill('Leave, 휴가');
    await page.keyboard.press('Enter');
    await page.locator('.conversation-title', { hasText: 'Leave, 휴가' }).waitFor();
    await page.reload();
    await page.locator('.conversation-title', { hasText: 'Leave, 휴가' }).waitFor();

    const remove = page.getByRole('button', { name: 'Delete “Leave, 휴가”' });
    await remove.click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await remove.click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('heading', { name: '나래 Narae' }).waitFor();
    await expect.poll(() => rows(page)).not.toContain('Leave, 휴가');
    expect(page.url()).toBe(`${server().url}/`);
  });

  it('comes by pages', async () => {
    const page = await open();
    for (let n = 0; n < 35; n++)
      await fetch(`${server().url}/chat/threads`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ title: `Paged ${n}` }),
      });
    await openList(page);
    await expect.poll(() => rows(page)).toHaveLength(30);
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.locator('.conversation-title', { hasText: /^Paged 0$/ }).waitFor();
  });

  it('says when there is nothing, and what does not work', async () => {
    const page = await openAny();
    await page.route('**/chat/threads?*', (route) => route.fulfill({ json: { threads: [] } }));
    await openList(page);
    await page.getByText('Nothing asked yet').waitFor();
    await page.getByRole('navigation').getByRole('button', { name: 'Close' }).click();
    await page.route('**/chat/threads?*', (route) => route.abort());
    await page.getByRole('button', { name: 'Conversations', exact: true }).click();
    await page.getByRole('alert').waitFor();
    await page.unroute('**/chat/threads?*');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.conversation-rows').waitFor();
  });
});

describe('versions', () => {
  it('keeps an edited question with what followed it, and switches between them', async () => {
    const page = await open();
    const [first, second, changed] = [question(), question('And sick leave'), question('And the VPN')];
    await ask(page, first);
    await ask(page, second);
    await expect.poll(() => versions(page)).toEqual([]);
    await edit(page, 0, changed);
    await expect.poll(() => questions(page)).toEqual([changed]);
    await expect.poll(() => versions(page)).toEqual([expect.stringContaining('2 / 2')]);
    await expect.poll(() => isInView(page, '.turn-question')).toBe(true);

    await page.getByRole('button', { name: 'Previous version' }).click();
    await page.locator('.turn-question', { hasText: second }).waitFor();
    await expect.poll(() => questions(page)).toEqual([first, second]);
    await expect.poll(() => page.evaluate('document.activeElement.ariaLabel')).toBe('Previous version');

    await page.reload();
    await isDone(page);
    await expect.poll(() => questions(page)).toEqual([first, second]);
    await page.getByRole('button', { name: 'Next version' }).click();
    await page.locator('.turn-question', { hasText: changed }).waitFor();
    await expect.poll(() => versions(page)).toEqual([expect.stringContaining('2 / 2')]);
  });

  it('keeps an answer that is given anew beside the old one', async () => {
    const page = await open();
    await ask(page, question());
    await page.getByRole('button', { name: 'Ask again' }).click();
    await page.locator('.versions', { hasText: '2 / 2' }).waitFor();
    await isDone(page);
    await page.getByRole('button', { name: 'Previous version' }).click();
    await page.locator('.versions', { hasText: '1 / 2' }).waitFor();
    await expect.poll(() => page.locator('.turn').count()).toBe(1);
  });

  it('leaves a question as it was when the editing is cancelled', async () => {
    const page = await open();
    const text = question();
    await ask(page, text);
    await page.getByRole('button', { name: 'Edit question' }).click();
    await page.getByRole('textbox', { name: 'Edit question' }).fill('something else');
    await page.keyboard.press('Escape');
    await expect.poll(() => questions(page)).toEqual([text]);
    await expect.poll(() => page.evaluate('document.activeElement.textContent')).toBe('Edit question');
  });

  it('marks an answer that was kept, and asks anew', async () => {
    const page = await open();
    const text = question();
    await ask(page, text);
    await expect.poll(() => page.locator('.kept-mark').count()).toBe(0);
    await page.getByRole('button', { name: 'New chat' }).click();
    await ask(page, text);
    await expect.poll(() => page.locator('.kept-mark').textContent()).toMatch(/^Kept answer/);
    await page.reload();
    await isDone(page);
    await expect.poll(() => page.locator('.kept-mark').textContent()).toMatch(/^Kept answer/);
    const sent = page.waitForRequest('**/chat/stream');
    await page.getByRole('button', { name: 'Ask anew' }).click();
    expect((await sent).postDataJSON()).toMatchObject({ force_new: true, after: 0 });
    await page.locator('.versions', { hasText: '2 / 2' }).waitFor();
    await isDone(page);
    await expect.poll(() => page.locator('.kept-mark').count()).toBe(0);
  });
});

describe('an answer under way', () => {
  it('is taken up again by a reload, without losing or repeating a word', async () => {
    const page = await open();
    await askSlowly(page, question());
    for (let reload = 0; reload < 2; reload++) {
      await page.reload();
      await page.locator('.turn[data-status="streaming"]', { hasText: BEGUN }).waitFor();
      await page.waitForTimeout(300);
    }
    await isDone(page);
    await expect.poll(() => page.locator('.turn').count()).toBe(1);
    await expectWholeAnswer(page);
  });

  it('is taken up again where a lost connection broke it', async () => {
    const page = await open();
    await askSlowly(page, question());
    const resumed = page.waitForRequest('**/chat/stream/*');
    server().cut();
    const lastEventId = Number((await resumed).headers()['last-event-id']);
    expect(lastEventId).toBeGreaterThan(2);
    await isDone(page);
    await expect.poll(() => page.getByRole('alert').count()).toBe(0);
    await expectWholeAnswer(page);
  });

  it('goes on while another conversation is read, and in another tab', async () => {
    const page = await open();
    await askSlowly(page, question());
    const other = await page.context().newPage();
    await other.goto(page.url());
    await page.getByRole('button', { name: 'New chat' }).click();
    await other.locator('.turn[data-status="streaming"]', { hasText: BEGUN }).waitFor();
    await page.goBack();
    await Promise.all([isDone(page), isDone(other)]);
    await expectWholeAnswer(page);
    await expectWholeAnswer(other);
  });

  it('stops, and stays stopped', async () => {
    const page = await open();
    await askSlowly(page, question());
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.locator('.turn[data-status="stopped"]').waitFor();
    const text = await page.locator('.answer').textContent();
    await page.reload();
    await page.locator('.turn[data-status="stopped"]').waitFor();
    await expect.poll(() => page.locator('.answer').textContent()).toBe(text);
    await page.getByLabel('Model', { exact: true }).selectOption('quick');
    await ask(page, question('And sick leave'));
    await expect.poll(() => page.locator('.turn').count()).toBe(2);
  });
});

describe('two tabs', () => {
  it('see what the other does, and lose nothing', async () => {
    const page = await open();
    const first = question();
    await ask(page, first);
    const other = await page.context().newPage();
    await other.goto(page.url());
    await isDone(other);
    await openList(other);
    const second = question('And sick leave');
    await ask(page, second);
    await other.locator('.turn-question', { hasText: second }).waitFor();
    await isDone(other);

    await Promise.all([page, other].map((tab, n) => ask(tab, question(`Asked at once in tab ${n}`))));
    const found = await fetch(`${server().url}/chat/threads/${threadOf(page)}?branches=all`);
    const { turns } = (await found.json()) as { turns: { question: string; status: string }[] };
    expect(turns.map(({ status }) => status)).toEqual(Array(4).fill('complete'));
    expect(new Set(turns.map((turn) => turn.question)).size).toBe(4);

    await other.getByRole('button', { name: `Delete “${first}”` }).click();
    await other.getByRole('button', { name: 'Delete', exact: true }).click();
    await page.getByRole('heading', { name: 'This conversation is not here' }).waitFor();
  });
});

describe('an address', () => {
  it.each([
    'no-such-thread',
    '../../v1/info',
    '%00',
    'x'.repeat(300),
  ])('of a conversation that is not there (%s) begins a new one', async (thread) => {
    const page = await openAny({ path: `/?thread=${encodeURIComponent(thread)}` });
    await page.getByRole('heading', { name: 'This conversation is not here' }).waitFor();
    await page.getByRole('main').getByRole('button', { name: 'New chat' }).click();
    await ask(page, question());
    expect(threadOf(page)).toMatch(/^[0-9a-f]{32}$/);
  });

  it('opens a conversation and a document in it', async () => {
    const page = await open();
    const text = question();
    await ask(page, text);
    await page.locator('.answer .citation').first().click();
    await page.locator('.line.cited').first().waitFor();
    const visitor = await page.context().newPage();
    await visitor.goto(page.url());
    await visitor.locator('.line.cited').first().waitFor();
    await expect.poll(() => questions(visitor)).toEqual([text]);
    await visitor.getByRole('button', { name: 'Close' }).click();
    expect(new URL(visitor.url()).search).toBe(`?thread=${threadOf(page)}`);
    await visitor.getByRole('button', { name: /^\d sources?$/ }).click();
    await visitor.locator('.source-list li:first-child mark').first().waitFor();
  });

  it('opens a long conversation at its end, and shows earlier turns on demand', async () => {
    const headers = { 'content-type': 'application/json' };
    for (let n = 1; n <= 55; n++) {
      const body = { question: `Turn ${n}`, thread_id: 'long', if_not_exists: 'create', retrieval: false };
      await fetch(`${server().url}/chat`, { method: 'POST', headers, body: JSON.stringify(body) });
    }
    const page = await open({ path: '/?thread=long' });
    await page.locator('.turn-question', { hasText: 'Turn 55' }).waitFor();
    await expect.poll(() => page.locator('.turn').count()).toBe(50);
    await page.getByRole('button', { name: 'Show earlier turns' }).click();
    await page.locator('.turn-question', { hasText: /^Turn 1$/ }).waitFor();
    await expect.poll(() => questions(page)).toEqual(Array.from({ length: 55 }, (_, n) => `Turn ${n + 1}`));
    await expect.poll(() => page.getByRole('button', { name: 'Show earlier turns' }).count()).toBe(0);
  });

  it('keeps the question that is being typed through a reload', async () => {
    const page = await open();
    await page.locator('#question').fill('반쯤 쓴 질문');
    await page.reload();
    await page.locator('#question').waitFor();
    await expect.poll(() => page.locator('#question').inputValue()).toBe('반쯤 쓴 질문');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate('Object.keys(localStorage).length')).toBe(0);
  });
});

describe('in Korean, on a phone', () => {
  it('lists, renames, edits and deletes, within 360 pixels', async () => {
    const page = await open({ ...PHONE, locale: 'ko-KR' });
    const fits = async () =>
      await expect.poll(() => page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    const text = question('환불을 신청하려면 며칠 안에 해야 하나요');
    await ask(page, text);
    await expect.poll(() => page.locator('.answer').textContent()).toContain('시험용 답변');
    await openList(page, '대화 목록');
    await expect.poll(() => page.locator('main[inert]').count()).toBe(1);
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('conversations-title');
    await fits();
    await page.getByRole('button', { name: `“${text}” 이름 바꾸기` }).tap();
    await page.getByRole('textbox', { name: '새 이름' }).fill('환불 이야기');
    await page.keyboard.press('Enter');
    await page.locator('.conversation-title', { hasText: '환불 이야기' }).waitFor();
    await expect
      .poll(() => page.locator('.conversation-row[data-current="true"] time').textContent())
      .toMatch(/지금|전/);
    await page.locator('.conversation-row[data-current="true"] a').tap();
    await page.locator('.conversations').waitFor({ state: 'detached' });

    await page.getByRole('button', { name: '질문 고치기' }).tap();
    await page.getByRole('textbox', { name: '질문 고치기' }).fill(question('교환은 며칠 안에 하나요'));
    await page.keyboard.press('Enter');
    await page.locator('.versions', { hasText: '2 / 2' }).waitFor();
    await isDone(page);
    await fits();

    await openList(page, '대화 목록');
    await page.getByRole('button', { name: '“환불 이야기” 삭제' }).tap();
    await page.getByText('이 대화를 삭제할까요?').waitFor();
    await fits();
    await page.getByRole('button', { name: '삭제', exact: true }).tap();
    await page.getByRole('heading', { name: '나래 Narae' }).waitFor();
  });
});

describe('without a mouse', () => {
  it('opens the list, goes through it, renames, edits and switches versions', async () => {
    const page = await open();
    const [first, second] = [question(), question('What about parental leave')];
    await ask(page, first);
    await page.getByRole('button', { name: 'New chat' }).click();
    await ask(page, second);
    await page.getByRole('button', { name: 'Conversations', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.locator('.conversation-link', { hasText: first }).waitFor();
    await page.locator('.conversation-link').first().focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('.turn-question', { hasText: first }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.keyboard.type('By keyboard');
    await page.keyboard.press('Enter');
    await page.locator('.conversation-title', { hasText: 'By keyboard' }).waitFor();
    await expect.poll(() => page.evaluate('document.activeElement.className')).toBe('conversation-link');

    await page.getByRole('button', { name: 'Edit question' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('End');
    await page.keyboard.type(' Really?');
    await page.keyboard.press('Enter');
    await page.locator('.versions', { hasText: '2 / 2' }).waitFor();
    await isDone(page);
    await page.getByRole('button', { name: 'Previous version' }).focus();
    await page.keyboard.press('Enter');
    await page.locator('.versions', { hasText: '1 / 2' }).waitFor();
    await expect.poll(() => page.locator('.versions [role="status"]').textContent()).toBe('Version 1 of 2');
  });

  it('closes the drawer of a narrow window by Escape, and comes back to where it was', async () => {
    const page = await open({ viewport: { width: 700, height: 700 } });
    await page.getByRole('button', { name: 'Conversations', exact: true }).focus();
    await page.keyboard.press('Enter');
    await page.locator('#conversations-title:focus').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('.conversations').waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate('document.activeElement.ariaLabel')).toBe('Conversations');
  });

  it.each(['light', 'dark'] as const)('has enough contrast, %s', async (colorScheme) => {
    const page = await open({ colorScheme });
    const text = question();
    await ask(page, text);
    await edit(page, 0, question('And sick leave'));
    await openList(page);
    await expect.poll(() => textsOfLowContrast(page)).toEqual([]);
    await page.getByRole('button', { name: `Delete “${text}”` }).click();
    await page.getByRole('button', { name: 'Edit question' }).click();
    await expect.poll(() => textsOfLowContrast(page)).toEqual([]);
  });
});
