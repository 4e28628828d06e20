import { overrideAdminsIn } from '../deletion/forget-admin.ts';
import type { DeliveryAnswer, RegistryDelivery, RegistryLookup, RegistryPort } from '../deps.ts';

/** Keeps what is delivered, by the registry's own rule: a row is written only where its version is ahead. */
export class TestRegistry implements RegistryPort {
  mode: 'stores' | 'unavailable' | 'rejects' | 'throws' = 'stores';
  attempts = 0;
  /** People who are deleted: whoever names one of them in an override is told to forget. */
  deleted: readonly string[] = [];
  row: RegistryDelivery['row'] = null;
  currentVersion: number | null = null;
  readonly audit = new Map<string, RegistryDelivery['audit'][number]>();

  async deliver(delivery: RegistryDelivery): Promise<DeliveryAnswer> {
    this.attempts += 1;
    if (this.mode === 'throws') throw new Error('the registry stub throws');
    if (this.mode === 'unavailable') return { outcome: 'unavailable' };
    for (const row of delivery.audit) if (!this.audit.has(row.id)) this.audit.set(row.id, row);
    const named = overrideAdminsIn([delivery.row, delivery.audit]);
    const toForget = this.deleted.filter((id) => named.includes(id));
    if (delivery.row === null)
      return { outcome: 'stored', rowWritten: false, currentVersion: this.currentVersion, toForget };
    if (this.mode === 'rejects') return { outcome: 'rejected', reason: 'sandbox_id is taken' };
    const rowWritten = this.currentVersion === null || delivery.row.registryVersion > this.currentVersion;
    if (rowWritten) {
      this.row = delivery.row;
      this.currentVersion = delivery.row.registryVersion;
    }
    return { outcome: 'stored', rowWritten, currentVersion: this.currentVersion, toForget };
  }

  async find(): Promise<RegistryLookup> {
    if (this.mode === 'unavailable' || this.mode === 'throws') return { kind: 'unavailable' };
    if (this.row === null) return { kind: 'none' };
    return { kind: this.row.destroyedAt === null ? 'active' : 'closed', row: this.row };
  }

  auditOf(operationId: string): string[] {
    return [...this.audit.values()]
      .filter((row) => row.operationId === operationId)
      .map((row) => row.outcome);
  }
}
