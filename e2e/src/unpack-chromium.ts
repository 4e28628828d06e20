/**
 * `TMPDIR=<folder> node unpack-chromium.ts`: unpacks the Chromium of its npm package into the folder. A process of its
 * own, because the package writes where the system's temporary folder is, and shares it with every other user of it.
 */
import { chmod, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import chromium, { inflate } from '@sparticuz/chromium';

/** Its own names folders of another system. The fonts that come with it are for machines that have none. */
const FONTS_CONF = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir prefix="relative">fonts</dir>
</fontconfig>
`;

const executablePath = await chromium.executablePath();
// Made by root, it must also serve an ordinary user.
await chmod(executablePath, 0o755);
await writeFile(join(tmpdir(), 'fonts/fonts.conf'), FONTS_CONF);
// The libraries that a bare machine lacks.
await inflate(fileURLToPath(new URL('../bin/al2023.tar.br', import.meta.resolve('@sparticuz/chromium'))));
