/** Every address of the app. Nothing else puts a URL together. */
import { type SearchValue, stringifySearch } from './search-params.ts';

type Search = Record<string, SearchValue>;

const segment = encodeURIComponent;

export const paths = {
  /** `returnTo`: a path of this app, where to go once signed in. */
  signIn: (returnTo?: string) => `/sign-in${stringifySearch({ returnTo })}`,
  /** The token stands in the fragment, which no server sees. */
  invitation: (token: string) => `/invitation#${segment(token)}`,

  customerInstances: () => '/',
  customerInstance: (instanceId: string) => `/instances/${segment(instanceId)}`,

  fleet: () => '/admin',
  adminInstances: (search: Search = {}) => `/admin/instances${stringifySearch(search)}`,
  adminInstance: (instanceId: string, search: Search = {}) =>
    `/admin/instances/${segment(instanceId)}${stringifySearch(search)}`,
  overrides: (search: Search = {}) => `/admin/overrides${stringifySearch(search)}`,
  audit: (search: Search = {}) => `/admin/audit${stringifySearch(search)}`,
  people: (search: Search = {}) => `/admin/people${stringifySearch(search)}`,
  person: (userId: string) => `/admin/people/${segment(userId)}`,
} as const;
