import type { Browser, BrowserContext, Frame, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  describeInBrowser,
  expectAccessible,
  openBrowser,
  openInLms,
  pageName,
} from '../support/browser.js';
import { startWorld, type World } from '../support/world.js';

/** Counts what a teacher does besides typing words. */
class Hands {
  count = 0;
  constructor(
    private readonly page: Page,
    readonly frame: Frame,
  ) {}
  async click(selector: string): Promise<void> {
    this.count += 1;
    await this.frame.locator(selector).first().click();
  }
  async key(key: string): Promise<void> {
    this.count += 1;
    await this.page.keyboard.press(key);
  }
  /** Typing into whatever has the keyboard; not counted. */
  type(text: string): Promise<void> {
    return this.page.keyboard.type(text);
  }
}

describeInBrowser('from a launch to three published tiers', () => {
  let browser: Browser;
  let world: World;
  let context: BrowserContext;
  let page: Page;
  const problems: string[] = [];

  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    world = await startWorld();
    context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    page = await context.newPage();
    problems.length = 0;
    page.on('pageerror', (error) => problems.push(error.message));
  });
  afterEach(async () => {
    await context.close();
    await world.close();
  });

  test('from the attach page', async () => {
    const frame = await openInLms(page, world, { as: 'teacher-1', link: 'link-1' });
    expect(await pageName(frame)).toBe('assignments/attach');
    await expectAccessible(frame);
    const hands = new Hands(page, frame);
    await hands.click('#goals');
    await hands.type('I can explain a food web');
    await hands.key('Tab');
    await hands.type('Gives a reason');
    await hands.click('#attach-publish');
    await frame.waitForSelector('#builder .notice--success');
    expect(await frame.locator('.tier-card').count()).toBe(3);
    console.info(`interactions from launch to three published tiers (attach page): ${hands.count}`);
    expect(hands.count).toBeLessThanOrEqual(4);
    expect(problems).toEqual([]);
  });

  test('in the builder, with moves, at most twelve interactions, no page left behind', async () => {
    const frame = await openInLms(page, world, { as: 'teacher-1', link: 'link-1' });
    const hands = new Hands(page, frame);
    await hands.click('input[name=mode][value=plain]');
    await hands.click('#attach');
    await frame.waitForSelector('#builder');
    await hands.click('#add-goal');
    await frame.waitForSelector('textarea[name^="goals["]:focus');
    await hands.type('I can explain a food web');
    await hands.click('#add-criterion');
    await frame.waitForSelector('textarea[name^="criteria["]:focus');
    await hands.type('Gives a reason');
    await hands.click('[name=move][value^="support:"]');
    await frame.locator('.tier-card').nth(1).waitFor();
    await hands.click('[name=move][value^="stretch:"]');
    await frame.locator('.tier-card').nth(2).waitFor();
    await hands.click('#publish');
    await frame.waitForSelector('#builder .notice--success');
    console.info(`interactions from launch to three published tiers (builder): ${hands.count}`);
    expect(hands.count).toBeLessThanOrEqual(12);
    await expectAccessible(frame);
    expect(problems).toEqual([]);
  });

  test('what is typed is saved by itself and still there at the next launch', async () => {
    const frame = await openInLms(page, world, { as: 'teacher-1', link: 'link-1' });
    expect(await pageName(frame)).toBe('assignments/attach');
    await frame.click('#attach');
    await frame.waitForSelector('#builder');
    const text = frame.locator('.tier-card .rich__text').first();
    await text.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type(' Compare the pond with the hedge.');
    await frame.waitForSelector(
      '[data-save-state][data-state="unsaved"], [data-save-state][data-state="saving"]',
    );
    await frame.waitForSelector('[data-save-state][data-state="saved"]');
    const again = await openInLms(page, world, { as: 'teacher-1', link: 'link-1' });
    expect(await again.locator('.tier-card .rich__text').first().innerText()).toContain(
      'Compare the pond with the hedge.',
    );
    // Formatting that nobody touched is still there.
    expect(await again.locator('.tier-card .rich__text strong').first().innerText()).toBe(
      'food web',
    );
    expect(problems).toEqual([]);
  });

  test('a co-teacher’s change arrives in an open page, and nothing typed is lost', async () => {
    const frame = await openInLms(page, world, { as: 'teacher-1', link: 'link-1' });
    await frame.fill('#goals', 'I can explain');
    await frame.click('#attach');
    await frame.waitForSelector('#builder');
    const second = await (await browser.newContext()).newPage();
    const other = await openInLms(second, world, { as: 'teacher-2', link: 'link-1' });
    const goal = other.locator('textarea[name^="goals["]').first();
    await goal.fill('I can explain and give an example');
    await other.waitForSelector('[data-save-state][data-state="saved"]');
    await other.waitForTimeout(1500);
    const minutes = frame.locator('input[name$="[minutes]"]').first();
    await minutes.fill('50');
    await expect
      .poll(() => frame.locator('textarea[name^="goals["]').first().inputValue())
      .toContain('example');
    expect(await minutes.inputValue()).toBe('50');
    await second.context().close();
    expect(problems).toEqual([]);
  });
});
