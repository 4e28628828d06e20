CREATE TABLE storage_migrations (id INTEGER PRIMARY KEY);
INSERT INTO "storage_migrations" VALUES (1);
CREATE TABLE record (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        schema_version INTEGER NOT NULL,
        state TEXT NOT NULL
      );
INSERT INTO "record" VALUES (1, 3, '{"fleetId":"08ea61dd-01a8-4e20-bf47-1d24f1383aac","instanceId":"be535b34-db53-472f-b60b-f76ee9bcc7df","userId":"frank","sandboxId":"kc-be535b34db53472fb60bf76ee9bcc7df","provider":"fly","name":"Frank''s assistant","region":"iad","createdAt":1795476401498,"updatedAt":1795476401727,"startedAt":1795476402860,"stoppedAt":null,"destroyedAt":null,"restoredAt":1795476401622,"status":"running","instanceType":"shared-2-4","machineSize":{"cpus":2,"memory_mb":4096,"cpu_kind":"shared"},"volumeSizeGb":10,"adminMachineSizeOverride":null,"applied":{"asked":{"cpus":2,"memory_mb":4096,"cpu_kind":"shared"},"given":{"cpus":2,"memory_mb":4096,"cpu_kind":"shared"},"source":"tier","shortfall":null},"built":{"size":{"cpus":2,"memory_mb":4096,"cpu_kind":"shared"},"asked":{"cpus":2,"memory_mb":4096,"cpu_kind":"shared"},"sizeSource":"tier","configurationFingerprint":"inherited"},"resources":{"appName":"kc-f3995aef9f4162e28648","volumeName":"kswgwb9mziymciduvdwjcnlw26zs9r","machineName":"kc-f3995aef9f4162e28648","volumeId":"vol_redv54u3snyv643k","region":"iad","machineId":"d634dbde2161ab","machineVersion":"01M85BQBAQPWPFX8NK65ZZF5AS","volumeUsedAtMs":1795476401727},"configuration":null,"endpoint":"http://d634dbde2161ab.vm.kc-f3995aef9f4162e28648.internal:8080","trackedImageTag":null,"lastObservation":null,"lastOutOfMemory":null,"doubts":null,"drift":[],"generation":3,"registryVersion":2,"registrySyncedVersion":2,"unsyncedEmail":null}');
CREATE TABLE operations (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        status TEXT NOT NULL,
        body TEXT NOT NULL
      );
INSERT INTO "operations" VALUES (1, '01a20abb-add7-77e9-a33d-a92e823d2c75', 'restore', 'succeeded', '{"id":"01a20abb-add7-77e9-a33d-a92e823d2c75","kind":"restore","status":"succeeded","phase":"forward","actor":{"kind":"system","id":"restore"},"requestId":null,"params":{},"idempotencyKey":null,"argumentsFingerprint":"restore","position":3,"steps":[{"name":"find_volume","status":"succeeded","startedAt":1795476401626,"endedAt":1795476401695,"failures":0,"unresolvedSince":null},{"name":"find_machine","status":"succeeded","startedAt":1795476401695,"endedAt":1795476401727,"failures":0,"unresolvedSince":null},{"name":"record_found","status":"succeeded","startedAt":1795476401727,"endedAt":1795476402860,"failures":0,"unresolvedSince":null}],"facts":{"machine":"absent"},"nextAttemptAt":1795476402860,"generation":0,"before":null,"after":{"instanceType":"shared-2-4","machineSize":{"cpus":2,"memory_mb":4096,"cpu_kind":"shared"},"volumeSizeGb":10},"result":null,"error":null,"startedAt":1795476401623,"endedAt":1795476402861}');
CREATE TABLE outbox (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        audit_id TEXT NOT NULL UNIQUE,
        payload TEXT NOT NULL
      );
CREATE TABLE _cf_METADATA (
        key INTEGER PRIMARY KEY,
        value BLOB
      );
INSERT INTO "_cf_METADATA" VALUES (1, 1795476815750000000);
DELETE FROM sqlite_sequence;
INSERT INTO "sqlite_sequence" VALUES ('operations', 1);
INSERT INTO "sqlite_sequence" VALUES ('outbox', 2);
CREATE UNIQUE INDEX one_unfinished_operation ON operations ((1)) WHERE status IN ('running', 'stuck');
