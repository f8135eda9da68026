import compression from 'compression';
import cookieParser from 'cookie-parser';
import express, { type Express } from 'express';
import type { Settings } from '../config/env.js';
import { adminRoutes, consoleRoutes } from './admin/admin.routes.js';
import { installRoutes } from './admin/install.routes.js';
import { platformRoutes } from './admin/platform.routes.js';
import { auditModel } from './admin/audit.model.js';
import { stuckRows } from './admin/stuck.view.js';
import { attachRoutes } from './assignments/attach.routes.js';
import { courseRoutes } from './assignments/course.routes.js';
import { libraryRoutes } from './assignments/library.routes.js';
import { printRoutes } from './assignments/print.routes.js';
import { pickRoutes } from './assignments/pick.routes.js';
import { designEditor } from './assignments/design-editor.model.js';
import type { Store } from './db/connect.js';
import { createFileStore } from './db/files.js';
import { leaseModel } from './db/lease.model.js';
import { createWorker } from './db/worker.js';
import { deskRoutes } from './grading/desk.routes.js';
import { gradingRoutes } from './grading/grading.routes.js';
import { tellPlans } from './grading/plan.job.js';
import { planRoutes } from './grading/plan.routes.js';
import { createRelease, type ReleaseListener } from './grading/release.job.js';
import { severityPart } from './grading/severity.job.js';
import { boardRoutes } from './groups/board.routes.js';
import { lmsGroupsRoutes } from './groups/lms-groups.routes.js';
import { myWishesRoutes } from './groups/my-wishes.routes.js';
import { handRoutes } from './groups/hand.routes.js';
import { historyRoutes } from './groups/history.routes.js';
import { groupsInForce } from './groups/in-force.js';
import { rosterRoutes } from './groups/roster.routes.js';
import { rulesRoutes } from './groups/rules.routes.js';
import type { ContextId, MembershipId, RegistrationId } from './ids.js';
import { takeGrades } from './insights/evidence.job.js';
import { evidenceRoutes } from './insights/evidence.routes.js';
import { insightRoutes, mobilityRoutes, type InsightPart } from './insights/insight.routes.js';
import { myTicketRoutes } from './insights/my-tickets.routes.js';
import { placementRoutes } from './insights/placements.routes.js';
import { recentEvidence } from './insights/recent-evidence.js';
import { taskChecks } from './insights/my-tickets.view.js';
import { taskExtras } from './insights/task-extras.js';
import { ticketRoutes } from './insights/tickets.routes.js';
import { landing, landingRoutes, type LaunchListener } from './launch/land.routes.js';
import { readRosterIfOlder } from './launch/roster.job.js';
import { isRosterOlder, ROSTER_READ_MS, ROSTER_STALE_MS } from './launch/roster-age.js';
import { makeModels } from './models.js';
import { createLti, type Lti } from './lti/lti.js';
import { ledgerRoutes } from './passback/ledger.routes.js';
import { createPassback, type Passback } from './passback/passback.job.js';
import type { Assignment } from './assignments/assignment.js';
import { answerIdeaRoutes } from './choices/answer-idea.routes.js';
import { choicesRoutes } from './choices/choices.routes.js';
import { ideaRoutes } from './choices/idea.routes.js';
import { placesRoutes } from './choices/places.routes.js';
import { ownGroup } from './groups/in-force.js';
import { boardRoutes as classRoutes } from './submissions/board.routes.js';
import type { SubmissionListener } from './submissions/deps.js';
import { familyRoutes } from './submissions/family.routes.js';
import { feedbackRoutes } from './submissions/feedback.routes.js';
import { fileRoutes, ownFileRoutes } from './submissions/file.routes.js';
import { groupWorkRoutes } from './submissions/group-work.routes.js';
import { growthRoutes } from './submissions/growth.routes.js';
import { handInRoutes } from './submissions/hand-in.routes.js';
import { linkTaskRoutes } from './submissions/link.routes.js';
import { myRoutes } from './submissions/my.routes.js';
import { peerDeskRoutes } from './submissions/peer-desk.routes.js';
import { peersRoutes } from './submissions/peers.routes.js';
import { studentRoutes } from './submissions/student.routes.js';
import type { Submission } from './submissions/submission.js';
import { taskRoutes } from './submissions/task.routes.js';
import { workFileRoutes } from './submissions/work-file.routes.js';
import { workRoutes } from './submissions/work.routes.js';
import type { BuilderDeps } from './tiers/builder-desk.view.js';
import { builderPartsRoutes } from './tiers/builder-parts.routes.js';
import { builderRoutes } from './tiers/builder.routes.js';
import { peopleRoutes } from './tiers/people.routes.js';
import { previewRoutes } from './tiers/preview.routes.js';
import { publishRoutes } from './tiers/publish.routes.js';
import { actorOf, type Actor } from './web/actor.js';
import { visitRouter } from './web/console-visit.js';
import { assetRouter } from './web/assets.js';
import { errorPage, notFound } from './web/error-page.js';
import { fileAddresses } from './web/file-address.js';
import { healthRoutes } from './web/health.routes.js';
import type { Log } from './web/log.js';
import { securityHeaders } from './web/security.js';
import { continueWithoutCookies, requireCsrf, requireSession } from './web/session.js';
import { acceptUploads } from './web/upload.js';
import type { Words } from './web/words.js';

export interface AppDeps {
  readonly store: Store;
  readonly settings: Settings;
  /** At least 32 bytes; from the settings or the data folder. */
  readonly secret: string;
  readonly log: Log;
  readonly clock: () => Date;
  /** Logins and launches taken from one address in ten seconds, where not the usual number. */
  readonly launchesPerTenSeconds?: number;
}

export interface TrellisApp {
  readonly app: Express;
  readonly lti: Lti;
  readonly passback: Passback;
  /** A one-time link to the admin console. */
  adminLink(): Promise<string>;
  /** Begins the work outside requests; commands and most tests do without. */
  startJobs(): void;
  /** Ends jobs and waits for those that run. */
  close(): Promise<void>;
}

/**
 * Puts Trellis together: the order of the middleware and every feature's router.
 *
 * @param deps - Store, settings, log and clock; nothing is read from the process.
 */
export async function createApp(deps: AppDeps): Promise<TrellisApp> {
  const { store, settings, log, clock, secret } = deps;
  const { connection } = store;
  const files = createFileStore({ connection, kind: store.kind, dataDir: settings.dataDir });
  const models = makeModels(connection, files);
  const worker = createWorker({
    leases: leaseModel(connection),
    clock,
    onError: (name, err) => log.error({ job: name, err }, 'job failed'),
  });
  const listeners: LaunchListener[] = [];
  const releaseListeners: ReleaseListener[] = [];
  const handInListeners: SubmissionListener[] = [];

  const app = express();
  const lti = await createLti({
    connection,
    config: {
      publicUrl: settings.publicUrl,
      secret,
      allowInsecurePlatforms: settings.allowInsecurePlatforms,
      isProduction: settings.isProduction,
      ...(deps.launchesPerTenSeconds === undefined
        ? {}
        : { launchesPerTenSeconds: deps.launchesPerTenSeconds }),
    },
    clock,
    log,
    land: landing({ ...models, clock, listeners }),
    continueWithoutCookies: (req, res, to) => continueWithoutCookies(app, req, res, to),
    endSessionsOf: (registrationId) => models.sessions.endOfRegistration(registrationId),
    courseCopied: ({ deploymentId, contextId, origins }) =>
      models.courseCopies.note(deploymentId, contextId, origins, clock()),
    newestCourseOf: (deploymentIds) => models.contexts.newestOf(deploymentIds),
  });

  const passback = createPassback(
    {
      ...models,
      services: lti.services,
      registrationOf: (id) => lti.registrationOf(id),
      clock,
      dice: Math.random,
    },
    worker,
  );
  listeners.push(({ context, membership }) => {
    passback.launched(context._id, membership._id).catch((err: unknown) => {
      log.error({ err }, 'resuming grades failed');
    });
  });
  handInListeners.push((submission) => {
    // The grade brings along what is lost here: nothing of the student's waits for it.
    passback.handedIn(submission).catch((err: unknown) => {
      log.error({ err }, 'announcing a hand-in failed');
    });
  });
  const release = createRelease({
    ...models,
    deliver: (grade) => passback.released(grade),
    listeners: releaseListeners,
    onError: (err) => log.error({ err }, 'release listener failed'),
    clock,
  });

  const readRosterSoon = (contextId: ContextId, than: Date): void => {
    void worker.once(`roster:${contextId}`, ROSTER_READ_MS, () =>
      readRosterIfOlder({ ...models, services: lti.services, clock }, contextId, than),
    );
  };
  listeners.push(({ context, membership }) => {
    const isStaff = membership.role === 'instructor' || membership.role === 'assistant';
    const than = new Date(clock().getTime() - ROSTER_STALE_MS);
    if (isStaff && isRosterOlder(context.roster, than)) readRosterSoon(context._id, than);
  });

  listeners.push(({ launch, membership }) => {
    const isStaff = membership.role === 'instructor' || membership.role === 'administrator';
    if (!isStaff || launch.noticesUrl === null) return;
    void worker.once(`notices:${launch.deploymentId}`, 60_000, () => lti.askForNotices(launch));
  });

  app.disable('x-powered-by');
  app.set(
    'trust proxy',
    settings.trustProxy.split(',').map((entry) => entry.trim()),
  );
  app.use(healthRoutes({ store, metricsToken: settings.metricsToken }));
  app.use('/assets', assetRouter());
  app.use(securityHeaders(() => lti.frameAncestors(), settings.publicUrl.startsWith('https:')));
  app.use(cookieParser());
  // Before compression: logins and launches are redirects and small pages.
  app.use('/lti', lti.router);
  app.use(compression());
  app.use('/files', fileRoutes({ ...models, files, secret, clock }));
  const admin = {
    ...models,
    audit: auditModel(connection),
    registrations: lti.registrations,
    check: async (id: string) => {
      const report = await lti.check(id);
      // What was mended lets the grades go that waited for it.
      if (report.steps.every(({ state }) => state !== 'red'))
        await passback.mended(report.id as RegistrationId);
      return report;
    },
    stuck: async (deploymentId: string | null, words: Words) => {
      const stuck = await models.deliveries.inStates(['parked', 'refused'], 5_000);
      const courses = await models.contexts.listAll(5_000);
      const own = stuck.filter((row) => deploymentId === null || row.deploymentId === deploymentId);
      return stuckRows(own, courses, words);
    },
    secret,
    publicUrl: settings.publicUrl,
    clock,
  };
  app.use(
    '/admin',
    visitRouter(admin),
    adminRoutes(admin),
    platformRoutes(admin),
    installRoutes(admin),
  );
  app.use(
    '/s/:session',
    // Before any body is read: nobody without a session makes the process hold three megabytes.
    requireSession({ sessions: models.sessions, secret, clock }),
    express.urlencoded({ extended: true, limit: '3mb', parameterLimit: 20_000 }),
    express.json({ limit: '3mb' }),
    // Forms with files are read here, so that their token stands in the body like any other's.
    acceptUploads({ aside: files.aside, maxBytes: files.maxBytes }),
    requireCsrf(actorOf),
  );
  app.use('/s/:session', landingRoutes(models));
  app.use('/s/:session', consoleRoutes({ ...models, publicUrl: settings.publicUrl, clock }));
  const editor = designEditor(models.assignments, models.designHistory);
  app.use(
    '/s/:session/attach/pick',
    pickRoutes({ ...models, files, deepLinking: lti.deepLinking, clock }),
  );
  app.use('/s/:session/attach', attachRoutes({ ...models, files, clock }));
  app.use(
    '/s/:session/a/:assignment/design/preview',
    previewRoutes({ ...models, fileAddress: fileAddresses(secret), clock }),
  );
  app.use('/s/:session/a/:assignment/print', printRoutes(models));
  app.use('/s/:session/course/ledger', ledgerRoutes({ ...models, passback }, 'course'));
  app.use('/s/:session/course/people', peopleRoutes({ ...models, clock }));
  app.use('/s/:session/course/library', libraryRoutes({ ...models, files, clock }));
  app.use('/s/:session/course/roster', rosterRoutes({ ...models, readRosterSoon, clock }));
  app.use('/s/:session/course', courseRoutes(models));
  const namedGroups = async (contextId: ContextId, assignment: Assignment) =>
    (await groupsInForce(models.groupings, contextId, assignment)).map((group) => ({
      id: group.id,
      name: String(group.number),
      memberIds: group.memberIds,
    }));
  const groupDeps = {
    ...models,
    services: lti.services,
    recentEvidence: (contextId: ContextId, ageMs?: number) =>
      recentEvidence(models.evidence, (id) => takeGrades(models, id), contextId, clock(), ageMs),
    clock,
  };
  app.use(
    '/s/:session/a/:assignment/groups',
    boardRoutes(groupDeps),
    lmsGroupsRoutes(groupDeps),
    handRoutes(groupDeps),
    historyRoutes(groupDeps),
    rulesRoutes(groupDeps),
  );
  const insightParts: InsightPart[] = [severityPart(models)];
  const insightDeps = { ...groupDeps, insightParts, services: lti.services };
  app.use('/s/:session/course/mobility', mobilityRoutes(insightDeps));
  app.use('/s/:session/a/:assignment/placements', placementRoutes(insightDeps));
  app.use('/s/:session/a/:assignment/evidence', evidenceRoutes(insightDeps));
  app.use('/s/:session/a/:assignment/insight', insightRoutes(insightDeps));
  app.use('/s/:session/a/:assignment/partners', myWishesRoutes(groupDeps));
  app.use('/s/:session/a/:assignment/ticket', myTicketRoutes(insightDeps));
  app.use('/s/:session/a/:assignment', ticketRoutes(insightDeps));
  const builder = {
    ...models,
    editor,
    files,
    services: lti.services,
    groupsOf: namedGroups,
    groupingOf: async (contextId, assignment) => {
      const id = assignment.groupingId;
      const grouping = id === null ? null : await models.groupings.find(contextId, id);
      if (grouping === null) return null;
      return { basis: grouping.order.basis, groups: grouping.groups };
    },
    clock,
  } satisfies BuilderDeps;
  app.use(
    '/s/:session/a/:assignment/design',
    builderRoutes(builder),
    builderPartsRoutes(builder),
    publishRoutes(builder),
  );
  const grading = {
    ...models,
    release,
    groupsOf: namedGroups,
    fileAddress: fileAddresses(secret),
    clock,
  };
  app.use('/s/:session/a/:assignment/grading/next-steps', planRoutes({ ...groupDeps, ...grading }));
  app.use('/s/:session/a/:assignment/grading', gradingRoutes(grading), deskRoutes(grading));
  const work = {
    ...models,
    files,
    fileAddress: fileAddresses(secret),
    groupsOf: (contextId: ContextId, assignment: Assignment, membershipId: MembershipId) =>
      ownGroup(models.groupings, contextId, assignment, membershipId),
    extrasOf: (actor: Actor, assignment: Assignment) =>
      taskExtras(
        models,
        actor.contextId,
        assignment,
        actor.membershipId,
        actor.base,
        actor.words,
        taskChecks,
      ),
    onHandIn: (submission: Submission) => {
      for (const listen of handInListeners) listen(submission);
    },
    clock,
  };
  app.use('/s/:session/files', ownFileRoutes(work));
  app.use('/s/:session/link', linkTaskRoutes(models));
  app.use('/s/:session/my/growth', growthRoutes(work, 'learn'));
  app.use('/s/:session/growth/:member', growthRoutes(work, 'teach'));
  app.use('/s/:session/my', myRoutes(work));
  app.use('/s/:session/family', familyRoutes(work));
  app.use('/s/:session/a/:assignment/work', workRoutes(work), workFileRoutes(work));
  app.use('/s/:session/a/:assignment/idea', ideaRoutes(work));
  app.use('/s/:session/a/:assignment/choices/ideas', answerIdeaRoutes(work));
  app.use('/s/:session/a/:assignment/choices/places', placesRoutes(work));
  app.use('/s/:session/a/:assignment/choices', choicesRoutes({ ...work, designs: editor }));
  app.use('/s/:session/a/:assignment/student/:member', studentRoutes(work));
  app.use('/s/:session/a/:assignment', classRoutes(work));
  app.use('/s/:session/a/:assignment', taskRoutes(work), handInRoutes(work), feedbackRoutes(work));
  app.use(
    '/s/:session/a/:assignment',
    groupWorkRoutes(work),
    peersRoutes(work),
    peerDeskRoutes(work),
  );
  app.use('/s/:session/a/:assignment/ledger', ledgerRoutes({ ...models, passback }, 'assignment'));
  app.use(notFound);
  app.use(errorPage(log));
  return {
    app,
    lti,
    passback,
    adminLink: async () =>
      `${settings.publicUrl}/admin?link=${await models.adminSessions.createLink('operator', null, clock())}`,
    startJobs() {
      worker.every('sweep', 60_000, 60_000, () => store.sweepExpired(clock()));
      worker.every('files', 3_600_000, 600_000, async () => {
        await models.uploads.sweep(clock());
        await files.sweep(clock());
      });
      worker.every('release', 20_000, 120_000, async () => {
        await release.releaseDue();
      });
      worker.every('tell-plans', 30_000, 120_000, async () => {
        await tellPlans(models.plans, models.messages, clock());
      });
      passback.start();
    },
    async close() {
      await worker.close();
      await lti.close();
    },
  };
}
