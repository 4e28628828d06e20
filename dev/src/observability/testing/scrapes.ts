/** What a running control plane says of itself, scraped as Prometheus does it. */
const SERIES = /^([A-Za-z_:][\w:]*(?:\{.*\})?) (\S+)$/;

/** Values by series, such as `up{job="kiloclaw"}`. */
export type Samples = ReadonlyMap<string, string>;

export interface ScrapeTarget {
  readonly apiUrl: string;
  readonly token: string;
}

/** The exposition; throws where it is refused. */
export async function exposition({ apiUrl, token }: ScrapeTarget): Promise<string> {
  const answer = await fetch(`${apiUrl}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`/metrics answered ${answer.status}: ${text}`);
  return text;
}

/** The samples of one scrape, with the `up` that Prometheus adds: 0, and nothing else, where nobody answers. */
export async function scrape(target: ScrapeTarget): Promise<Samples> {
  const text = await exposition(target).catch(() => null);
  const read = (text ?? '').split('\n').flatMap((line) => {
    const [, series, value] = SERIES.exec(line) ?? [];
    return series === undefined || value === undefined ? [] : [[series, value] as const];
  });
  return new Map([...read, ['up{job="kiloclaw"}', text === null ? '0' : '1']]);
}

/** The sum over all series of a metric; NaN where there is none. */
export function sampleOf(samples: Samples, metric: string, label = ''): number {
  const values = [...samples].filter(
    ([series]) => (series === metric || series.startsWith(`${metric}{`)) && series.includes(label),
  );
  return values.length === 0 ? Number.NaN : values.reduce((sum, [, value]) => sum + Number(value), 0);
}
