import { Router } from 'express';
import type { TaskDesign } from '../assignments/assignment.js';
import { addMaterial } from '../assignments/design-parts.js';
import { newId } from '../db/ids.js';
import { actorOf } from '../web/actor.js';
import { allow } from '../web/allow.js';
import { handler } from '../web/handler.js';
import { fieldErrors, tryBody } from '../web/parse.js';
import { uploadsOf } from '../web/upload.js';
import { builderDesk, type BuilderDeps } from './builder-desk.view.js';
import { ownMoveForm } from './builder.schema.js';
import { moveSchema, type Move } from './move.schema.js';

/** Form fields of a body whose names still carry their brackets, as forms with files bring them. */
function nested(body: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(body)) {
    const path = name.split(/[[\]]+/).filter((part) => part !== '');
    let at = result;
    path.forEach((part, i) => {
      if (i === path.length - 1) {
        at[part] = value;
        return;
      }
      if (typeof at[part] !== 'object' || at[part] === null) at[part] = {};
      at = at[part] as Record<string, unknown>;
    });
  }
  return result;
}

/** What teachers bring to the builder themselves: moves of their own, and files. */
export function builderPartsRoutes(deps: BuilderDeps): Router {
  const router = Router({ mergeParams: true });
  const { ownMoves, clock } = deps;
  const { save, answer } = builderDesk(deps);

  router.post(
    '/moves/own',
    allow('design'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      const result = await save(req, res, (design) => design, 'typed');
      const form = tryBody(ownMoveForm, req);
      const refuse = async (errors: Readonly<Record<string, string>>): Promise<void> => {
        const typed = (req.body ?? {}) as Record<string, unknown>;
        const text = (name: string) => (typeof typed[name] === 'string' ? typed[name] : '');
        const ownMove = {
          isStretch: typed['moveKind'] === 'stretch',
          name: text('moveName'),
          text: text('moveText'),
          error: Object.values(errors)[0] ?? null,
        };
        const all = { ...result, errors: { ...result.errors, ...errors } };
        await answer(req, res, all, 'moves', { ownMove });
      };
      if (!form.ok) {
        await refuse(form.errors);
        return;
      }
      const { moveKind, moveName, moveText, moveWhy } = form.value;
      const move = moveSchema.safeParse({
        id: 'own',
        kind: moveKind,
        changes: 'process',
        name: moveName,
        text: moveText,
        why: moveWhy,
      });
      if (!move.success) {
        // "More of the same" is refused as a stretch, with why (product rule 15).
        const [message = ''] = Object.values(fieldErrors(move.error));
        await refuse({ moveText: message });
        return;
      }
      const made: Move = move.data;
      await ownMoves.add(actor.contextId, made, actor.membershipId, clock());
      await answer(req, res, result, 'moves');
    }),
  );

  router.post(
    '/files',
    allow('design'),
    handler(async (req, res) => {
      const actor = actorOf(res);
      req.body = nested((req.body ?? {}) as Record<string, unknown>);
      let errors: Record<string, string> = {};
      const added: ((design: TaskDesign) => TaskDesign)[] = [];
      for (const upload of uploadsOf(req)) {
        const tierId = /^file\.([\w-]+)$/.exec(upload.field)?.[1];
        if (tierId === undefined) continue;
        const outcome = upload.isTooLarge
          ? ({ ok: false, problem: 'too-large' } as const)
          : await deps.files.keep(
              upload.path,
              {
                contextId: actor.contextId,
                ownerId: actor.membershipId,
                purpose: 'material',
                name: upload.name,
              },
              clock(),
            );
        if (!outcome.ok) {
          errors = {
            ...errors,
            [upload.field]: actor.words.t(`tiers.file.${outcome.problem}`, { name: upload.name }),
          };
          continue;
        }
        const { file } = outcome;
        const materialId = newId();
        added.push((design) =>
          addMaterial(
            design,
            tierId,
            { kind: 'file', title: file.name, fileId: file.id },
            () => materialId,
          ),
        );
      }
      const result = await save(
        req,
        res,
        (design) => added.reduce((done, add) => add(done), design),
        added.length > 0 ? 'material-added' : 'typed',
      );
      await answer(req, res, { ...result, errors: { ...result.errors, ...errors } }, null);
    }),
  );
  return router;
}
