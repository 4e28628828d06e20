import { expect, it } from 'vitest';
import { newTarget, operationsOf, provisioned, storedRows } from '../testing/platform.ts';
import { auditRowsOf, registryDump, registryRowOf, untilPaid } from '../testing/registry.ts';

it('an owner’s address stands in the table of users, and nowhere else', async () => {
  const target = newTarget();
  const address = `${target.userId}@example.com`;
  await provisioned(target, { userEmail: address });
  await untilPaid(target);
  const [operation] = await operationsOf(target);
  expect(operation?.operation).toMatchObject({ kind: 'provision', status: 'succeeded' });
  const kept = [await storedRows(target), await auditRowsOf(target), await registryRowOf(target), operation];
  expect(JSON.stringify(kept)).not.toContain(address);
  expect((await registryDump()).split(address)).toHaveLength(2);
});
