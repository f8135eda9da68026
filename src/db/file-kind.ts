import { open } from 'node:fs/promises';
import { fileTypeFromFile } from 'file-type';

/** Why a file was not taken; words under `submissions.file-problem`. */
export type FileProblem =
  'too-large' | 'empty' | 'forbidden-type' | 'mismatch' | 'broken-image' | 'cut-off' | 'bad-name';

const ZIP_BASED = [
  'application/zip',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  'application/vnd.oasis.opendocument.text',
  'application/vnd.oasis.opendocument.spreadsheet',
  'application/vnd.oasis.opendocument.presentation',
  'application/vnd.oasis.opendocument.graphics',
  'application/epub+zip',
];
const OLD_OFFICE = ['application/x-cfb', 'application/msword', 'application/vnd.ms-excel'];
const MPEG_4 = ['video/mp4', 'audio/mp4', 'audio/x-m4a', 'video/x-m4v', 'video/quicktime'];
const WEBM = ['video/webm', 'audio/webm', 'video/matroska', 'video/x-matroska'];
const OGG = ['audio/ogg', 'video/ogg', 'application/ogg', 'audio/opus'];

/** What the content of a file with this ending may be; other endings take anything that is allowed. */
const BY_ENDING: Readonly<Record<string, readonly string[]>> = {
  pdf: ['application/pdf'],
  jpg: ['image/jpeg'],
  jpeg: ['image/jpeg'],
  png: ['image/png', 'image/apng'],
  gif: ['image/gif'],
  webp: ['image/webp'],
  docx: ZIP_BASED,
  xlsx: ZIP_BASED,
  pptx: ZIP_BASED,
  odt: ZIP_BASED,
  ods: ZIP_BASED,
  odp: ZIP_BASED,
  doc: [...OLD_OFFICE, 'application/rtf', 'text/plain'],
  xls: [...OLD_OFFICE, 'text/plain'],
  ppt: [...OLD_OFFICE, 'application/vnd.ms-powerpoint'],
  zip: ZIP_BASED,
  mp3: ['audio/mpeg'],
  wav: ['audio/wav', 'audio/vnd.wave'],
  flac: ['audio/flac', 'audio/x-flac'],
  m4a: MPEG_4,
  mp4: MPEG_4,
  mov: MPEG_4,
  webm: WEBM,
  ogg: OGG,
  oga: OGG,
  ogv: OGG,
  txt: ['text/plain'],
  csv: ['text/plain'],
  md: ['text/plain'],
};

const ALLOWED = new Set([
  ...Object.values(BY_ENDING).flat(),
  'image/avif',
  'image/heic',
  'image/heif',
  'image/bmp',
  'image/tiff',
  'application/rtf',
  'application/xml',
  'text/markup',
  'application/vnd.geogebra.file',
]);

/** Endings that a computer runs when they are opened. */
const RUNS = new Set(
  'exe com bat cmd msi msp scr pif cpl dll jar js jse vbs vbe wsf wsh ps1 psm1 sh bash zsh csh command app apk ipa deb rpm dmg iso reg lnk hta gadget appimage scpt'.split(
    ' ',
  ),
);

/** The ending of a name in small letters, without its dot; empty: none. */
export function endingOf(name: string): string {
  return /\.([a-z0-9]{1,10})$/i.exec(name)?.[1]?.toLowerCase() ?? '';
}

/** Content without a signature: words, markup, a script, or bytes that nothing can be said about. */
async function kindOfText(
  path: string,
): Promise<'text/plain' | 'text/markup' | 'script' | 'unknown'> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(8192), 0, 8192, 0);
    const head = buffer.subarray(0, bytesRead);
    if (head.includes(0)) return 'unknown';
    const text = head.toString('utf8');
    if (text.startsWith('#!')) return 'script';
    return /<\s*(!doctype|html|svg|script|body|head|iframe|object|\?xml)/i.test(text)
      ? 'text/markup'
      : 'text/plain';
  } finally {
    await file.close();
  }
}

/**
 * Finds out what a file is from its content; the name and what the browser claims count for nothing
 * but to see that they do not lie.
 *
 * @param path - Where the bytes lie.
 * @param name - The name it came with.
 * @returns The media type to store, or why the file is refused. Markup is kept as mere bytes, so that
 *   no browser ever draws it.
 */
export async function kindOf(
  path: string,
  name: string,
): Promise<{ ok: true; mediaType: string } | { ok: false; problem: FileProblem }> {
  const ending = endingOf(name);
  if (RUNS.has(ending)) return { ok: false, problem: 'forbidden-type' };
  const found = await fileTypeFromFile(path);
  const mediaType = found?.mime.split(';')[0] ?? (await kindOfText(path));
  if (!ALLOWED.has(mediaType)) return { ok: false, problem: 'forbidden-type' };
  const expected = BY_ENDING[ending];
  if (expected !== undefined && !expected.includes(mediaType))
    return { ok: false, problem: 'mismatch' };
  return {
    ok: true,
    mediaType:
      mediaType === 'text/markup' || mediaType === 'application/xml'
        ? 'application/octet-stream'
        : mediaType,
  };
}

/** Types that a browser may show in a page of ours; everything else is a download. */
export function isShownInPage(mediaType: string): boolean {
  return (
    ['image/jpeg', 'image/png', 'image/gif', 'image/webp'].includes(mediaType) ||
    mediaType.startsWith('audio/') ||
    ['video/mp4', 'video/webm', 'video/ogg', 'video/quicktime', 'video/matroska'].includes(
      mediaType,
    )
  );
}

/**
 * A name that is safe to show and to save: its last part only, no control characters, no more than
 * 120 characters, its ending kept.
 */
export function safeName(name: string): string {
  const last =
    name
      .normalize('NFC')
      .split(/[\\/]/)
      .at(-1)
      // Control characters and the marks that turn text around ("gpj.exe").
      ?.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '')
      .replaceAll(/[<>:"|?*]/g, '_')
      .replaceAll(/\s+/g, ' ')
      .replace(/^[. ]+/, '')
      .trim() ?? '';
  if (last === '') return 'file';
  const ending = endingOf(last);
  const stem = ending === '' ? last : last.slice(0, -ending.length - 1);
  const short = Array.from(stem)
    .slice(0, 120 - ending.length - 1)
    .join('');
  return ending === '' ? short : `${short === '' ? 'file' : short}.${ending}`;
}
