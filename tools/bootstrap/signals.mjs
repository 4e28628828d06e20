/** Passing signals on to a child, exactly once. */
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import process from 'node:process';

const PARENT_POLL_INTERVAL_MS = 250;

/**
 * npm runs a script through a shell, and a signal for npm ends that shell without a word to us. Calls back once
 * the shell is gone. Started by hand there is no watch: outliving one's shell is then what nohup is for.
 */
function watchNpmShell(onGone) {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const shellPid = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === shellPid) return;
    clearInterval(timer);
    onGone();
  }, PARENT_POLL_INTERVAL_MS);
  return timer;
}

/**
 * Whether a Ctrl-C in the terminal reaches this process's whole group, the child included. Without /proc
 * (not Linux) a terminal on stdin is taken as the answer.
 */
function isForegroundOfTerminal() {
  let stat;
  try {
    stat = readFileSync('/proc/self/stat', 'utf8');
  } catch {
    return process.stdin.isTTY === true;
  }
  // The second field is the command in parentheses and may hold spaces; count from its end.
  const [, , processGroup, , terminal, foregroundGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return terminal !== '0' && processGroup === foregroundGroup;
}

/**
 * Keeps this process alive through SIGINT and SIGTERM until its child has ended, and hands each of them to the
 * child once. npm repeats a Ctrl-C that the terminal has sent to all of us already, hence the count. The end of
 * npm's shell counts as a SIGTERM.
 * Returns a function that stops listening.
 */
export function forwardSignals(child) {
  const forwarded = new Set();
  const forward = (signal) => {
    if (forwarded.has(signal)) return;
    forwarded.add(signal);
    if (signal === 'SIGINT' && isForegroundOfTerminal()) return;
    child.kill(signal);
  };
  process.on('SIGINT', forward);
  process.on('SIGTERM', forward);
  const shellWatch = watchNpmShell(() => forward('SIGTERM'));
  return () => {
    clearInterval(shellWatch);
    process.off('SIGINT', forward);
    process.off('SIGTERM', forward);
  };
}

/** The exit code a shell would report for a child that ended by a code or by a signal. */
export function exitCodeOf(code, signal) {
  return signal === null ? code : 128 + constants.signals[signal];
}
