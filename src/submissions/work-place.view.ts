import type { SubmissionOption } from '../assignments/assignment.js';
import { plainText } from '../assignments/clean-html.js';
import { materialRows, type MaterialRow } from './material.view.js';
import { noWork } from './submission.js';
import type { TaskParts } from './task.view.js';
import { editorHtml, fileRow, formIcon, workView, type FileRow } from './work.view.js';

/** The place where one chosen option is made. */
export interface WorkPlace {
  readonly optionId: string;
  readonly title: string;
  readonly form: string;
  readonly icon: string;
  readonly instructionsHtml: string;
  readonly materials: readonly MaterialRow[];
  readonly saveHref: string;
  readonly uploadHref: string;
  readonly versionsHref: string | null;
  readonly version: number;
  readonly html: string;
  readonly text: string;
  readonly linkUrl: string;
  readonly linkHost: string;
  readonly files: readonly FileRow[];
  readonly accept: string;
  readonly savedText: string | null;
  readonly error: string | null;
  /** Key of this draft in the browser's own store while the network is away. */
  readonly keepKey: string;
}

const ACCEPTS: Readonly<Record<string, string>> = {
  photo: 'image/*',
  audio: 'audio/*',
  video: 'video/*',
  drawing: 'image/*',
  paper: 'image/*',
};

/** Where a student makes the work of one option, with the draft as it stands. */
export function placeOf(option: SubmissionOption, parts: TaskParts): WorkPlace {
  const { submission, words, addressOf, base, assignmentId } = parts;
  const draft = submission.drafts.find((d) => d.optionId === option.id);
  const work = draft?.work ?? noWork;
  const at = `${base}/a/${assignmentId}/work/${option.id}`;
  const html = parts.workError?.html ?? work.html;
  return {
    optionId: option.id,
    title: option.title,
    form: option.form,
    icon: formIcon(option.form),
    instructionsHtml: option.instructionsHtml,
    materials: materialRows(option.materials, addressOf),
    saveHref: at,
    uploadHref: `${at}/uploads`,
    versionsHref: parts.hasVersions ? `${at}/versions` : null,
    version: draft?.version ?? 0,
    html: editorHtml(html),
    text: plainText(html),
    linkUrl: parts.workError?.linkUrl ?? work.linkUrl,
    linkHost: workView(work, addressOf, words).linkHost,
    files: work.files.map((file) => fileRow(file, addressOf, words)),
    accept: ACCEPTS[option.form] ?? '',
    savedText:
      draft === undefined
        ? null
        : words.t('submissions.saved-at', { when: words.moment(draft.savedAt) }),
    error: parts.workError?.message ?? null,
    keepKey: `trellis.draft.${submission.id}.${option.id}`,
  };
}
