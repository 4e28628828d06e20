CREATE TABLE storage_migrations (id INTEGER PRIMARY KEY);
INSERT INTO "storage_migrations" VALUES (1);
CREATE TABLE record (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        schema_version INTEGER NOT NULL,
        state TEXT NOT NULL
      );
INSERT INTO "record" VALUES (1, 3, '{"fleetId":"08ea61dd-01a8-4e20-bf47-1d24f1383aac","instanceId":"94627602-3509-4196-9edf-2b7f86f00eda","userId":"bob","sandboxId":"kc-94627602350941969edf2b7f86f00eda","provider":"fly","name":"Bob''s assistant","region":"iad","createdAt":1795476401591,"updatedAt":1795476403354,"startedAt":1795476402757,"stoppedAt":1795476403354,"destroyedAt":null,"restoredAt":null,"status":"stopped","instanceType":"perf-4-8","machineSize":{"cpus":4,"memory_mb":8192,"cpu_kind":"performance"},"volumeSizeGb":20,"adminMachineSizeOverride":null,"applied":{"asked":{"cpus":4,"memory_mb":8192,"cpu_kind":"performance"},"given":{"cpus":4,"memory_mb":8192,"cpu_kind":"performance"},"source":"tier","shortfall":null},"built":{"size":{"cpus":4,"memory_mb":8192,"cpu_kind":"performance"},"asked":{"cpus":4,"memory_mb":8192,"cpu_kind":"performance"},"sizeSource":"tier","configurationFingerprint":"1706190269367f1b959f237341d38b2a"},"resources":{"appName":"kc-f7d03cf007b9e172b230","volumeName":"kswgw8s90a2vwiv6tpr9wl9a7mupju","machineName":"kc-f7d03cf007b9e172b230","appEnsuredAtMs":1795476401593,"volumeId":"vol_mcg30bdatygv8j1i","region":"iad","machineId":"096959138da7c6","machineVersion":"01M85BQBHQSV20MV9ZPKX8YG7K","volumeUsedAtMs":1795476401738},"configuration":{"image":"kiloclaw-demo:latest","mountPath":"/data","port":8080,"sealedEnv":null,"sealedSecrets":null,"fingerprint":"1706190269367f1b959f237341d38b2a"},"endpoint":null,"trackedImageTag":"kiloclaw-demo:latest","lastObservation":null,"lastOutOfMemory":null,"doubts":null,"drift":[],"generation":11,"registryVersion":5,"registrySyncedVersion":5,"unsyncedEmail":null}');
CREATE TABLE operations (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        status TEXT NOT NULL,
        body TEXT NOT NULL
      );
INSERT INTO "operations" VALUES (1, '01a20abb-adb7-7400-9a9b-192b2c2b205c', 'provision', 'succeeded', '{"id":"01a20abb-adb7-7400-9a9b-192b2c2b205c","kind":"provision","status":"succeeded","phase":"forward","actor":{"kind":"api","id":"internal"},"requestId":"433b8a09-9588-4c2e-95d2-6c0cc9eb3017","params":{"start":true},"idempotencyKey":"da26c317-78f0-4b18-b2c9-9b0d77762649","argumentsFingerprint":"454f93cc38f2b85cdc7f4c07c3bcc374","position":9,"steps":[{"name":"find_existing","status":"skipped","startedAt":null,"endedAt":1795476401591,"failures":0,"unresolvedSince":null},{"name":"check_size","status":"succeeded","startedAt":1795476401592,"endedAt":1795476401592,"failures":0,"unresolvedSince":null},{"name":"fetch_image","status":"succeeded","startedAt":1795476401592,"endedAt":1795476401593,"failures":0,"unresolvedSince":null},{"name":"ensure_home","status":"succeeded","startedAt":1795476401593,"endedAt":1795476401675,"failures":0,"unresolvedSince":null},{"name":"create_volume","status":"succeeded","startedAt":1795476401676,"endedAt":1795476401703,"failures":0,"unresolvedSince":null},{"name":"create_machine","status":"succeeded","startedAt":1795476401704,"endedAt":1795476401738,"failures":0,"unresolvedSince":null},{"name":"start_machine","status":"skipped","startedAt":null,"endedAt":1795476401739,"failures":0,"unresolvedSince":null},{"name":"wait_running","status":"succeeded","startedAt":1795476401739,"endedAt":1795476402757,"failures":0,"unresolvedSince":null},{"name":"remove_surplus_volumes","status":"skipped","startedAt":null,"endedAt":1795476402758,"failures":0,"unresolvedSince":null}],"facts":{"machine":"running","fit":{"asked":{"cpus":4,"memory_mb":8192,"cpu_kind":"performance"},"given":{"cpus":4,"memory_mb":8192,"cpu_kind":"performance"},"source":"tier"},"tookDown":false},"nextAttemptAt":1795476402757,"generation":0,"before":null,"after":{"instanceType":"perf-4-8","machineSize":{"cpus":4,"memory_mb":8192,"cpu_kind":"performance"},"volumeSizeGb":20},"result":null,"error":null,"startedAt":1795476401591,"endedAt":1795476402758}');
INSERT INTO "operations" VALUES (2, '01a20abb-b272-70bc-b4ca-9861a48534d2', 'stop', 'succeeded', '{"id":"01a20abb-b272-70bc-b4ca-9861a48534d2","kind":"stop","status":"succeeded","phase":"forward","actor":{"kind":"api","id":"internal"},"requestId":"fd215fd2-a2e7-4e5c-b75c-15b5b1c559fd","params":{},"idempotencyKey":"550c840d-ff9f-4825-b501-c774aa0fc2ff","argumentsFingerprint":"4ea237974015924ec57bce73aeca431a","position":4,"steps":[{"name":"locate_machine","status":"succeeded","startedAt":1795476402802,"endedAt":1795476402845,"failures":0,"unresolvedSince":null},{"name":"stop_machine","status":"succeeded","startedAt":1795476402845,"endedAt":1795476402857,"failures":0,"unresolvedSince":null},{"name":"wait_stopped","status":"succeeded","startedAt":1795476402858,"endedAt":1795476403354,"failures":0,"unresolvedSince":null},{"name":"record_stopped","status":"succeeded","startedAt":1795476403354,"endedAt":1795476403354,"failures":0,"unresolvedSince":null}],"facts":{"machine":"stopped","wasRunning":true,"tookDown":true},"nextAttemptAt":1795476403354,"generation":7,"before":{"instanceType":"perf-4-8","machineSize":{"cpus":4,"memory_mb":8192,"cpu_kind":"performance"},"volumeSizeGb":20},"after":{"instanceType":"perf-4-8","machineSize":{"cpus":4,"memory_mb":8192,"cpu_kind":"performance"},"volumeSizeGb":20},"result":null,"error":null,"startedAt":1795476402802,"endedAt":1795476403355}');
CREATE TABLE outbox (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        audit_id TEXT NOT NULL UNIQUE,
        payload TEXT NOT NULL
      );
CREATE TABLE _cf_METADATA (
        key INTEGER PRIMARY KEY,
        value BLOB
      );
INSERT INTO "_cf_METADATA" VALUES (1, 1795478145502000000);
DELETE FROM sqlite_sequence;
INSERT INTO "sqlite_sequence" VALUES ('operations', 2);
INSERT INTO "sqlite_sequence" VALUES ('outbox', 4);
CREATE UNIQUE INDEX one_unfinished_operation ON operations ((1)) WHERE status IN ('running', 'stuck');
