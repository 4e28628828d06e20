import { describe, expect, it } from 'vitest';
import { objectsAllowed, openFilesLimit, ownOpenFilesLimit } from './file-handles.ts';
import { StartError } from './start-error.ts';

const limits = (soft: string) =>
  `Limit                     Soft Limit           Hard Limit           Units\nMax processes             95000                95000                processes\nMax open files            ${soft}                 1048576              files\n`;

describe('the limit on open files', () => {
  it('is the soft one of /proc', async () => {
    expect(openFilesLimit(limits('20000'))).toBe(20_000);
    expect(openFilesLimit(limits('unlimited'))).toBeNull();
    expect(openFilesLimit('')).toBeNull();
    expect(await ownOpenFilesLimit()).toBeGreaterThan(0);
  });

  it('says how many objects may be awake, and is refused where it is too low to begin', () => {
    expect(objectsAllowed(null)).toBeNull();
    expect(objectsAllowed(20_256)).toBe(4_000);
    expect(objectsAllowed(1024)).toBeGreaterThan(0);
    expect(() => objectsAllowed(1023)).toThrow(StartError);
    expect(() => objectsAllowed(1023)).toThrow('ulimit -n');
  });
});
