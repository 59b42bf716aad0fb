import type { Page } from 'playwright-core';

/**
 * Texts on the page whose contrast is below WCAG AA: 4.5, or 3 for large text (24 px, or 18.66 px bold).
 * https://www.w3.org/TR/WCAG22/#contrast-minimum
 */
export function textsOfLowContrast(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const paint = (colours) => {
      for (const colour of colours) {
        canvas.fillStyle = colour;
        canvas.fillRect(0, 0, 1, 1);
      }
      return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const luminance = ([r, g, b]) => {
      const [lr, lg, lb] = [r, g, b].map((value) => {
        const share = value / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * lr + 0.7152 * lg + 0.0722 * lb;
    };
    const backgrounds = (element) => {
      const colours = [];
      for (let node = element; node; node = node.parentElement) colours.unshift(getComputedStyle(node).backgroundColor);
      return colours;
    };
    const low = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement;
      const text = walker.currentNode.data.trim();
      const style = getComputedStyle(element);
      if (text === '' || !element.checkVisibility({ visibilityProperty: true }) || element.closest('.visually-hidden, :disabled, noscript')) continue;
      const below = backgrounds(element);
      const [a, b] = [luminance(paint(below)), luminance(paint([...below, style.color]))];
      const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
      const size = parseFloat(style.fontSize);
      const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
      if (contrast < (large ? 3 : 4.5)) low.push(text.slice(0, 40) + ' ' + contrast.toFixed(2));
    }
    return low;
  })()`);
}
