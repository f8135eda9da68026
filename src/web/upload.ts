import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
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

/** Most text of one form, in characters; the fields of a form lie in memory until it is read. */
const MOST_TEXT = 3 * 1024 * 1024;

/** Puts a field of a form where handlers look for it; a name given twice makes a list. */
function keep(fields: Record<string, unknown>, name: string, value: string): void {
  // Names such as `__proto__` never become properties.
  if (!/^[A-Za-z_][\w.[\]-]*$/.test(name) || name.includes('__proto__')) return;
  const before: unknown = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (before === undefined) fields[name] = value;
  else fields[name] = Array.isArray(before) ? [...(before as unknown[]), value] : [before, value];
}

/**
 * Reads forms with files (`multipart/form-data`): fields into `req.body`, files aside on disk. A file
 * over the limit is cut and marked, so that everything else typed in the form still arrives; whatever
 * no handler kept is gone when the answer is out.
 *
 * @param place - Where files may lie aside, and the largest size in bytes.
 * @throws TrellisError TOO_LARGE for a body of more than ten such files or too much text, INVALID_INPUT
 *   for one that breaks off or cannot be read.
 */
export function acceptUploads(place: {
  readonly aside: () => Promise<string>;
  readonly maxBytes: number;
}): RequestHandler {
  const tooLarge = (): TrellisError => new TrellisError('TOO_LARGE', 'form with files too large');

  const read = async (req: Request): Promise<void> => {
    const files: IncomingFile[] = [];
    const fields: Record<string, unknown> = {};
    arrived.set(req, files);
    const writing: Promise<void>[] = [];
    try {
      const parser = busboy({
        headers: req.headers,
        defParamCharset: 'utf8',
        limits: { fileSize: place.maxBytes, files: 10, fields: 2000, fieldSize: MOST_TEXT },
      });
      await new Promise<void>((resolve, reject) => {
        /** Reads no further: nobody waits for a file or a field that will not come. */
        const stop = (error: Error): void => {
          reject(error);
          req.unpipe(parser);
          req.resume();
          parser.destroy(error);
        };
        let bytes = 0;
        let characters = 0;
        parser.on('field', (name, value, { valueTruncated }) => {
          characters += value.length;
          if (valueTruncated || characters > MOST_TEXT) {
            stop(tooLarge());
            return;
          }
          keep(fields, name, value);
        });
        parser.on('file', (field, stream, info) => {
          let isCut = false;
          stream.on('limit', () => (isCut = true));
          // Heard from the first moment: a form may break off before the file aside is open.
          stream.on('error', () => undefined);
          const written = (async () => {
            const path = await place.aside();
            try {
              await pipeline(stream, createWriteStream(path));
            } catch (error) {
              await rm(path, { force: true });
              throw error;
            }
            // A file input that was left empty sends a part without a name.
            if (!info.filename) await rm(path, { force: true });
            else files.push({ field, name: info.filename, path, isTooLarge: isCut });
          })();
          writing.push(written);
          written.catch(stop);
        });
        parser.on('close', resolve).on('error', reject);
        req.on('aborted', () => stop(new Error('request broke off')));
        req.on('data', (piece: Buffer) => {
          bytes += piece.length;
          if (bytes > place.maxBytes * 10) stop(tooLarge());
        });
        req.pipe(parser);
      });
      await Promise.all(writing);
    } catch (error) {
      await Promise.allSettled(writing);
      await Promise.all(files.map(({ path }) => rm(path, { force: true })));
      if (error instanceof TrellisError || (error as { code?: unknown }).code === 'ENOSPC')
        throw error;
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
      next(tooLarge());
      return;
    }
    res.on('close', () => {
      for (const { path } of uploadsOf(req)) void rm(path, { force: true });
    });
    read(req).then(() => next(), next);
  };
}
