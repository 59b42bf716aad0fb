import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { textsOfLowContrast } from '../support/page/contrast.js';
import { ask, dropFiles, startServer } from '../support/page/narae-page.js';
import { openPages } from '../support/page/visits.js';

const { open } = openPages(startServer);

const PHONE = { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true };
const QUESTION = 'How many days of annual leave do I have?';

describe('on a phone', () => {
  const isScrolledSideways = (page: Page): Promise<boolean> =>
    page.evaluate('document.documentElement.scrollWidth > innerWidth');

  it('fits 360 pixels in every state, with sources and documents as sheets', async () => {
    const page = await open({ ...PHONE, locale: 'ko-KR' });
    await expect.poll(() => isScrolledSideways(page)).toBe(false);
    await ask(page, '환불을 신청하려면 며칠 안에 해야 하나요?');
    await expect.poll(() => isScrolledSideways(page)).toBe(false);

    await page.getByRole('button', { name: /근거 \d+개/ }).tap();
    await page.locator('.source-card').first().tap();
    await page.locator('.line.cited').first().waitFor();
    await expect.poll(() => isScrolledSideways(page)).toBe(false);
    await expect.poll(() => page.locator('main[inert]').count()).toBe(1);

    await page.goBack();
    await page.locator('.source-card').first().waitFor();
    await page.getByRole('button', { name: '닫기' }).tap();
    await dropFiles(page, [{ name: `${'아주-긴-이름-'.repeat(12)}.md`, text: '# 긴 이름\n\n내용\n' }]);
    await page.locator('.upload[data-status="done"]').waitFor();
    await page.getByRole('button', { name: '컬렉션: default' }).tap();
    await expect.poll(() => isScrolledSideways(page)).toBe(false);
  });
});

describe('the theme', () => {
  const backgroundOf = (page: Page): Promise<string> =>
    page.evaluate('getComputedStyle(document.documentElement).backgroundColor');

  it('follows the system, can be chosen, and is remembered', async () => {
    const page = await open({ colorScheme: 'dark' });
    const dark = await backgroundOf(page);
    await page.getByRole('button', { name: 'Theme: as the system' }).click();
    const light = await backgroundOf(page);
    expect(light).not.toBe(dark);
    await page.reload();
    await page.getByRole('button', { name: 'Theme: light' }).waitFor();
    await expect.poll(() => backgroundOf(page)).toBe(light);
    await page.getByRole('button', { name: 'Theme: light' }).click();
    await expect.poll(() => backgroundOf(page)).toBe(dark);
  });

  it.each(['light', 'dark'] as const)('has enough contrast for every text, %s', async (colorScheme) => {
    const page = await open({ colorScheme });
    await expect.poll(() => textsOfLowContrast(page)).toEqual([]);
    await ask(page, QUESTION);
    await expect.poll(() => textsOfLowContrast(page)).toEqual([]);
    await page.locator('.answer .citation').first().click();
    await page.locator('.line.cited').first().waitFor();
    await expect.poll(() => textsOfLowContrast(page)).toEqual([]);
  });
});

describe('the language', () => {
  it('is the browser’s, can be switched, and is remembered', async () => {
    const page = await open({ locale: 'ko-KR' });
    await expect
      .poll(() => page.locator('#question').getAttribute('placeholder'))
      .toBe('문서에 대해 물어보세요');
    await expect.poll(() => page.locator('html').getAttribute('lang')).toBe('ko');
    await page.getByRole('button', { name: 'Switch to English' }).click();
    await page.getByText('Try asking').waitFor();
    await expect.poll(() => page.locator('html').getAttribute('lang')).toBe('en');
    await page.reload();
    await page.getByText('Try asking').waitFor();
  });
});

describe('the keyboard', () => {
  it('asks, opens a source and comes back without a mouse', async () => {
    const page = await open();
    await page.keyboard.press('/');
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('question');
    await page.keyboard.type('How many days');
    await page.keyboard.press('Shift+Enter');
    await page.keyboard.type('of annual leave?');
    await page.keyboard.press('Enter');
    await page.locator('.turn[data-status="done"]').waitFor();
    await expect
      .poll(() => page.locator('.turn-question').textContent())
      .toBe('How many days\nof annual leave?');

    await page.locator('.answer .citation').first().focus();
    await page.keyboard.press('Enter');
    await page.locator('.line.cited').first().waitFor();
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('panel-title');
    await page.keyboard.press('Escape');
    await page.locator('.panel').waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate('document.activeElement.className')).toBe('citation');
  });

  it('reaches every control by Tab, each with a visible focus', async () => {
    const page = await open();
    await ask(page, QUESTION);
    await page.locator('.source-card').first().waitFor();
    const controls: number = await page.locator(':is(button:enabled, textarea, summary):visible').count();
    const reached = new Set<string>();
    await page.evaluate('document.activeElement.blur()');
    for (let press = 0; press < 2 * controls; press++) {
      await page.keyboard.press('Tab');
      const focus = await page.evaluate<{ name: string; ring: boolean; control: boolean }>(`(() => {
        const element = document.activeElement;
        const frame = element.matches('textarea') ? element.closest('form') : element;
        const all = [...document.querySelectorAll('*')];
        return {
          name: String(all.indexOf(element)),
          ring: getComputedStyle(frame).outlineStyle !== 'none' || element === document.body,
          control: element.matches('button, textarea, summary'),
        };
      })()`);
      expect(focus.ring, `focus on element ${focus.name}`).toBe(true);
      if (focus.control) reached.add(focus.name);
    }
    expect(reached.size).toBe(controls);
  });
});
