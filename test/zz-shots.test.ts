import { test } from 'vitest';
import { openBrowser, openInLms, expectAccessible, expectNoSidewaysScroll } from './support/browser.js';
import { startClass, press, csrfOf } from './http/submissions-class.js';
test('shots', async () => {
  const c = await startClass((d) => ({ ...d, settings: { ...d.settings, peerFeedback: true } }));
  const id = c.design.board.options[0]!.id;
  const people = [] as any[];
  for (const k of ['student-1', 'student-2', 'student-3', 'student-4']) {
    const one = await c.student(k);
    const chosen = await press(one.visitor, one.page, `${one.at}/choice/${id}/take`);
    await one.visitor.submit(chosen, '#work form[data-behaviour=writing]', { text: `Algae are producers. ${k} wrote a longer text about the pond and who eats whom in it.` });
    if (k !== 'student-4') await one.visitor.submit(await one.visitor.open(`${one.at}/hand-in`), 'form[action$="/hand-in"]', { 'reflection[0]': 'I drew first' });
    people.push(one);
  }
  const desk = await c.teacher.visitor.open(`${c.teacherAt}/peer-feedback`);
  await c.teacher.visitor.submit(desk, 'form[action$="/open"]');
  for (const one of people.slice(1, 3)) {
    const page = await one.visitor.open(`${one.at}/peers`);
    for (const f of page.html.querySelectorAll('form[action*="/peers/"]'))
      await press(one.visitor, page, f.getAttribute('action')!, Object.fromEntries(c.design.criteria.flatMap((x) => [[`works[${x.id}]`, 'The arrows are clear'], [`next[${x.id}]`, 'Add the sun']])));
  }
  const d2 = await c.teacher.visitor.open(`${c.teacherAt}/peer-feedback`);
  const ids = d2.html.querySelectorAll('[name=ids]').map((x) => x.getAttribute('value')!);
  await c.teacher.visitor.submit(d2, 'form[action$="/release-all"]', { ids } as never);
  const m1 = await people[0].member();
  const now = new Date();
  const g = await c.grades.open({ contextId: c.contextId, assignmentId: c.assignment.id, membershipId: m1 }, now);
  const marks = [{ criterionId: c.design.criteria[0]!.id, points: 10, comment: 'Every one of them', nextMove: 'Add the fish' }];
  await c.grades.change(g, { isFinished: true, marks, released: { kind: 'scored', points: 18, pointsPossible: 20, marks, comment: 'A clear web', nextMove: 'Explain one arrow', at: now, byMembershipId: m1, attempt: 1, submittedAt: now, sequence: 1 } }, now);
  const browser = await openBrowser();
  const out = '/tmp/shots6';
  const go = async (as: string, link: string, path: string | null, name: string, post?: (f: any) => Promise<void>) => {
    for (const [w, dark] of [[1280, false], [320, true]] as const) {
      const context = await browser.newContext({ viewport: { width: w, height: 900 }, colorScheme: dark ? 'dark' : 'light' });
      const page = await context.newPage();
      try {
        const frame = await openInLms(page, c.world, { as, link });
        await frame.waitForSelector('main h1');
        const base = /\/s\/[^/]+/.exec(frame.url())![0];
        if (path !== null) {
          const a = path.replace('A', `a/${c.assignment.id}`);
          await frame.evaluate(`document.querySelector('main').insertAdjacentHTML('beforeend','<p><a id=zz href="${base}/${a}">x</a></p>'); htmx.process(document.querySelector('#zz')); document.querySelector('#zz').click()`);
          await page.waitForTimeout(900);
        }
        if (post) await post(frame);
        const h = (await frame.evaluate('document.documentElement.scrollHeight')) as number;
        await page.setViewportSize({ width: w, height: Math.min(h + 160, 2600) });
        await page.waitForTimeout(200);
        await page.screenshot({ path: `${out}/${name}-${w}.png` });
        await expectNoSidewaysScroll(frame).catch((e) => console.log(name, w, 'SIDEWAYS', String(e.message).slice(0, 200)));
        await expectAccessible(frame).catch((e) => console.log(name, w, 'AXE', String(e.message).slice(0, 600)));
      } catch (e) { console.log(name, w, String(e).slice(0, 300)); }
      await context.close();
    }
  };
  await go('student-1', 'link-1', 'A/feedback', 'feedback');
  await go('student-1', 'link-1', 'A/peers', 'peers');
  await go('teacher-1', 'link-1', 'A/peer-feedback', 'peer-desk');
  await go('student-1', 'link-1', 'my', 'my');
  await go('student-4', 'link-1', null, 'task');
  await go('student-4', 'link-1', `A/work/${id}/versions`, 'versions');
  await go('mentor-1', 'link-1', null, 'family');
  await go('student-5', 'link-2', null, 'link');
  await go('student-4', 'link-1', null, 'both', async (f) => {
    await f.evaluate(`(() => { const m=document.querySelector('main'); m.insertAdjacentHTML('beforeend','<form id=zf method=post action="'+location.pathname.replace('/task','/work/${id}')+'"><input name=_csrf value="'+document.querySelector('meta[name=trellis-csrf]').content+'"><input name=version value=0><textarea name=text>Written in the second tab</textarea></form>'); htmx.process(document.querySelector('#zf')); document.querySelector('#zf').requestSubmit(); })()`);
    await f.page().waitForTimeout(1200);
  });
  await browser.close();
  await c.close();
}, 180000);
