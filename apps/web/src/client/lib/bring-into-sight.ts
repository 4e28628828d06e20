/** As a `ref`: what must not be overlooked is scrolled to as it appears, once; what follows scrolls nothing away. */
export function bringIntoSight(element: HTMLElement | null): void {
  element?.scrollIntoView({ block: 'nearest' });
}
