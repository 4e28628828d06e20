CREATE TABLE storage_migrations (id INTEGER PRIMARY KEY);
INSERT INTO "storage_migrations" VALUES (1);
CREATE TABLE record (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        schema_version INTEGER NOT NULL,
        state TEXT NOT NULL
      );
INSERT INTO "record" VALUES (1, 3, '{"fleetId":"08ea61dd-01a8-4e20-bf47-1d24f1383aac","instanceId":"88f38712-e36d-47cc-bfef-873219403f5a","userId":"olivia","sandboxId":"kc-88f38712e36d47ccbfef873219403f5a","provider":"fly","name":"Olivia''s assistant","region":"iad","createdAt":1795476401488,"updatedAt":1795476402862,"startedAt":1795476402862,"stoppedAt":null,"destroyedAt":null,"restoredAt":1795476401651,"status":"running","instanceType":null,"machineSize":null,"volumeSizeGb":10,"adminMachineSizeOverride":null,"applied":null,"built":null,"resources":{"appName":"kc-ccd92efcdc9e92c413e8","volumeName":"kswgw83vrpwumdweofoii992teu6oq","machineName":"kc-ccd92efcdc9e92c413e8","volumeId":"vol_jskxj7eystiom7ik","region":"iad","machineId":"2d3c50d9b149e0","machineVersion":"01M85BQBBG111M8BYHEHZC802K","volumeUsedAtMs":1795476401722},"configuration":null,"endpoint":"http://2d3c50d9b149e0.vm.kc-ccd92efcdc9e92c413e8.internal:8080","trackedImageTag":null,"lastObservation":null,"lastOutOfMemory":null,"doubts":null,"drift":[],"generation":3,"registryVersion":3,"registrySyncedVersion":3,"unsyncedEmail":null}');
CREATE TABLE operations (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        status TEXT NOT NULL,
        body TEXT NOT NULL
      );
INSERT INTO "operations" VALUES (1, '01a20abb-adf3-767e-be7a-e1cf656230ee', 'restore', 'succeeded', '{"id":"01a20abb-adf3-767e-be7a-e1cf656230ee","kind":"restore","status":"succeeded","phase":"forward","actor":{"kind":"system","id":"restore"},"requestId":null,"params":{},"idempotencyKey":null,"argumentsFingerprint":"restore","position":3,"steps":[{"name":"find_volume","status":"succeeded","startedAt":1795476401652,"endedAt":1795476401697,"failures":0,"unresolvedSince":null},{"name":"find_machine","status":"succeeded","startedAt":1795476401697,"endedAt":1795476401722,"failures":0,"unresolvedSince":null},{"name":"record_found","status":"succeeded","startedAt":1795476401722,"endedAt":1795476402862,"failures":0,"unresolvedSince":null}],"facts":{"machine":"absent"},"nextAttemptAt":1795476402862,"generation":0,"before":null,"after":{"instanceType":null,"machineSize":null,"volumeSizeGb":10},"result":null,"error":null,"startedAt":1795476401651,"endedAt":1795476402863}');
CREATE TABLE outbox (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        audit_id TEXT NOT NULL UNIQUE,
        payload TEXT NOT NULL
      );
CREATE TABLE _cf_METADATA (
        key INTEGER PRIMARY KEY,
        value BLOB
      );
INSERT INTO "_cf_METADATA" VALUES (1, 1795476727611000000);
DELETE FROM sqlite_sequence;
INSERT INTO "sqlite_sequence" VALUES ('operations', 1);
INSERT INTO "sqlite_sequence" VALUES ('outbox', 2);
CREATE UNIQUE INDEX one_unfinished_operation ON operations ((1)) WHERE status IN ('running', 'stuck');
