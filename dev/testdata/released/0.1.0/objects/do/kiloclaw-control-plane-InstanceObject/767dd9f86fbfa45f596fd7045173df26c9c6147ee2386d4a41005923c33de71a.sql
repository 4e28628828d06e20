CREATE TABLE storage_migrations (id INTEGER PRIMARY KEY);
INSERT INTO "storage_migrations" VALUES (1);
CREATE TABLE record (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        schema_version INTEGER NOT NULL,
        state TEXT NOT NULL
      );
INSERT INTO "record" VALUES (1, 3, '{"fleetId":"08ea61dd-01a8-4e20-bf47-1d24f1383aac","instanceId":"447db68f-9f1b-480b-9b2b-4cb3990640c2","userId":"victor","sandboxId":"kc-447db68f9f1b480b9b2b4cb3990640c2","provider":"fly","name":null,"region":"iad","createdAt":1795476409520,"updatedAt":1795476420401,"startedAt":1795476410540,"stoppedAt":1795476420397,"destroyedAt":1795476420397,"restoredAt":null,"status":"destroyed","instanceType":"perf-1-3","machineSize":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"volumeSizeGb":10,"adminMachineSizeOverride":null,"applied":null,"built":null,"resources":{},"configuration":null,"endpoint":null,"trackedImageTag":null,"lastObservation":null,"lastOutOfMemory":null,"doubts":null,"drift":[],"generation":11,"registryVersion":7,"registrySyncedVersion":7,"unsyncedEmail":null}');
CREATE TABLE operations (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        status TEXT NOT NULL,
        body TEXT NOT NULL
      );
INSERT INTO "operations" VALUES (1, '01a20abb-ccb0-7514-bd49-a6c118b77b4c', 'provision', 'succeeded', '{"id":"01a20abb-ccb0-7514-bd49-a6c118b77b4c","kind":"provision","status":"succeeded","phase":"forward","actor":{"kind":"api","id":"internal"},"requestId":"33dd8908-d0c0-4f00-a228-d491c6fc4b08","params":{"start":true},"idempotencyKey":null,"argumentsFingerprint":"forgotten","position":9,"steps":[{"name":"find_existing","status":"skipped","startedAt":null,"endedAt":1795476409521,"failures":0,"unresolvedSince":null},{"name":"check_size","status":"succeeded","startedAt":1795476409521,"endedAt":1795476409521,"failures":0,"unresolvedSince":null},{"name":"fetch_image","status":"succeeded","startedAt":1795476409521,"endedAt":1795476409522,"failures":0,"unresolvedSince":null},{"name":"ensure_home","status":"succeeded","startedAt":1795476409522,"endedAt":1795476409527,"failures":0,"unresolvedSince":null},{"name":"create_volume","status":"succeeded","startedAt":1795476409527,"endedAt":1795476409530,"failures":0,"unresolvedSince":null},{"name":"create_machine","status":"succeeded","startedAt":1795476409530,"endedAt":1795476409534,"failures":0,"unresolvedSince":null},{"name":"start_machine","status":"skipped","startedAt":null,"endedAt":1795476409534,"failures":0,"unresolvedSince":null},{"name":"wait_running","status":"succeeded","startedAt":1795476409534,"endedAt":1795476410540,"failures":0,"unresolvedSince":null},{"name":"remove_surplus_volumes","status":"skipped","startedAt":null,"endedAt":1795476410541,"failures":0,"unresolvedSince":null}],"facts":{"machine":"running","fit":{"asked":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"given":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"source":"tier"},"tookDown":false},"nextAttemptAt":1795476410540,"generation":0,"before":null,"after":{"instanceType":"perf-1-3","machineSize":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"volumeSizeGb":10},"result":null,"error":null,"startedAt":1795476409520,"endedAt":1795476410541}');
INSERT INTO "operations" VALUES (2, '01a20abb-f033-7437-aaa2-81cddd620b12', 'destroy', 'succeeded', '{"id":"01a20abb-f033-7437-aaa2-81cddd620b12","kind":"destroy","status":"succeeded","phase":"forward","actor":{"kind":"admin","id":"support-1"},"requestId":"eb78c330-5802-4b15-9b73-08769cdc3227","params":{},"idempotencyKey":null,"argumentsFingerprint":"forgotten","position":4,"steps":[{"name":"delete_machines","status":"succeeded","startedAt":1795476418612,"endedAt":1795476418620,"failures":0,"unresolvedSince":null},{"name":"delete_volumes","status":"succeeded","startedAt":1795476418621,"endedAt":1795476420387,"failures":2,"unresolvedSince":null},{"name":"delete_home","status":"succeeded","startedAt":1795476420387,"endedAt":1795476420395,"failures":0,"unresolvedSince":null},{"name":"confirm_gone","status":"succeeded","startedAt":1795476420395,"endedAt":1795476420397,"failures":0,"unresolvedSince":null}],"facts":{},"nextAttemptAt":1795476420397,"generation":7,"before":{"instanceType":"perf-1-3","machineSize":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"volumeSizeGb":10},"after":{"instanceType":"perf-1-3","machineSize":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"volumeSizeGb":10},"result":null,"error":null,"startedAt":1795476418611,"endedAt":1795476420397}');
CREATE TABLE outbox (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        audit_id TEXT NOT NULL UNIQUE,
        payload TEXT NOT NULL
      );
CREATE TABLE _cf_METADATA (
        key INTEGER PRIMARY KEY,
        value BLOB
      );
INSERT INTO "_cf_METADATA" VALUES (1, NULL);
DELETE FROM sqlite_sequence;
INSERT INTO "sqlite_sequence" VALUES ('operations', 2);
INSERT INTO "sqlite_sequence" VALUES ('outbox', 4);
CREATE UNIQUE INDEX one_unfinished_operation ON operations ((1)) WHERE status IN ('running', 'stuck');
