/** A released fleet, brought back from its text into a data folder that can be started on. */
import { glob, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { pack } from '../backup/archive.ts';
import { OBJECTS_FOLDER } from '../backup/back-up.ts';
import { describeFiles, MANIFEST_FILE, ManifestSchema } from '../backup/manifest.ts';
import { restore } from '../backup/restore.ts';
import { textToObject } from './released/object-text.ts';
import { ANSWERS_FILE, SIMULATORS } from './released/released-files.ts';
import type { StackFolder } from './stack-process.ts';

const RELEASED = fileURLToPath(new URL('../../testdata/released/', import.meta.url));
const UNDER_WAY = /^INSERT INTO "operations" VALUES \(\d+, '[0-9a-f-]+', '\w+', 'running'.*$/gm;
const LENT_UNTIL = /"expiresAt": ?"([^"]+)"/g;
const INSTANT_MS = /\b1[789]\d{11}\b/g;

const AnswersSchema = z.array(z.looseObject({ userId: z.string(), instanceId: z.uuid() }));
export type ReleasedAnswer = z.infer<typeof AnswersSchema>[number];

/**
 * An upgrade takes minutes: what is under way then is in its time, and what is lent is lent still. The text is older, so
 * those times are moved to now, and no other.
 */
function moveToNow(texts: ReadonlyMap<string, string>, frozenAtMs: number): Map<string, string> {
  const byMs = Date.now() - frozenAtMs;
  const movedMs = (line: string) => line.replace(INSTANT_MS, (instant) => String(Number(instant) + byMs));
  const ends = new Set(
    [...texts.values()].flatMap((text) => [...text.matchAll(LENT_UNTIL)].map(([, end = '']) => end)),
  );
  const moved = (text: string) =>
    [...ends].reduce(
      (before, end) => before.replaceAll(end, new Date(Date.parse(end) + byMs).toISOString()),
      text.replace(UNDER_WAY, movedMs),
    );
  return new Map([...texts].map(([file, text]) => [file, moved(text)]));
}

async function readTexts(folder: string): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for await (const file of glob('**/*.{sql,json}', { cwd: folder }))
    texts.set(file, await readFile(join(folder, file), 'utf8'));
  return texts;
}

function textOf(texts: ReadonlyMap<string, string>, file: string): string {
  const text = texts.get(file);
  if (text === undefined) throw new Error(`The released fleet has no ${file}.`);
  return text;
}

/** Fills the data folder, by way of a backup; answers what the release itself said of each instance. */
export async function thaw(release: string, { home, dataDir }: StackFolder): Promise<ReleasedAnswer[]> {
  const frozen = await readTexts(join(RELEASED, release));
  const manifest = ManifestSchema.omit({ files: true }).parse(JSON.parse(textOf(frozen, MANIFEST_FILE)));
  const texts = moveToNow(frozen, Date.parse(manifest.madeAt));
  const staging = join(home, 'thawing');
  const isSimulators = (file: string) => SIMULATORS.some((name) => file.startsWith(`${name}/`));
  for (const [file, text] of texts)
    if (!isSimulators(file) && file !== ANSWERS_FILE) await place(join(staging, file), text);
  const whole = { ...manifest, files: await describeFiles(staging) };
  await writeFile(join(staging, MANIFEST_FILE), JSON.stringify(whole));
  const backup = join(home, 'released');
  await pack(staging, backup);
  await restore({ from: backup, dataDir, parts: 'all', env: {} });
  for (const [file, text] of texts) if (isSimulators(file)) await place(join(dataDir, file), text);
  return AnswersSchema.parse(JSON.parse(textOf(texts, ANSWERS_FILE)));
}

/** An object's text becomes its database. */
async function place(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  if (path.includes(`/${OBJECTS_FOLDER}/`)) textToObject(text, path.replace(/\.sql$/, '.sqlite'));
  else await writeFile(path, text);
}
