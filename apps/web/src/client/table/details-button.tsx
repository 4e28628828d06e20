import { ChevronDown } from 'lucide-react';
import { cn } from '../lib/cn.ts';
import { Button } from '../ui/button.tsx';

interface DetailsButtonProps {
  /** Of what it shows. */
  controls: string;
  /** Names it: `Details of alpha`. */
  rowLabel: string;
  expanded: boolean;
  onToggle: () => void;
}

export function DetailsButton({ controls, rowLabel, expanded, onToggle }: DetailsButtonProps) {
  return (
    <Button
      size="sm"
      variant="ghost"
      aria-label={`Details of ${rowLabel}`}
      aria-expanded={expanded}
      aria-controls={expanded ? controls : undefined}
      icon={<ChevronDown aria-hidden="true" className={cn(expanded && 'rotate-180')} />}
      onClick={onToggle}
    />
  );
}
