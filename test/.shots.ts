import { chromium } from 'playwright-core';
import { startClass, press, csrfOf } from './http/submissions-class.js';
import { writeFileSync } from 'node:fs';
const c = await startClass();
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox','--disable-gpu','--use-fake-ui-for-media-stream','--use-fake-device-for-media-stream'] });
async function pageFor(order: any, opts: any = {}) {
  const ctx = await b.newContext({ viewport: { width: opts.w ?? 1100, height: 900 }, colorScheme: opts.dark ? 'dark' : 'light' });
  const p = await ctx.newPage();
  p.on('console', (m) => { if (m.type() === 'error' || m.type()==='warning') console.log('CONSOLE', m.text()); });
  p.on('pageerror', (e) => console.log('PAGEERROR', e.message));
  const v = new (await import('./support/visitor.js')).Visitor();
  const { visitor, base, page } = await c.world.launch(order, v);
  const host = new URL(c.world.url).host;
  for (const [name, value] of visitor.cookies(host)) await ctx.addCookies([{ name, value, url: c.world.url.replace('http:', 'https:'), secure: true, httpOnly: true, sameSite: 'None' } as any]);
  return { p, base, ctx, visitor, page };
}
const out = '/tmp/st/';
const o = c.design.board.options;
const s = await pageFor({ as: 'student-1', link: 'link-1' });
const at = `${s.base}/a/${c.assignment.id}`;
await s.p.goto(`${at}/task`);
console.log('landed', await s.p.evaluate(() => document.body.dataset.page));
await s.p.screenshot({ path: out + 'task-1.png', fullPage: true });
await s.p.click(`button[formaction$="${o[0]!.id}/take"]`);
await s.p.waitForSelector('trix-editor');
await s.p.click('trix-editor');
await s.p.keyboard.type('Algae make food. ');
await s.p.waitForTimeout(3500);
console.log('state', await s.p.getAttribute('[data-save-state]', 'data-state'));
await s.p.screenshot({ path: out + 'task-2.png', fullPage: true });
await s.p.click('a:has-text("Hand in")');
await s.p.waitForSelector('body[data-page="submissions/hand-in"]');
await s.p.screenshot({ path: out + 'handin.png', fullPage: true });
await s.p.click('button:has-text("Hand in now")');
await s.p.waitForTimeout(1500); console.log(await s.p.innerText("main")); await s.p.waitForSelector("#handed-in",{timeout:3000});
await s.p.screenshot({ path: out + 'handed.png', fullPage: true });
for (const [n, w, dark] of [['dark', 1100, true], ['320', 320, false]] as const) {
  const d = await pageFor({ as: n === 'dark' ? 'student-2' : 'student-3', link: 'link-1' }, { w, dark });
  await d.p.goto(`${d.base}/a/${c.assignment.id}/task`);
  await d.p.screenshot({ path: out + `task-${n}.png`, fullPage: true });
  await d.p.click(`button[formaction$="${o[0]!.id}/take"]`);
  await d.p.waitForSelector('trix-editor');
  await d.p.waitForTimeout(800);
  await d.p.screenshot({ path: out + `work-${n}.png`, fullPage: true });
  console.log(n, 'overflow', await d.p.evaluate(() => document.documentElement.scrollWidth > innerWidth));
  await d.p.goto(`${d.base}/my/growth`);
  await d.p.screenshot({ path: out + `growth-${n}.png`, fullPage: true });
  console.log(n, 'overflow', await d.p.evaluate(() => document.documentElement.scrollWidth > innerWidth));
  await d.p.goto(`${d.base}/a/${c.assignment.id}/idea`);
  await d.p.screenshot({ path: out + `idea-${n}.png`, fullPage: true });
  if (n === 'dark') { const q = d.page; await press(d.visitor, q, `${d.base}/a/${c.assignment.id}/ask`, { text: 'What is a producer?' }); await press(d.visitor, q, `${d.base}/a/${c.assignment.id}/another-way`, { kind: 'stretch' }); }
}
const t = await pageFor({ as: 'teacher-1', link: 'link-1' });
await t.p.goto(`${t.base}/a/${c.assignment.id}`);
await t.p.screenshot({ path: out + 'board.png', fullPage: true });
await t.p.click('.lane[data-lane="handed-in"] a.person');
await t.p.waitForSelector('body[data-page="submissions/student"]');
await t.p.screenshot({ path: out + 'student.png', fullPage: true });
await t.p.goto(`${t.base}/a/${c.assignment.id}/choices`);
await t.p.screenshot({ path: out + 'choices.png', fullPage: true });
const t2 = await pageFor({ as: 'teacher-1', link: 'link-1' }, { w: 320, dark: true });
for (const [n, path] of [['board', ''], ['choices', '/choices']] as const) {
  await t2.p.goto(`${t2.base}/a/${c.assignment.id}${path}`);
  await t2.p.screenshot({ path: out + `${n}-320d.png`, fullPage: true });
  console.log(n, 'overflow', await t2.p.evaluate(() => document.documentElement.scrollWidth > innerWidth));
}
await b.close();
await c.close();
process.exit(0);
