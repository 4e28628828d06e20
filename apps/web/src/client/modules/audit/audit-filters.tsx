/** The filters of the audit page. */
import { useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Field } from '../../ui/field.tsx';
import { FilterChip } from '../../ui/filter-chip.tsx';
import { Input } from '../../ui/input.tsx';
import { Select } from '../../ui/select.tsx';
import { type AuditFilter, instantOfLocal, isInstanceId, localTimeOf, withFields } from './audit-view.ts';
import { ACTOR_KINDS, AUDIT_ACTIONS, actionLabel, OUTCOMES } from './audit-words.ts';

interface FiltersProps {
  filter: AuditFilter;
  onChange: (filter: AuditFilter) => void;
}

const ANY = { value: '', label: 'Any' };
const OUTCOME_OPTIONS = [ANY, ...Object.entries(OUTCOMES).map(([value, { label }]) => ({ value, label }))];
const KIND_OPTIONS = [ANY, ...Object.entries(ACTOR_KINDS).map(([value, label]) => ({ value, label }))];

export function AuditFilters({ filter, onChange }: FiltersProps) {
  const set = (changes: Parameters<typeof withFields>[1]) => onChange(withFields(filter, changes));
  return (
    <div className="flex flex-col gap-2">
      <div className="grid grid-cols-2 gap-3 md:grid-cols-4">
        <IdField
          label="Actor"
          value={filter.actorId}
          hint="user id"
          onCommit={(actorId) => set({ actorId })}
        />
        <Choice
          label="Actor kind"
          value={filter.actorKind}
          options={KIND_OPTIONS}
          onChange={(value) => set({ actorKind: keyIn(ACTOR_KINDS, value) })}
        />
        <Choice
          label="Action"
          value={filter.action}
          options={actionOptions(filter.action)}
          onChange={(action) => set({ action: action || undefined })}
        />
        <Choice
          label="Outcome"
          value={filter.outcome}
          options={OUTCOME_OPTIONS}
          onChange={(value) => set({ outcome: keyIn(OUTCOMES, value) })}
        />
        <IdField
          label="Instance"
          value={filter.instanceId}
          hint="whole instance id"
          problem={(text) =>
            isInstanceId(text)
              ? undefined
              : 'Give the whole id of 36 characters, as the instance’s page shows it.'
          }
          onCommit={(instanceId) => set({ instanceId })}
        />
        <TimeField label="From" value={filter.from} onCommit={(from) => set({ from })} />
        <TimeField label="Until" value={filter.to} onCommit={(to) => set({ to })} />
        <div className="flex items-end">
          {Object.keys(filter).length === 0 ? null : (
            <Button variant="ghost" onClick={() => onChange({})}>
              Clear all filters
            </Button>
          )}
        </div>
      </div>
      <LinkedFilters filter={filter} onChange={onChange} />
    </div>
  );
}

/** What a link has filtered by, and has no field of its own: it can be let go. */
function LinkedFilters({ filter, onChange }: FiltersProps) {
  const linked = [
    { field: 'targetUserId', label: `Person: ${filter.targetUserId}` },
    { field: 'requestId', label: `Request: ${filter.requestId}` },
    { field: 'operationId', label: `Operation: ${filter.operationId}` },
  ] as const;
  const set = linked.filter(({ field }) => filter[field] !== undefined);
  if (set.length === 0) return null;
  return (
    <div className="flex flex-wrap gap-1.5">
      {set.map(({ field, label }) => (
        <FilterChip
          key={field}
          label={label}
          pressed
          onPressedChange={() => onChange(withFields(filter, { [field]: undefined }))}
        />
      ))}
    </div>
  );
}

interface IdFieldProps {
  label: string;
  value: string | undefined;
  hint: string;
  problem?: (text: string) => string | undefined;
  onCommit: (id: string | undefined) => void;
}

/** Taken over on Enter and when left: an id is pasted, and its beginnings find nothing. */
function IdField({ label, value, hint, problem, onCommit }: IdFieldProps) {
  const [text, setText] = useState(value ?? '');
  const [error, setError] = useState<string | undefined>();
  const [shown, setShown] = useState(value);
  // The address has changed under it: Back, a link, `Clear all filters`.
  if (value !== shown) {
    setShown(value);
    setText(value ?? '');
    setError(undefined);
  }
  const commit = () => {
    const id = text.trim();
    if (id === (value ?? '')) return setError(undefined);
    const found = id === '' ? undefined : problem?.(id);
    setError(found);
    if (found === undefined) onCommit(id === '' ? undefined : id);
  };
  return (
    <Field label={label} error={error} unmarked>
      <Input
        value={text}
        placeholder={hint}
        maxLength={200}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') commit();
        }}
      />
    </Field>
  );
}

interface ChoiceProps {
  label: string;
  value: string | undefined;
  options: readonly { value: string; label: string }[];
  onChange: (value: string) => void;
}

function Choice({ label, value = '', options, onChange }: ChoiceProps) {
  return (
    <Field label={label} unmarked>
      <Select value={value} options={options} onChange={(event) => onChange(event.target.value)} />
    </Field>
  );
}

interface TimeFieldProps {
  label: string;
  value: string | undefined;
  onCommit: (instant: string | undefined) => void;
}

/** In the reader's own time zone. */
function TimeField({ label, value, onCommit }: TimeFieldProps) {
  return (
    <Field label={label} unmarked>
      <Input
        type="datetime-local"
        value={localTimeOf(value)}
        onChange={(event) => onCommit(instantOfLocal(event.target.value))}
      />
    </Field>
  );
}

function actionOptions(chosen: string | undefined) {
  const known = chosen === undefined || AUDIT_ACTIONS.includes(chosen);
  const actions = known ? AUDIT_ACTIONS : [...AUDIT_ACTIONS, chosen];
  return [ANY, ...actions.map((value) => ({ value, label: actionLabel(value) }))];
}

function keyIn<Key extends string>(table: Readonly<Record<Key, unknown>>, text: string): Key | undefined {
  return (Object.keys(table) as Key[]).find((key) => key === text);
}
