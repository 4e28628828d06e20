import { LoaderCircle } from 'lucide-react';
import { cn } from '../lib/cn.ts';

/** Says nothing by itself: name what is awaited in text beside it. Stands still where motion is not wanted. */
export function Spinner({ className }: { className?: string }) {
  return <LoaderCircle aria-hidden="true" className={cn('size-4 shrink-0 animate-spin', className)} />;
}
