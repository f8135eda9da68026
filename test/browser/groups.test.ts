import type { Browser, Frame } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { assignmentModel } from '../../src/assignments/assignment.model.js';
import { groupedIds } from '../../src/groups/grouping.js';
import { groupingModel } from '../../src/groups/grouping.model.js';
import { sameModels, startGroupsClass, type GroupsClass } from '../http/groups-class.js';
import {
  describeInBrowser,
  expectAccessible,
  expectNoSidewaysScroll,
  openBrowser,
  openInLms,
} from '../support/browser.js';

describeInBrowser('groups and placements', () => {
  let browser: Browser;
  let room: GroupsClass;
  let clicks = 0;

  beforeAll(async () => {
    room = await startGroupsClass();
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser.close();
    await room.world.close();
  });

  const fresh = () =>
    assignmentModel(sameModels(room.world)).get(room.contextId, room.assignment.id);
  async function current() {
    const { groupingId } = await fresh();
    return groupingModel(sameModels(room.world)).get(room.contextId, groupingId!);
  }
  async function open(size?: { width: number; height: number }): Promise<Frame> {
    const context = await browser.newContext(size === undefined ? {} : { viewport: size });
    const frame = await openInLms(await context.newPage(), room.world, {
      as: 'teacher-1',
      link: 'link-1',
    });
    await frame.waitForSelector('nav.tabs a[href$="/groups"]');
    clicks = 0;
    return frame;
  }
  async function click(frame: Frame, selector: string): Promise<void> {
    clicks += 1;
    await frame.click(selector);
  }
  const settled = async (frame: Frame, page: string, text: RegExp): Promise<void> => {
    await frame.waitForSelector(`body[data-page="${page}"]`);
    await frame.waitForSelector(`text=${text.toString()}`);
  };

  test('regrouping takes two clicks from anywhere, three with absentees', async () => {
    const frame = await open();
    await click(frame, 'nav.tabs a[href$="/groups"]');
    await frame.waitForSelector('#regroup-now');
    await click(frame, '#regroup-now');
    await settled(frame, 'groups/board', /Groups now/);
    expect(clicks).toBe(2);
    expect(groupedIds(await current()).size).toBe(28);
    await expectAccessible(frame);

    const before = (await current()).id;
    clicks = 1; // the tab
    await click(frame, '[data-absent-count]');
    await frame.focus('#absentNames');
    await frame
      .page()
      .keyboard.type('Ana Ruiz, Benjamin, Gareth, Samuel, Thandiwe, Uma, Wen, Ximena, Yusuf, Olga');
    await click(frame, '#regroup-now');
    await settled(frame, 'groups/board', /10 absent/);
    expect(clicks).toBe(3);
    expect((await current()).id).not.toBe(before);
    expect(groupedIds(await current()).size).toBe(18);
  });

  test('a name is dragged to another group, and the same works by list and keyboard', async () => {
    const frame = await open({ width: 1280, height: 1800 });
    await click(frame, 'nav.tabs a[href$="/groups"]');
    await frame.waitForSelector('#groups');
    const { groups, version } = await current();
    const [first, second, third] = groups;
    const name = first!.memberIds[0]!;
    await frame.waitForSelector('.members[data-ready="true"]');
    await frame.dragAndDrop(
      `[data-drop="${first!.id}"] [data-id="${name}"] .person__name`,
      `[data-drop="${second!.id}"] .member:first-child .person__name`,
    );
    await expect.poll(async () => (await current()).version, { timeout: 10_000 }).toBe(version + 1);
    expect((await current()).groups[1]!.memberIds).toContain(name);
    await frame.waitForSelector(`[data-drop="${second!.id}"] input[value="${name}"]`);
    await frame.focus(`input[value="${name}"][name="member"]`);
    await frame.page().keyboard.press('Space');
    await frame.selectOption('#to', third!.id);
    await frame.focus('#move');
    await frame.page().keyboard.press('Enter');
    await expect.poll(async () => (await current()).version, { timeout: 10_000 }).toBe(version + 2);
    expect((await current()).groups[2]!.memberIds).toContain(name);
  });

  test('28 placements are confirmed by one click', async () => {
    const frame = await open();
    await frame.click('nav.tabs a[href$="/placements"]');
    await frame.waitForSelector('#confirm-all');
    clicks = 0;
    await click(frame, '#confirm-all');
    await settled(frame, 'insights/placements', /28 placements confirmed/);
    expect(clicks).toBe(1);
    expect((await fresh()).placements.filter((p) => p.because === 'learner')).toHaveLength(28);
    await expectAccessible(frame);
  });

  test('at 320 pixels nothing runs off sideways', async () => {
    const frame = await open({ width: 340, height: 700 });
    for (const path of ['/groups', '/groups/rules', '/placements', '/tickets', '/evidence']) {
      await frame.goto(
        new URL(frame.url()).origin +
          new URL(room.at(path)).pathname.replace(
            /^\/s\/[^/]+/,
            new URL(frame.url()).pathname.match(/^\/s\/[^/]+/)![0],
          ),
      );
      await expectNoSidewaysScroll(frame);
      await expectAccessible(frame);
    }
  });
});
