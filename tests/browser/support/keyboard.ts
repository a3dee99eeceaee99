import type { Page } from 'playwright-core';
import type { Test } from 'tap';
import type { Person } from './person.ts';

/** More than any page has to stop at. */
const MOST_STOPS = 60;

/** A person without a mouse. */
export interface Keyboard {
  /** Goes on by Tab until a button has the focus, which has to be seen at every stop, and presses it. */
  press(name: string | RegExp): Promise<void>;
  /** Resolves once the focus is on something with these words. */
  isAt(words: string): Promise<void>;
}

/** @see Keyboard */
export function keyboardOf(t: Test, { page, isAlive }: Person): Keyboard {
  return {
    async press(name) {
      // What is pressed while something else is under way does nothing.
      await page.getByRole('button', { name, exact: true, disabled: false }).first().waitFor();
      await isAlive();
      const isMeant = (words: string): boolean => (typeof name === 'string' ? words === name : name.test(words));
      for (let stop = 0; stop < MOST_STOPS; stop++) {
        const focus = await look(page);
        if (focus.isButton && isMeant(focus.words)) {
          await page.locator(':focus:not([aria-disabled="true"])').waitFor();
          return page.keyboard.press('Enter');
        }
        await page.keyboard.press('Tab');
        const { isStop, isSeen, words } = await look(page);
        if (isStop && !isSeen) t.fail(`one cannot see that “${words}” has the focus`);
      }
      t.fail(`“${name}” is out of reach`);
    },
    isAt: (words) => page.locator(':focus', { hasText: words }).waitFor(),
  };
}

interface Focus {
  readonly isStop: boolean;
  readonly isButton: boolean;
  /** Whether it has an outline. */
  readonly isSeen: boolean;
  readonly words: string;
}

function look(page: Page): Promise<Focus> {
  return page.evaluate(() => {
    const element = document.activeElement ?? document.body;
    const { outlineStyle, outlineWidth } = getComputedStyle(element);
    return {
      isStop: element !== document.body && element !== document.documentElement,
      isButton: element.tagName === 'BUTTON',
      isSeen: outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2,
      words: element.getAttribute('aria-label') ?? element.textContent?.replace(/\s+/g, ' ').trim() ?? '',
    };
  });
}
