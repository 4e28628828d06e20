/** The sign and the name. */
export function Logo() {
  return (
    <span className="inline-flex items-center gap-2 font-semibold text-base tracking-tight">
      <svg aria-hidden="true" viewBox="0 0 32 32" className="size-6 shrink-0">
        <rect width="32" height="32" rx="8" className="fill-accent" />
        <path
          d="M9 22c-.6-5 .4-9 2.6-12M15 23c-.5-5.6.5-10 2.800-13.5M21 22c-.2-4 .6-7.400 2.6-10.5"
          fill="none"
          className="stroke-on-accent"
          strokeWidth="2.6"
          strokeLinecap="round"
        />
      </svg>
      KiloClaw
    </span>
  );
}
