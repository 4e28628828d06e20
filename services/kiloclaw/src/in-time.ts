/** The answer of `work`; after `timeoutMs` without one, what `late` answers or throws. `work` itself goes on. */
export async function inTime<Answer>(
  work: Promise<Answer>,
  timeoutMs: number,
  late: () => Answer,
): Promise<Answer> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  try {
    return await Promise.race([work, timeout.then(late)]);
  } finally {
    // A timer left behind would keep an object awake.
    clearTimeout(timer);
  }
}
