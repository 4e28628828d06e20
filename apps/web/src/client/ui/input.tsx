import type { ComponentProps } from 'react';
import { cn } from '../lib/cn.ts';
import { controlStyle } from './control-style.ts';
import { useFieldControl } from './field.tsx';

export function Input({ className, ...rest }: ComponentProps<'input'>) {
  const field = useFieldControl();
  return <input type="text" {...field} {...rest} className={cn(controlStyle, 'h-9', className)} />;
}
