/** A compute plan: what a container of it gets, and what it costs. */
export interface Plan {
  id: string;
  vcpu: number;
  ramMb: number;
  usdMonth: number;
  usdHour: number;
}

function plan(id: string, vcpu: number, ramMb: number, usdMonth: number, usdHour: number): Plan {
  return { id, vcpu, ramMb, usdMonth, usdHour };
}

/** The published plans. `testdata/northflank-plans.json` is their source, which a test holds them to. */
export const PLANS: readonly Plan[] = [
  plan('nf-compute-10', 0.1, 256, 2.7, 0.004),
  plan('nf-compute-20', 0.2, 512, 5.4, 0.008),
  plan('nf-compute-50', 0.5, 1024, 12, 0.017),
  plan('nf-compute-100-1', 1, 1024, 18, 0.025),
  plan('nf-compute-100-2', 1, 2048, 24, 0.033),
  plan('nf-compute-100-4', 1, 4096, 36, 0.05),
  plan('nf-compute-200', 2, 4096, 48, 0.067),
  plan('nf-compute-200-4', 2, 4096, 48, 0.067),
  plan('nf-compute-200-8', 2, 8192, 72, 0.1),
  plan('nf-compute-200-16', 2, 16384, 120, 0.167),
  plan('nf-compute-400', 4, 8192, 96, 0.133),
  plan('nf-compute-400-16', 4, 16384, 144, 0.2),
  plan('nf-compute-800-8', 8, 8192, 144, 0.2),
  plan('nf-compute-800-16', 8, 16384, 192, 0.267),
  plan('nf-compute-800-24', 8, 24576, 240, 0.333),
  plan('nf-compute-800-32', 8, 32768, 288, 0.4),
  plan('nf-compute-800-40', 8, 40960, 336, 0.467),
  plan('nf-compute-1200-24', 12, 24576, 288, 0.4),
  plan('nf-compute-1600-32', 16, 32768, 384, 0.533),
  plan('nf-compute-2000-40', 20, 40960, 480, 0.667),
];

/** A region that projects may be in. */
export interface Region {
  id: string;
  name: string;
  group: string;
  cloudRegion: string;
}

function region(id: string, name: string, group: string, cloudRegion: string): Region {
  return { id, name, group, cloudRegion };
}

/** The published regions, from the same source. */
export const REGIONS: readonly Region[] = [
  region('canada-central', 'Canada - Central', 'Americas', 'gcp/northamerica-northeast2'),
  region('southamerica-east', 'South - America - East', 'Americas', 'gcp/southamerica-east1'),
  region('us-central', 'US - Central', 'Americas', 'gcp/us-central1'),
  region('us-east-ohio', 'US - East - Ohio', 'Americas', 'gcp/us-east5'),
  region('us-east1', 'US - East', 'Americas', 'gcp/us-east4'),
  region('us-west', 'US - West', 'Americas', 'gcp/us-west1'),
  region('us-west-california', 'US - West - California', 'Americas', 'gcp/us-west2'),
  region('asia-east', 'Asia - East', 'Asia Pacific', 'gcp/asia-east2'),
  region('asia-northeast', 'Asia - Northeast', 'Asia Pacific', 'gcp/asia-northeast1'),
  region('asia-southeast', 'Asia - Southeast', 'Asia Pacific', 'gcp/asia-southeast1'),
  region('australia-southeast', 'Australia - Southeast', 'Asia Pacific', 'gcp/australia-southeast2'),
  region('africa-south', 'Africa - South', 'EMEA', 'gcp/africa-south1'),
  region('europe-west', 'Europe - West', 'EMEA', 'gcp/europe-west2'),
  region('europe-west-frankfurt', 'Europe - West - Frankfurt', 'EMEA', 'gcp/europe-west3'),
  region('europe-west-netherlands', 'Europe - West - Netherlands', 'EMEA', 'gcp/europe-west4'),
  region('europe-west-zurich', 'Europe - West - Zurich', 'EMEA', 'gcp/europe-west6'),
];

/** The plan with this id, or null. */
export function planOf(id: string): Plan | null {
  return PLANS.find((candidate) => candidate.id === id) ?? null;
}

/** Whether there is a region with this id. */
export function isRegion(id: string): boolean {
  return REGIONS.some((candidate) => candidate.id === id);
}
