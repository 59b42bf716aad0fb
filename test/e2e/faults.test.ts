import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { VisitOptions } from '../support/page/browser.js';
import { startFaultServer } from '../support/page/fault-server.js';
import { openPages } from '../support/page/visits.js';

const { open, server } = openPages(startFaultServer);

async function ask(question: string, options?: VisitOptions): Promise<Page> {
  const page = await open(options);
  await page.locator('#question').fill(question);
  await page.keyboard.press('Enter');
  return page;
}

function alertOf(page: Page) {
  return page.getByRole('alert');
}

describe('an answer that breaks', () => {
  it('keeps its text, says that it is cut off and can be asked again', async () => {
    const page = await ask('broken');
    await alertOf(page).waitFor();
    await expect.poll(() => alertOf(page).textContent()).toContain('The answer was cut off');
    await expect.poll(() => alertOf(page).textContent()).toContain('ended its answer before it was complete');
    await expect.poll(() => page.locator('.answer').textContent()).toContain('The first half');
    await expect.poll(() => page.locator('.turn').getAttribute('data-status')).toBe('failed');
    await page.getByRole('button', { name: 'Try again' }).click();
    await alertOf(page).waitFor();
    await expect.poll(() => page.locator('.turn').count()).toBe(1);
  });

  it.each(['cut', 'torn', 'gone'])('(%s) on the way only, comes whole, nothing twice', async (question) => {
    const page = await ask(question);
    await page.locator('.turn[data-status="done"]').waitFor();
    const answer = await page.locator('.answer').textContent();
    expect(answer?.trim()).toMatch(/^The first half and the second half 1?(\[1\])?\.$/);
    await expect.poll(() => alertOf(page).count()).toBe(0);
    await expect.poll(() => page.locator('.turn').count()).toBe(1);
  });

  it('says so in Korean, with the server’s own sentence below', async () => {
    const page = await ask('broken', { locale: 'ko-KR' });
    await alertOf(page).waitFor();
    await expect
      .poll(() => alertOf(page).textContent())
      .toMatch(/답변이 중간에 끊겼습니다.*다시 물어보세요.*socket closed/);
  });

  it('names what answered in the server’s place', async () => {
    const page = await ask('garbled');
    await alertOf(page).waitFor();
    await expect.poll(() => alertOf(page).textContent()).toContain('status 502');
  });
});

describe('a running answer', () => {
  it('stops by button and by Escape, and the server hears of it', async () => {
    const page = await ask('endless');
    const turn = page.locator('.turn').last();
    const stops = [
      () => page.getByRole('button', { name: 'Stop' }).click(),
      () => page.keyboard.press('Escape'),
    ];
    for (const stop of stops) {
      const before = server().cancelled;
      await page.getByText('on and on').last().waitFor();
      await stop();
      await page.getByText('Stopped. This answer is not complete.').last().waitFor();
      await expect.poll(() => server().cancelled).toBe(before + 1);
      await expect.poll(() => turn.getAttribute('data-status')).toBe('stopped');
      await page.locator('#question').fill('endless');
      await page.keyboard.press('Enter');
    }
  });

  it('goes on while a new chat begins, is found again, and can be stopped there', async () => {
    const page = await ask('endless');
    const before = server().cancelled;
    await page.getByText('on and on').waitFor();
    await page.getByRole('button', { name: 'New chat' }).click();
    await page.getByRole('heading', { name: '나래 Narae' }).waitFor();
    await page.goBack();
    await page.locator('.turn[data-status="streaming"]').waitFor();
    expect(server().cancelled).toBe(before);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.locator('.turn[data-status="stopped"]').waitFor();
    expect(server().cancelled).toBe(before + 1);
  });
});

describe('a hostile answer', () => {
  it('is text: nothing in it runs, no link leaves the web, only real sources become chips', async () => {
    const page = await ask('hostile');
    await page.locator('.turn[data-status="done"]').waitFor();
    await expect.poll(() => page.evaluate('window.hacked')).toBeUndefined();
    await expect.poll(() => page.locator('.answer img, .answer script, .answer a').count()).toBe(0);
    await expect.poll(() => page.locator('.answer .citation').allTextContents()).toEqual(['1']);
    await expect.poll(() => page.locator('.answer').textContent()).toContain('and [7]');
  });
});

describe('the Korean input method', () => {
  it('does not send while a syllable is being composed', async () => {
    const page = await ask('fine');
    await page.locator('.turn[data-status="done"]').waitFor();
    await page.locator('#question').focus();
    const session = await page.context().newCDPSession(page);
    await session.send('Input.imeSetComposition', { text: '환부', selectionStart: 2, selectionEnd: 2 });
    const enter = { type: 'rawKeyDown', key: 'Enter', windowsVirtualKeyCode: 229 } as const;
    await session.send('Input.dispatchKeyEvent', enter);
    await expect.poll(() => page.locator('.turn').count()).toBe(1);
    await session.send('Input.insertText', { text: '환불' });
    await expect.poll(() => page.locator('#question').inputValue()).toBe('환불');
    await page.keyboard.press('Enter');
    await page.locator('.turn').nth(1).waitFor();
  });
});

describe('a server that is gone', () => {
  it('is named, and its return is found by trying again', async () => {
    const page = await open();
    await page.context().setOffline(true);
    await page.locator('#question').fill('fine');
    await page.keyboard.press('Enter');
    await page.getByText('The server cannot be reached').waitFor();
    await page.context().setOffline(false);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.answer', { hasText: 'Well answered' }).waitFor();
    await expect.poll(() => page.locator('.turn').count()).toBe(1);
  });
});
