import type { Material } from '../assignments/assignment.js';
import { hostOf } from './work.view.js';

/** A material as pages show it. */
export interface MaterialRow {
  readonly title: string;
  readonly icon: string;
  readonly href: string | null;
  readonly host: string;
  readonly html: string | null;
}

/** Materials as rows; a file's address is short-lived and this session's own. */
export function materialRows(
  materials: readonly Material[],
  addressOf: (fileId: string) => string,
): readonly MaterialRow[] {
  return materials.map((material) => {
    const href =
      material.kind === 'link'
        ? material.url
        : material.kind === 'file' && material.fileId !== null
          ? addressOf(material.fileId)
          : null;
    const host = material.kind === 'link' ? hostOf(material.url ?? '') : '';
    return {
      title: material.title,
      icon:
        material.kind === 'link'
          ? 'external-link'
          : material.kind === 'file'
            ? 'file'
            : 'book-open-text',
      href,
      host,
      html: material.html,
    };
  });
}
