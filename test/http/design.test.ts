import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorld, type World } from '../support/world.js';
import { formFields, type Page, type Visitor } from '../support/visitor.js';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

/** Presses a button of the builder: the whole form goes to the button's address with its value. */
async function press(
  visitor: Visitor,
  page: Page,
  selector: string,
  typed: Record<string, string | readonly string[]> = {},
): Promise<Page> {
  const form = page.html.querySelector('#builder, #fresh')!;
  const button = page.html.querySelector(selector);
  if (button === null) throw new Error(`no button ${selector}`);
  const name = button.getAttribute('name');
  const action = button.getAttribute('formaction') ?? form.getAttribute('action')!;
  return visitor.open(new URL(action, page.url).href, {
    method: 'POST',
    fields: {
      ...formFields(form),
      ...(name === undefined ? {} : { [name]: button.getAttribute('value') ?? '' }),
      ...typed,
    },
  });
}

test('a teacher attaches, and three routes are published by one button', async () => {
  const { visitor, page } = await world.launch({ as: 'teacher-1', link: 'link-1' });
  expect(page.page).toBe('assignments/attach');
  expect(page.text).toContain('Ecosystems');
  const done = await press(visitor, page, '#attach-publish', {
    goals: 'I can explain a food web',
    criteria: 'Names producers and consumers\nGives a reason',
  });
  console.log(done.status, done.page, done.url, done.html.querySelector('main')?.structuredText.slice(0, 6000));
  expect(done.page).toBe('tiers/builder');
});
