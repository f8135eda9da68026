import { pipeline } from 'node:stream/promises';
import { Router, type Request } from 'express';
import { isShownInPage } from '../db/file-kind.js';
import type { FileStore, StoredFile } from '../db/files.js';
import type { ByteRange } from '../db/blobs.js';
import { TrellisError } from '../errors.js';
import { may } from '../launch/permissions.js';
import { actorOf, param, type Actor } from '../web/actor.js';
import { isSignedAddress } from '../web/file-address.js';
import { handler } from '../web/handler.js';
import type { Sessions } from '../web/session.model.js';

/** The part of a file that a player asks for; null: all of it. */
function rangeOf(req: Request, bytes: number): ByteRange | null {
  const asked = req.range(bytes, { combine: true });
  if (!Array.isArray(asked) || asked.type !== 'bytes') return null;
  const [first] = asked;
  return first === undefined ? null : { start: first.start, end: first.end };
}

/**
 * Serves files at signed addresses (`/files/<id>?s=…&until=…&sig=…`). Each opens one file for one
 * session while that lasts; nothing of a file can run in a page of ours: sandboxed, never guessed,
 * markup and documents as downloads only.
 */
export function fileRoutes(deps: {
  readonly files: FileStore;
  readonly sessions: Sessions;
  readonly secret: string;
  readonly clock: () => Date;
}): Router {
  const router = Router();
  router.get(
    '/:file',
    handler(async (req, res) => {
      const query = req.query as Record<string, unknown>;
      const text = (name: string): string => {
        const value = query[name];
        return typeof value === 'string' ? value : '';
      };
      const now = deps.clock();
      const fileId = param(req, 'file');
      const given = {
        fileId,
        sessionId: text('s'),
        until: Number(text('until')),
        sig: text('sig'),
      };
      if (!isSignedAddress(deps.secret, given, now))
        throw new TrellisError('NOT_FOUND', 'file address unsigned or over', { reason: 'file' });
      const session = await deps.sessions.find(given.sessionId);
      if (session === null || session.expiresAt <= now)
        throw new TrellisError('SESSION_ENDED', 'session of the file address is over');
      const file = await deps.files.findSigned(fileId);
      if (file === null) throw new TrellisError('NOT_FOUND', 'no such file', { reason: 'file' });
      const inline = isShownInPage(file.mediaType);
      // A piece of another student is read without knowing whose it is: its file's name may say it.
      const isOthers =
        session.role === 'learner' &&
        file.purpose === 'work' &&
        file.ownerId !== session.membershipId;
      const name = isOthers ? `work${/\.[a-z0-9]{1,8}$/i.exec(file.name)?.[0] ?? ''}` : file.name;
      const ascii = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_');
      res.setHeader(
        'Content-Type',
        file.mediaType === 'text/plain' ? 'text/plain; charset=utf-8' : file.mediaType,
      );
      res.setHeader('X-Content-Type-Options', 'nosniff');
      res.setHeader(
        'Content-Security-Policy',
        "default-src 'none'; sandbox; frame-ancestors 'none'",
      );
      res.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
      res.setHeader('Cache-Control', 'private, max-age=600');
      res.setHeader('Accept-Ranges', 'bytes');
      res.setHeader(
        'Content-Disposition',
        `${inline ? 'inline' : 'attachment'}; filename="${ascii}"; filename*=UTF-8''${encodeURIComponent(name)}`,
      );
      const range = rangeOf(req, file.bytes);
      if (range === null) res.setHeader('Content-Length', String(file.bytes));
      else {
        res.status(206);
        res.setHeader('Content-Range', `bytes ${range.start}-${range.end}/${file.bytes}`);
        res.setHeader('Content-Length', String(range.end - range.start + 1));
      }
      if (req.method === 'HEAD') {
        res.end();
        return;
      }
      // Compression would only burn time on what is packed already.
      res.setHeader('Content-Encoding', 'identity');
      await pipeline(deps.files.open(file, range ?? undefined), res).catch((error: unknown) => {
        // The reader went away; there is nobody left to tell.
        if (!res.headersSent) throw error;
        res.destroy();
      });
    }),
  );
  return router;
}

/** Whether somebody may ask for a file's address: its owner, the course's staff, or it is a material. */
export function mayRead(actor: Actor, file: StoredFile): boolean {
  return (
    file.purpose === 'material' ||
    file.ownerId === actor.membershipId ||
    may(actor.role, 'teach', actor.assistants)
  );
}

/** `/s/:session/files/:file`: sends on to a fresh signed address, for those who may read the file. */
export function ownFileRoutes(deps: {
  readonly files: FileStore;
  readonly fileAddress: (sessionId: string, fileId: string, now: Date) => string;
  readonly clock: () => Date;
}): Router {
  const router = Router({ mergeParams: true });
  router.get(
    '/:file',
    handler(async (req, res) => {
      const actor = actorOf(res);
      const file = await deps.files.find(actor.contextId, param(req, 'file'));
      // A file of somebody else is not there, rather than forbidden: its existence says something too.
      if (file === null || !mayRead(actor, file))
        throw new TrellisError('NOT_FOUND', 'no such file for this person', { reason: 'file' });
      res.redirect(303, deps.fileAddress(actor.sessionId, file.id, deps.clock()));
    }),
  );
  return router;
}
