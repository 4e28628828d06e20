/** Kinds and steps of operations in words for people. */
import type { OperationKind, OperationView } from '@kiloclaw/platform-contract';

interface KindLabel {
  /** As the action is called. */
  readonly name: string;
  /** While it is under way. */
  readonly doing: string;
  /** After the instance's name, once it has ended well. */
  readonly done: string;
}

export const KIND_LABELS: Record<OperationKind, KindLabel> = {
  provision: { name: 'Provision', doing: 'Provisioning', done: 'is provisioned' },
  start: { name: 'Start', doing: 'Starting', done: 'has started' },
  stop: { name: 'Stop', doing: 'Stopping', done: 'has stopped' },
  restart: { name: 'Restart', doing: 'Restarting', done: 'has restarted' },
  destroy: { name: 'Destroy', doing: 'Destroying', done: 'is destroyed' },
  resize: { name: 'Resize tier', doing: 'Resizing', done: 'is resized' },
  set_override: { name: 'Size override', doing: 'Setting the size override', done: 'has a size override' },
  clear_override: {
    name: 'Clear size override',
    doing: 'Clearing the size override',
    done: 'has no size override any more',
  },
  extend_volume: { name: 'Extend volume', doing: 'Extending the volume', done: 'has a larger volume' },
  replace_volume: { name: 'Replace volume', doing: 'Replacing the volume', done: 'has a new, empty volume' },
  update_config: {
    name: 'Update configuration',
    doing: 'Updating the configuration',
    done: 'has its new configuration',
  },
  repair: { name: 'Repair', doing: 'Repairing', done: 'is repaired' },
  restore: { name: 'Restore', doing: 'Restoring the record', done: 'is restored' },
};

/** Steps as they are now; their names are the control plane's own, and one that isn't here is shown as `humanise` has it. */
const STEP_LABELS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    adopt_kept: 'Adopt the machine that is kept',
    check_hardware: 'Check the hardware',
    check_rebuild: 'Check what the machine is made anew from',
    check_size: 'Check the size',
    check_volume: 'Check the volume',
    commit_tier: 'Record the new tier',
    confirm_gone: 'Make sure that all is gone',
    confirm_volume: 'Make sure that the volume is there',
    confirm_volume_gone: 'Make sure that the old volume is gone',
    create_machine: 'Create the machine',
    create_volume: 'Create the volume',
    delete_home: 'Delete the instance’s place at the provider',
    delete_machine: 'Delete the machine',
    delete_machines: 'Delete the machines',
    delete_others: 'Delete the other machines',
    delete_retired_volume: 'Delete the retired volume',
    delete_volumes: 'Delete the volumes',
    ensure_home: 'Prepare a place at the provider',
    extend: 'Ask for a larger volume',
    fetch_image: 'Fetch the image',
    find_existing: 'Look for what is there',
    find_machine: 'Find the machine',
    find_volume: 'Find the volume',
    fork_volume: 'Copy the volume to another host',
    forget_volume: 'Let go of the old volume',
    grow_volume: 'Grow the volume',
    grow_volume_first: 'Grow the volume first',
    hold_before_stop: 'Keep others from the machine',
    hold_machine: 'Keep others from the machine',
    learn_hardware: 'Learn the hardware',
    locate_machine: 'Locate the machine',
    note_size: 'Note the size of before',
    put_size: 'Put the new size on the machine',
    raise_live: 'Change the size of the running machine',
    record_extend: 'Record the volume’s size',
    record_found: 'Record what was found',
    record_stopped: 'Record the stop',
    release_machine: 'Let others at the machine again',
    remove_replaced_machine: 'Remove the replaced machine',
    remove_second_volume: 'Remove a second volume',
    remove_surplus_volumes: 'Remove surplus volumes',
    restore_size: 'Put the old size back',
    start_machine: 'Start the machine',
    stop_machine: 'Stop the machine',
    update_machine: 'Update the machine',
    wait_running: 'Wait until it runs',
    wait_rollout: 'Wait until the provider has brought it up again',
    wait_settled: 'Wait until the provider is done with it',
    wait_stopped: 'Wait until it has stopped',
  }),
);

/** "machine_gone" as "Machine gone". */
export function humanise(name: string): string {
  const words = name.replaceAll('_', ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export function stepLabel(name: string): string {
  return STEP_LABELS.get(name) ?? humanise(name);
}

/** "Step 3 of 8". */
export function progressText({ steps }: Pick<OperationView, 'steps'>): string {
  const done = steps.filter(({ status }) => status === 'succeeded' || status === 'skipped').length;
  return `Step ${Math.min(done + 1, steps.length)} of ${steps.length}`;
}
