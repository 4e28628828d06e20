/** The filter chips of the list of instances, with how many each of them would show. */
import type { ReactNode } from 'react';
import { Button } from '../../../ui/button.tsx';
import { FilterChip } from '../../../ui/filter-chip.tsx';
import { DRIFT_LABELS, keysOf, PROVIDER_LABELS, STATUS_LABELS, TIER_LABELS } from './filter-words.ts';
import { type InstanceFilter, isFiltered, withField } from './instances-view.ts';
import type { InstanceCounts } from './use-instance-list.ts';

interface FiltersProps {
  filter: InstanceFilter;
  /** `undefined` while they are unknown. */
  counts: InstanceCounts | undefined;
  onChange: (filter: InstanceFilter) => void;
}

type ChipCount = InstanceCounts['active'];

export function InstanceFilters({ filter, counts, onChange }: FiltersProps) {
  const set: SetField = (field, value) => onChange(withField(filter, field, value));
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
      <ConditionChips filter={filter} counts={counts} set={set} />
      <ChipGroup label="Provider">
        {keysOf(PROVIDER_LABELS).map((provider) => (
          <Chip
            key={provider}
            label={PROVIDER_LABELS[provider]}
            pressed={filter.provider === provider}
            count={counts?.byProvider[provider]}
            onPressedChange={(pressed) => set('provider', pressed ? provider : undefined)}
          />
        ))}
      </ChipGroup>
      <ChipGroup label="Tier">
        {keysOf(TIER_LABELS).map((tier) => (
          <Chip
            key={tier}
            label={TIER_LABELS[tier]}
            pressed={filter.instanceType === tier}
            count={counts?.byInstanceType[tier]}
            onPressedChange={(pressed) => set('instanceType', pressed ? tier : undefined)}
          />
        ))}
      </ChipGroup>
      <LinkedChips filter={filter} counts={counts} set={set} />
      {isFiltered(filter) ? (
        <Button size="sm" variant="ghost" onClick={() => onChange({})}>
          Clear all filters
        </Button>
      ) : null}
    </div>
  );
}

type SetField = <Key extends keyof InstanceFilter>(
  field: Key,
  value: InstanceFilter[Key] | undefined,
) => void;
interface ChipsProps {
  filter: InstanceFilter;
  counts: InstanceCounts | undefined;
  set: SetField;
}

/** Active ones are what is listed unless another status is asked for: there is no list of both. */
function ConditionChips({ filter, counts, set }: ChipsProps) {
  return (
    <ChipGroup label="Condition">
      <Chip
        label="Active"
        pressed={filter.status === undefined}
        count={counts?.active}
        onPressedChange={() => set('status', undefined)}
      />
      <Chip
        label="Destroyed"
        pressed={filter.status === 'destroyed'}
        count={counts?.destroyed}
        onPressedChange={(pressed) => set('status', pressed ? 'destroyed' : undefined)}
      />
      <Chip
        label="Has size override"
        pressed={filter.hasOverride === true}
        count={counts?.hasOverride}
        onPressedChange={(pressed) => set('hasOverride', pressed ? true : undefined)}
      />
      <Chip
        label="Drift"
        pressed={filter.drift === 'any'}
        count={counts?.drift}
        onPressedChange={(pressed) => set('drift', pressed ? 'any' : undefined)}
      />
    </ChipGroup>
  );
}

/** What a link from another page has filtered by, and has no chip of its own: it can be let go. */
function LinkedChips({ filter, counts, set }: ChipsProps) {
  const { status, drift, userId, hasOverride } = filter;
  return (
    <>
      {status === undefined || status === 'destroyed' ? null : (
        <Chip
          label={`Status: ${STATUS_LABELS[status]}`}
          pressed
          count={counts?.byStatus[status]}
          onPressedChange={() => set('status', undefined)}
        />
      )}
      {drift === undefined || drift === 'any' ? null : (
        <FilterChip label={DRIFT_LABELS[drift]} pressed onPressedChange={() => set('drift', undefined)} />
      )}
      {hasOverride === false ? (
        <FilterChip
          label="Without size override"
          pressed
          onPressedChange={() => set('hasOverride', undefined)}
        />
      ) : null}
      {userId === undefined ? null : (
        <FilterChip label={`Owner: ${userId}`} pressed onPressedChange={() => set('userId', undefined)} />
      )}
    </>
  );
}

interface ChipProps {
  label: string;
  pressed: boolean;
  count: ChipCount | undefined;
  onPressedChange: (pressed: boolean) => void;
}

function Chip({ count, ...chip }: ChipProps) {
  return (
    <FilterChip
      {...chip}
      count={count === null ? null : count?.count}
      countIsCapped={count?.isCapped ?? false}
    />
  );
}

function ChipGroup({ label, children }: { label: string; children: ReactNode }) {
  return (
    <fieldset className="flex flex-wrap items-center gap-1.5">
      <legend className="sr-only">{label}</legend>
      {children}
    </fieldset>
  );
}
