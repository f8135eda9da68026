const FEATURE = '^src/(?!web|lti|db|sandbox|cli)[^/]+/';
const PURE = `${FEATURE}[^./]+\\.ts$`; // a file with no suffix
const lib = (names) => `(^|/)node_modules/(${names})/|^(${names})$`;

/** Holds the directions of the house: app → routes, jobs → models, views, schemas → pure. */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'ltijs-in-lti',
      severity: 'error',
      from: { pathNot: '^src/lti/' },
      to: { path: lib('ltijs') },
    },
    {
      name: 'lti-through-ports',
      severity: 'error',
      from: { path: FEATURE },
      to: { path: '^src/lti/(?!ports\\.ts)' },
    },
    {
      name: 'mongoose-in-models',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/db/|\\.model\\.ts$' },
      to: { path: lib('mongoose'), dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'pure-stays-pure',
      severity: 'error',
      from: { path: PURE },
      to: {
        path: `${lib('express|handlebars|jose')}|^src/(web|db)/|\\.(model|routes|view|job)\\.ts$`,
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'pure-no-node',
      severity: 'error',
      from: { path: PURE },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'routes-are-private',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/app\\.ts$' },
      to: { path: '\\.routes\\.ts$' },
    },
    {
      name: 'views-see-no-models',
      severity: 'error',
      from: { path: '\\.view\\.ts$' },
      to: { path: '\\.model\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'sandbox-is-outside',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(sandbox/|cli/)' },
      to: { path: '^src/sandbox/' },
    },
    {
      name: 'sandbox-shares-nothing',
      severity: 'error',
      from: { path: '^src/sandbox/' },
      to: { path: '^src/(?!sandbox/)' },
    },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
