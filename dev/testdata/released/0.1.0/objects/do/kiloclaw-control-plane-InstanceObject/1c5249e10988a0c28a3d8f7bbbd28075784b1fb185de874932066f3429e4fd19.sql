CREATE TABLE storage_migrations (id INTEGER PRIMARY KEY);
INSERT INTO "storage_migrations" VALUES (1);
CREATE TABLE record (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        schema_version INTEGER NOT NULL,
        state TEXT NOT NULL
      );
INSERT INTO "record" VALUES (1, 3, '{"fleetId":"08ea61dd-01a8-4e20-bf47-1d24f1383aac","instanceId":"1b0f7475-c931-46c9-8fb5-3eb938cf6aeb","userId":"mike","sandboxId":"kc-1b0f7475c93146c98fb53eb938cf6aeb","provider":"fly","name":"Mike''s assistant","region":"iad","createdAt":1795476401647,"updatedAt":1795476402895,"startedAt":1795476402813,"stoppedAt":null,"destroyedAt":null,"restoredAt":null,"status":"running","instanceType":"perf-1-3","machineSize":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"volumeSizeGb":10,"adminMachineSizeOverride":null,"applied":{"asked":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"given":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"source":"tier","shortfall":null},"built":{"size":{"cpus":2,"memory_mb":4096,"cpu_kind":"performance"},"asked":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"sizeSource":"tier","configurationFingerprint":"1706190269367f1b959f237341d38b2a"},"resources":{"appName":"kc-981ea3ecf3e5dd56abb8","volumeName":"kswgw1lo8r2wzwazwrf090abxtno4r","machineName":"kc-981ea3ecf3e5dd56abb8","appEnsuredAtMs":1795476401650,"volumeId":"vol_32ei1o3nybt8xb2z","region":"iad","machineId":"278650efd7b94b","machineVersion":"01M85BQBJ6NQCW3520XKJJD0TF","volumeUsedAtMs":1795476401787},"configuration":{"image":"kiloclaw-demo:latest","mountPath":"/data","port":8080,"sealedEnv":null,"sealedSecrets":null,"fingerprint":"1706190269367f1b959f237341d38b2a"},"endpoint":"http://278650efd7b94b.vm.kc-981ea3ecf3e5dd56abb8.internal:8080","trackedImageTag":"kiloclaw-demo:latest","lastObservation":{"at":1795476402895,"machineState":"running","machineSize":{"cpus":2,"memory_mb":4096,"cpu_kind":"performance"},"volumeSizeGb":10},"lastOutOfMemory":null,"doubts":null,"drift":[{"kind":"size_differs","since":1795476402895,"details":{"appliedSize":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"observedSize":{"cpus":2,"memory_mb":4096,"cpu_kind":"performance"}}}],"generation":6,"registryVersion":5,"registrySyncedVersion":5,"unsyncedEmail":null}');
CREATE TABLE operations (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        status TEXT NOT NULL,
        body TEXT NOT NULL
      );
INSERT INTO "operations" VALUES (1, '01a20abb-adef-75fc-85e7-d4b2c7921bcb', 'provision', 'succeeded', '{"id":"01a20abb-adef-75fc-85e7-d4b2c7921bcb","kind":"provision","status":"succeeded","phase":"forward","actor":{"kind":"api","id":"internal"},"requestId":"cc09a603-8717-4861-adc4-0a76da3a6077","params":{"start":true},"idempotencyKey":"dae1435d-8b26-4a60-9cfb-33fdc34ef161","argumentsFingerprint":"25f921c74a512b0062d944386bca0e40","position":9,"steps":[{"name":"find_existing","status":"skipped","startedAt":null,"endedAt":1795476401648,"failures":0,"unresolvedSince":null},{"name":"check_size","status":"succeeded","startedAt":1795476401648,"endedAt":1795476401649,"failures":0,"unresolvedSince":null},{"name":"fetch_image","status":"succeeded","startedAt":1795476401649,"endedAt":1795476401650,"failures":0,"unresolvedSince":null},{"name":"ensure_home","status":"succeeded","startedAt":1795476401650,"endedAt":1795476401696,"failures":0,"unresolvedSince":null},{"name":"create_volume","status":"succeeded","startedAt":1795476401696,"endedAt":1795476401725,"failures":0,"unresolvedSince":null},{"name":"create_machine","status":"succeeded","startedAt":1795476401725,"endedAt":1795476401787,"failures":0,"unresolvedSince":null},{"name":"start_machine","status":"skipped","startedAt":null,"endedAt":1795476401788,"failures":0,"unresolvedSince":null},{"name":"wait_running","status":"succeeded","startedAt":1795476401788,"endedAt":1795476402813,"failures":0,"unresolvedSince":null},{"name":"remove_surplus_volumes","status":"skipped","startedAt":null,"endedAt":1795476402814,"failures":0,"unresolvedSince":null}],"facts":{"machine":"running","fit":{"asked":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"given":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"source":"tier"},"tookDown":false},"nextAttemptAt":1795476402813,"generation":0,"before":null,"after":{"instanceType":"perf-1-3","machineSize":{"cpus":1,"memory_mb":3072,"cpu_kind":"performance"},"volumeSizeGb":10},"result":null,"error":null,"startedAt":1795476401647,"endedAt":1795476402814}');
CREATE TABLE outbox (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        audit_id TEXT NOT NULL UNIQUE,
        payload TEXT NOT NULL
      );
CREATE TABLE _cf_METADATA (
        key INTEGER PRIMARY KEY,
        value BLOB
      );
INSERT INTO "_cf_METADATA" VALUES (1, 1795476803735000000);
DELETE FROM sqlite_sequence;
INSERT INTO "sqlite_sequence" VALUES ('operations', 1);
INSERT INTO "sqlite_sequence" VALUES ('outbox', 2);
CREATE UNIQUE INDEX one_unfinished_operation ON operations ((1)) WHERE status IN ('running', 'stuck');
