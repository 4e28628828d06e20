import { Tabs as RadixTabs } from 'radix-ui';
import type { ReactNode } from 'react';

interface TabsProps {
  /** The accessible name of the list. */
  label: string;
  /** The URL holds it. */
  value: string;
  onValueChange: (value: string) => void;
  tabs: readonly { value: string; label: string; aside?: ReactNode }[];
  /** A `TabPanel` for each. */
  children: ReactNode;
}

export function Tabs({ label, value, onValueChange, tabs, children }: TabsProps) {
  return (
    <RadixTabs.Root value={value} onValueChange={onValueChange}>
      <RadixTabs.List aria-label={label} className="flex gap-2 overflow-x-auto border-border border-b">
        {tabs.map((tab) => (
          <RadixTabs.Trigger
            key={tab.value}
            value={tab.value}
            className="-mb-px inline-flex h-10 shrink-0 items-center gap-1.5 border-transparent border-b-2 px-1.5 font-medium text-muted text-sm -outline-offset-2 transition-colors duration-100 hover:text-text data-[state=active]:border-accent-text data-[state=active]:text-text"
          >
            {tab.label}
            {tab.aside}
          </RadixTabs.Trigger>
        ))}
      </RadixTabs.List>
      {children}
    </RadixTabs.Root>
  );
}

export function TabPanel({ value, children }: { value: string; children: ReactNode }) {
  return (
    <RadixTabs.Content value={value} className="pt-4">
      {children}
    </RadixTabs.Content>
  );
}
