CREATE TABLE storage_migrations (id INTEGER PRIMARY KEY);
INSERT INTO "storage_migrations" VALUES (1);
CREATE TABLE record (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        schema_version INTEGER NOT NULL,
        state TEXT NOT NULL
      );
INSERT INTO "record" VALUES (1, 3, '{"fleetId":"08ea61dd-01a8-4e20-bf47-1d24f1383aac","instanceId":"fdfd9f51-2c81-402b-9dfa-e1b6884b1ddd","userId":"niaj","sandboxId":"kc-fdfd9f512c81402b9dfae1b6884b1ddd","provider":"fly","name":"Niaj''s assistant","region":"iad","createdAt":1795476401679,"updatedAt":1795476401837,"startedAt":null,"stoppedAt":null,"destroyedAt":1795476401837,"restoredAt":null,"status":"destroyed","instanceType":"perf-1-3","machineSize":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"volumeSizeGb":10,"adminMachineSizeOverride":null,"applied":null,"built":null,"resources":{},"configuration":null,"endpoint":null,"trackedImageTag":null,"lastObservation":null,"lastOutOfMemory":null,"doubts":null,"drift":[],"generation":8,"registryVersion":4,"registrySyncedVersion":4,"unsyncedEmail":null}');
CREATE TABLE operations (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        status TEXT NOT NULL,
        body TEXT NOT NULL
      );
INSERT INTO "operations" VALUES (1, '01a20abb-ae0f-7073-84c6-d9a80bc0f860', 'provision', 'succeeded', '{"id":"01a20abb-ae0f-7073-84c6-d9a80bc0f860","kind":"provision","status":"succeeded","phase":"forward","actor":{"kind":"api","id":"internal"},"requestId":"81410413-230c-4863-b8b5-4923218bd4ac","params":{"start":false},"idempotencyKey":"4044651b-a838-4c8f-8a3c-7b12eae15f29","argumentsFingerprint":"fe30c8f7fdb0a9b6ab71fddba863fb42","position":9,"steps":[{"name":"find_existing","status":"skipped","startedAt":null,"endedAt":1795476401680,"failures":0,"unresolvedSince":null},{"name":"check_size","status":"succeeded","startedAt":1795476401680,"endedAt":1795476401680,"failures":0,"unresolvedSince":null},{"name":"fetch_image","status":"skipped","startedAt":null,"endedAt":1795476401681,"failures":0,"unresolvedSince":null},{"name":"ensure_home","status":"succeeded","startedAt":1795476401681,"endedAt":1795476401708,"failures":0,"unresolvedSince":null},{"name":"create_volume","status":"succeeded","startedAt":1795476401708,"endedAt":1795476401743,"failures":0,"unresolvedSince":null},{"name":"create_machine","status":"skipped","startedAt":null,"endedAt":1795476401744,"failures":0,"unresolvedSince":null},{"name":"start_machine","status":"skipped","startedAt":null,"endedAt":1795476401744,"failures":0,"unresolvedSince":null},{"name":"wait_running","status":"skipped","startedAt":null,"endedAt":1795476401744,"failures":0,"unresolvedSince":null},{"name":"remove_surplus_volumes","status":"skipped","startedAt":null,"endedAt":1795476401744,"failures":0,"unresolvedSince":null}],"facts":{"machine":"absent","fit":{"asked":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"given":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"source":"tier"}},"nextAttemptAt":1795476401743,"generation":0,"before":null,"after":{"instanceType":"perf-1-3","machineSize":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"volumeSizeGb":10},"result":null,"error":null,"startedAt":1795476401679,"endedAt":1795476401745}');
INSERT INTO "operations" VALUES (2, '01a20abb-ae8d-71b8-b2c2-369023fd1dc9', 'destroy', 'succeeded', '{"id":"01a20abb-ae8d-71b8-b2c2-369023fd1dc9","kind":"destroy","status":"succeeded","phase":"forward","actor":{"kind":"api","id":"internal"},"requestId":"fa944a0c-8afa-4d5d-afd7-09300ead4f93","params":{},"idempotencyKey":"ee524eec-900b-4609-93c1-639ac48bc23a","argumentsFingerprint":"b8a8664a5a979b1abb48920bdf56db6b","position":4,"steps":[{"name":"delete_machines","status":"succeeded","startedAt":1795476401806,"endedAt":1795476401815,"failures":0,"unresolvedSince":null},{"name":"delete_volumes","status":"succeeded","startedAt":1795476401816,"endedAt":1795476401821,"failures":0,"unresolvedSince":null},{"name":"delete_home","status":"succeeded","startedAt":1795476401821,"endedAt":1795476401832,"failures":0,"unresolvedSince":null},{"name":"confirm_gone","status":"succeeded","startedAt":1795476401832,"endedAt":1795476401837,"failures":0,"unresolvedSince":null}],"facts":{},"nextAttemptAt":1795476401837,"generation":4,"before":{"instanceType":"perf-1-3","machineSize":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"volumeSizeGb":10},"after":{"instanceType":"perf-1-3","machineSize":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"volumeSizeGb":10},"result":null,"error":null,"startedAt":1795476401805,"endedAt":1795476401837}');
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
