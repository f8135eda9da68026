import type { ProductForm } from '../assignments/assignment.js';
import type { Words } from '../web/words.js';
import type { Work, WorkFile } from './submission.js';

/** A file as pages show it. */
export interface FileRow {
  readonly fileId: string;
  readonly name: string;
  readonly size: string;
  readonly href: string;
  readonly icon: string;
  readonly show: 'image' | 'audio' | 'video' | 'link';
}

/** A piece of work as pages show it, to its maker or to staff. */
export interface WorkView {
  readonly html: string;
  readonly linkUrl: string;
  readonly linkHost: string;
  readonly files: readonly FileRow[];
  readonly isEmpty: boolean;
}

const ICONS: Readonly<Record<ProductForm, string>> = {
  text: 'pen-line',
  link: 'link',
  file: 'file-up',
  photo: 'camera',
  audio: 'mic',
  video: 'video',
  drawing: 'brush',
  paper: 'notebook-pen',
};

/** Icon of a way to show the learning. */
export function formIcon(form: ProductForm): string {
  return ICONS[form];
}

/** A size in words, such as "1.2 MB". */
export function sizeText(bytes: number, words: Words): string {
  return bytes < 1_000_000
    ? `${words.number(Math.max(1, Math.round(bytes / 1000)))} KB`
    : `${words.number(Math.round(bytes / 100_000) / 10)} MB`;
}

function showOf(mediaType: string): FileRow['show'] {
  if (['image/jpeg', 'image/png', 'image/gif', 'image/webp'].includes(mediaType)) return 'image';
  if (mediaType.startsWith('audio/')) return 'audio';
  return mediaType.startsWith('video/') ? 'video' : 'link';
}

/** A file's row. */
export function fileRow(
  file: WorkFile,
  addressOf: (fileId: string) => string,
  words: Words,
): FileRow {
  // Sound recorded in a page comes in a film's container; its ending tells.
  const isSound = /\.(weba|m4a|oga)$/i.test(file.name) && file.mediaType.startsWith('video/');
  const show = isSound ? 'audio' : showOf(file.mediaType);
  return {
    fileId: file.fileId,
    name: file.name,
    size: sizeText(file.bytes, words),
    href: addressOf(file.fileId),
    icon:
      show === 'image' ? 'image' : show === 'audio' ? 'mic' : show === 'video' ? 'video' : 'file',
    show,
  };
}

/** Host of a link, for a preview that fetches nothing; empty for none. */
export function hostOf(url: string): string {
  try {
    return new URL(url).host;
  } catch {
    return '';
  }
}

/**
 * A piece of work for a page.
 *
 * @param addressOf - Makes the short-lived address of a file.
 */
export function workView(
  work: Work,
  addressOf: (fileId: string) => string,
  words: Words,
): WorkView {
  return {
    html: work.html,
    linkUrl: work.linkUrl,
    linkHost: hostOf(work.linkUrl),
    files: work.files.map((file) => fileRow(file, addressOf, words)),
    isEmpty: work.characters === 0 && work.linkUrl === '' && work.files.length === 0,
  };
}

/** HTML as the editor likes it: it writes paragraphs as `div` and knows one kind of heading. */
export function editorHtml(html: string): string {
  return html
    .replaceAll(/<(\/?)p\b[^>]*>/g, '<$1div>')
    .replaceAll(/<(\/?)h[2-4]\b[^>]*>/g, '<$1h1>');
}
