import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import busboy from 'busboy';
import type { Request, RequestHandler } from 'express';
import { TrellisError } from '../errors.js';

/** A file that came with a form and lies aside until a handler keeps it. */
export interface IncomingFile {
  readonly field: string;
  readonly name: string;
  readonly path: string;
  /** True when it was larger than allowed: only its first bytes are there, the form is whole. */
  readonly isTooLarge: boolean;
}

const arrived = new WeakMap<Request, readonly IncomingFile[]>();

/** The files that came with this request's form; empty inputs are left out. */
export function uploadsOf(req: Request): readonly IncomingFile[] {
  return arrived.get(req) ?? [];
}

/**
 * Reads forms with files (`multipart/form-data`): fields into `req.body`, files aside on disk. A file
 * over the limit is cut and marked, so that everything else typed in the form still arrives; whatever
 * no handler kept is gone when the answer is out.
 *
 * @param place - Where files may lie aside, and the largest size in bytes.
 * @throws TrellisError TOO_LARGE for a body of more than ten such files, INVALID_INPUT for one that
 *   breaks off or cannot be read.
 */
export function acceptUploads(place: {
  readonly aside: () => Promise<string>;
  readonly maxBytes: number;
}): RequestHandler {
  const read = async (req: Request): Promise<void> => {
    const files: IncomingFile[] = [];
    const fields: Record<string, unknown> = {};
    arrived.set(req, files);
    const writing: Promise<void>[] = [];
    const parser = busboy({
      headers: req.headers,
      defParamCharset: 'utf8',
      limits: { fileSize: place.maxBytes, files: 10, fields: 2000, fieldSize: 3 * 1024 * 1024 },
    });
    parser.on('field', (name, value) => {
      // Names such as `__proto__` never become properties.
      if (!/^[A-Za-z_][\w.[\]-]*$/.test(name) || name.includes('__proto__')) return;
      const before: unknown = Object.hasOwn(fields, name) ? fields[name] : undefined;
      fields[name] =
        before === undefined
          ? value
          : Array.isArray(before)
            ? [...(before as unknown[]), value]
            : [before, value];
    });
    parser.on('file', (field, stream, info) => {
      writing.push(
        (async () => {
          const path = await place.aside();
          let isCut = false;
          stream.on('limit', () => (isCut = true));
          await new Promise<void>((resolve, reject) => {
            const out = createWriteStream(path);
            stream.on('error', reject);
            out.on('error', reject).on('finish', resolve);
            stream.pipe(out);
          }).catch(async (error: unknown) => {
            stream.resume();
            await rm(path, { force: true });
            throw error;
          });
          // A file input that was left empty sends a part without a name.
          if (!info.filename) await rm(path, { force: true });
          else files.push({ field, name: info.filename, path, isTooLarge: isCut });
        })(),
      );
    });
    try {
      await new Promise<void>((resolve, reject) => {
        parser.on('close', resolve).on('error', reject);
        req.on('aborted', () => reject(new Error('request broke off')));
        req.pipe(parser);
      });
      await Promise.all(writing);
    } catch (error) {
      await Promise.allSettled(writing);
      await Promise.all(files.map(({ path }) => rm(path, { force: true })));
      if ((error as { code?: unknown }).code === 'ENOSPC') throw error;
      throw new TrellisError('INVALID_INPUT', 'form with files broke off', {
        reason: 'cut-off',
        cause: error,
      });
    }
    req.body = fields;
  };
  return (req, res, next) => {
    if (!/^multipart\/form-data/i.test(req.get('content-type') ?? '')) {
      next();
      return;
    }
    if (Number(req.get('content-length') ?? 0) > place.maxBytes * 10) {
      next(new TrellisError('TOO_LARGE', 'form with files too large'));
      return;
    }
    res.on('close', () => {
      for (const { path } of uploadsOf(req)) void rm(path, { force: true });
    });
    read(req).then(() => next(), next);
  };
}
