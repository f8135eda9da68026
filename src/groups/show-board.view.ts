import type { Response } from 'express';
import { assignmentNav } from '../assignments/nav.view.js';
import { may } from '../launch/permissions.js';
import { actorOf, type Actor } from '../web/actor.js';
import { render } from '../web/render.js';
import type { NoticeView } from './board-notices.view.js';
import { boardView } from './board.view.js';
import { workedIn } from './grouping.js';
import { loadBoard, type Board, type GroupDeps } from './load-board.js';

/** Reads the board for whoever asks. */
export function boardFor(deps: GroupDeps, actor: Actor, assignmentId: string): Promise<Board> {
  const neutral = (number: number): string => actor.words.t('groups.student', { number });
  return loadBoard(deps, actor.contextId, assignmentId, neutral, actor.words.timeZone);
}

type Extra = Parameters<typeof boardView>[4];

/** Shows the group board, with what was typed and why it did not go through. */
export function showBoard(res: Response, board: Board, extra: Extra = {}): void {
  const actor = actorOf(res);
  const mayGroup = may(actor.role, 'group', actor.assistants);
  render(res, 'groups/board', boardView(board, actor.base, mayGroup, actor.words, extra), {
    title: actor.words.t('groups.title'),
    nav: assignmentNav(actor, board.assignment.id, 'groups'),
  });
}

/** Roles that were held in earlier activities, oldest first. */
export function rolesBefore(board: Board): readonly Readonly<Record<string, string>>[] {
  return workedIn(board.recent).map((grouping) =>
    Object.fromEntries(grouping.groups.flatMap((group) => Object.entries(group.roles))),
  );
}

/** A word above the board, about what was just tried. */
export function notice(
  kind: NoticeView['kind'],
  title: string,
  text = '',
  items: readonly string[] = [],
): NoticeView {
  return { kind, title, text, items, href: null, action: null };
}
