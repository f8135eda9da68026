import { createServer } from 'node:http';
import { join } from 'node:path';
import compression from 'compression';
import express from 'express';
import Handlebars from 'handlebars';
import { Schema } from 'mongoose';
import { openStore } from '../../../src/db/connect.js';
import { newId } from '../../../src/db/ids.js';
import { answerParent } from './asked.js';

/** The least a page or a save can cost on this machine: Express, Handlebars and one document. */
interface Order {
  readonly port: number;
  readonly dataDir: string;
}

const { port, dataDir } = JSON.parse(process.argv[2] ?? '') as Order;
const store = await openStore(`sqlite:${join(dataDir, 'bare.db')}`, { dataDir });
const Work = store.connection.model(
  'Work',
  new Schema({ _id: String, html: String, version: Number }, { versionKey: false }),
);
const page = Handlebars.compile(
  '<!doctype html><title>{{title}}</title>{{#each rows}}<li class="row">{{this}}</li>\n{{/each}}',
);
/** About a hundred bytes of page each. */
const row = 'A line of a page, as long as the lines of our pages are on average & escaped ones.';

const app = express();
app.use(compression());
app.use(express.json({ limit: '3mb' }));
app.get('/bytes/:count', (req, res) => {
  const rows = Array.from({ length: Math.ceil(Number(req.params.count) / 113) }, () => row);
  res.type('html').send(page({ title: 'A page', rows }));
});
app.post('/work/:id', (req, res, next) => {
  const { html } = req.body as { html: string };
  Work.findOneAndUpdate({ _id: req.params.id }, { $set: { html }, $inc: { version: 1 } })
    .lean()
    .then(async (known) => {
      if (known === null) await Work.create({ _id: req.params.id || newId(), html, version: 1 });
      res.json({ version: (known?.version ?? 0) + 1 });
    })
    .catch(next);
});
await store.ready();
await answerParent(createServer(app), port);
