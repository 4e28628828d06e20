/** A few of the service's regions; enough to place, to filter and to be refused. */
export const REGIONS = [
  { code: 'ams', name: 'Amsterdam, Netherlands', geo_region: 'europe', latitude: 52.37, longitude: 4.9 },
  { code: 'arn', name: 'Stockholm, Sweden', geo_region: 'europe', latitude: 59.65, longitude: 17.92 },
  { code: 'cdg', name: 'Paris, France', geo_region: 'europe', latitude: 48.86, longitude: 2.35 },
  {
    code: 'dfw',
    name: 'Dallas, Texas (US)',
    geo_region: 'north_america',
    latitude: 32.78,
    longitude: -96.81,
  },
  { code: 'ewr', name: 'Secaucus, NJ (US)', geo_region: 'north_america', latitude: 40.79, longitude: -74.06 },
  { code: 'fra', name: 'Frankfurt, Germany', geo_region: 'europe', latitude: 50.11, longitude: 8.68 },
  {
    code: 'gru',
    name: 'Sao Paulo, Brazil',
    geo_region: 'south_america',
    latitude: -23.55,
    longitude: -46.63,
  },
  {
    code: 'iad',
    name: 'Ashburn, Virginia (US)',
    geo_region: 'north_america',
    latitude: 39.02,
    longitude: -77.54,
  },
  { code: 'lhr', name: 'London, United Kingdom', geo_region: 'europe', latitude: 51.52, longitude: -0.14 },
  { code: 'nrt', name: 'Tokyo, Japan', geo_region: 'asia_pacific', latitude: 35.62, longitude: 139.75 },
  {
    code: 'ord',
    name: 'Chicago, Illinois (US)',
    geo_region: 'north_america',
    latitude: 41.89,
    longitude: -87.64,
  },
  { code: 'sin', name: 'Singapore, Singapore', geo_region: 'asia_pacific', latitude: 1.3, longitude: 103.86 },
  {
    code: 'sjc',
    name: 'San Jose, California (US)',
    geo_region: 'north_america',
    latitude: 37.35,
    longitude: -121.96,
  },
  { code: 'syd', name: 'Sydney, Australia', geo_region: 'asia_pacific', latitude: -33.87, longitude: 151.21 },
];

/** Where a machine lands that names no region. */
export const DEFAULT_REGION = 'iad';

const GEO_REGION_OF_ALIAS: Record<string, string> = {
  apac: 'asia_pacific',
  eu: 'europe',
  na: 'north_america',
  sa: 'south_america',
  us: 'north_america',
};

const CODES = REGIONS.map((region) => region.code);

/** Whether this is one concrete region, which is all that a volume takes. */
export function isRegion(code: string): boolean {
  return CODES.includes(code);
}

/** The concrete regions of a machine's wish: a code, an alias ("eu", "any") or a comma list of both; null if a word is unknown. */
export function expandRegionWish(wish: string): string[] | null {
  const expanded: string[] = [];
  for (const word of wish.split(',').map((part) => part.trim())) {
    if (word === 'any') expanded.push(...CODES);
    else if (isRegion(word)) expanded.push(word);
    else {
      const geoRegion = GEO_REGION_OF_ALIAS[word];
      if (geoRegion === undefined) return null;
      expanded.push(
        ...REGIONS.filter((region) => region.geo_region === geoRegion).map((region) => region.code),
      );
    }
  }
  return expanded;
}
