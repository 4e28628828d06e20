/** What the form for a new instance holds, what is wrong with it, and what it asks for. Pure. */
import type { ProviderCapabilities, ProviderId, ProvidersView } from '@kiloclaw/platform-contract';
import { PROVIDER_LABELS } from '../list/filter-words.ts';
import { NAME_MAX_CHARACTERS } from './limits.ts';

export interface NewInstanceForm {
  userId: string;
  userEmail: string;
  name: string;
  /** '' leaves it to the control plane. */
  provider: ProviderId | '';
  instanceType: string;
  region: string;
  start: boolean;
}

interface ProviderOption {
  readonly value: NewInstanceForm['provider'];
  readonly label: string;
}

/** The control plane's own choice stands first; then what it has settings for, once that is known. */
export function providerOptions(view: ProvidersView | undefined): ProviderOption[] {
  const configured = view?.providers ?? [];
  const labels = configured.map(({ id, sandbox }) => ({
    value: id,
    label: sandbox ? `${PROVIDER_LABELS[id]}, sandbox` : PROVIDER_LABELS[id],
  }));
  const standard = labels.find(({ value }) => value === view?.default);
  return [
    { value: '', label: standard === undefined ? 'Default' : `Default (${standard.label})` },
    ...labels,
  ];
}

/** What the chosen provider can do, or the control plane's own choice; undefined while nobody knows. */
export function capabilitiesAt(
  provider: NewInstanceForm['provider'],
  view: ProvidersView | undefined,
): ProviderCapabilities | undefined {
  const chosen = provider === '' ? view?.default : provider;
  return view?.providers.find(({ id }) => id === chosen)?.capabilities;
}

type TextField = 'userId' | 'userEmail' | 'name' | 'region';

const CHECKS: Record<TextField, (text: string) => string | undefined> = {
  userId: (text) => {
    if (text === '') return 'Give the id of the owner.';
    return /^[A-Za-z0-9_-]{1,64}$/.test(text)
      ? undefined
      : 'An id has 1 to 64 of these characters: A–Z a–z 0–9 _ -';
  },
  userEmail: (text) =>
    text === '' || /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text)
      ? undefined
      : 'Give a whole address, such as alice@example.com, or none.',
  name: (text) =>
    text.length <= NAME_MAX_CHARACTERS
      ? undefined
      : `Shorten the name to ${NAME_MAX_CHARACTERS} characters: it has ${text.length}.`,
  region: (text) =>
    text === '' || /^[a-z0-9-]{2,32}$/.test(text) ? undefined : 'Give a region’s code, such as fra, or none.',
};

/** The way out, or undefined where the text will do. Spaces around it are left out when it is sent. */
export function fieldProblem(field: TextField, text: string): string | undefined {
  return CHECKS[field](text.trim());
}

/** The first thing that is wrong, in the order of the form. */
export function newInstanceProblem(form: NewInstanceForm): string | undefined {
  const fields = ['userId', 'userEmail', 'name', 'region'] as const;
  return fields.map((field) => fieldProblem(field, form[field])).find((problem) => problem !== undefined);
}

/** What to ask for: what was left empty is left to the control plane. */
export function askedFor({ userId, userEmail, name, provider, region, start }: NewInstanceForm) {
  const given = { userEmail: userEmail.trim(), name: name.trim(), region: region.trim() };
  return {
    userId: userId.trim(),
    ...(given.userEmail === '' ? {} : { userEmail: given.userEmail }),
    ...(given.name === '' ? {} : { name: given.name }),
    ...(given.region === '' ? {} : { region: given.region }),
    ...(provider === '' ? {} : { provider }),
    start,
  };
}
