CREATE TABLE storage_migrations (id INTEGER PRIMARY KEY);
INSERT INTO "storage_migrations" VALUES (1);
CREATE TABLE record (
        only INTEGER PRIMARY KEY CHECK (only = 1),
        schema_version INTEGER NOT NULL,
        state TEXT NOT NULL
      );
INSERT INTO "record" VALUES (1, 3, '{"fleetId":"08ea61dd-01a8-4e20-bf47-1d24f1383aac","instanceId":"3d2eee89-1f4e-46e4-aa21-75432cf3fdcd","userId":"ursula","sandboxId":"kc-3d2eee891f4e46e4aa2175432cf3fdcd","provider":"northflank","name":null,"region":"us-east1","createdAt":1795476411601,"updatedAt":1795476415665,"startedAt":1795476415665,"stoppedAt":null,"destroyedAt":null,"restoredAt":null,"status":"running","instanceType":"perf-4-8","machineSize":{"cpus":4,"memory_mb":8192,"cpu_kind":"performance"},"volumeSizeGb":20,"adminMachineSizeOverride":null,"applied":{"asked":{"cpus":4,"memory_mb":8192,"cpu_kind":"performance"},"given":{"cpus":4,"memory_mb":8192,"cpu_kind":"performance"},"source":"tier","shortfall":null},"built":{"size":{"cpus":4,"memory_mb":8192,"cpu_kind":"performance"},"asked":{"cpus":4,"memory_mb":8192,"cpu_kind":"performance"},"sizeSource":"tier","configurationFingerprint":"1706190269367f1b959f237341d38b2a"},"resources":{"projectName":"kc-90caaf925865275547f2","volumeName":"kswgw3medeuabbj64bon8q8h0bjoi5","serviceName":"kc-90caaf925865","projectId":"kc-90caaf925865275547f2","region":"us-east1","volumeId":"kswgw3medeuabbj64bon8q8h0bjoi5","mountPath":"/data","planId":"nf-compute-400","planAskedAtMs":null,"machineId":"kc-90caaf925865"},"configuration":{"image":"kiloclaw-demo:latest","mountPath":"/data","port":8080,"sealedEnv":null,"sealedSecrets":null,"fingerprint":"1706190269367f1b959f237341d38b2a"},"endpoint":null,"trackedImageTag":"kiloclaw-demo:latest","lastObservation":null,"lastOutOfMemory":null,"doubts":null,"drift":[],"generation":6,"registryVersion":4,"registrySyncedVersion":4,"unsyncedEmail":null}');
CREATE TABLE operations (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        status TEXT NOT NULL,
        body TEXT NOT NULL
      );
INSERT INTO "operations" VALUES (1, '01a20abb-d4d2-7344-950d-9c71f38eeacf', 'provision', 'succeeded', '{"id":"01a20abb-d4d2-7344-950d-9c71f38eeacf","kind":"provision","status":"succeeded","phase":"forward","actor":{"kind":"api","id":"internal"},"requestId":"1c35227c-1cf4-447d-9ec1-0e4aa84efda1","params":{"start":true},"idempotencyKey":"ccac9685-13be-4e5a-a8a5-ea06027120cc","argumentsFingerprint":"9fcb25b5ec73717974e585edcc21f3f5","position":9,"steps":[{"name":"find_existing","status":"skipped","startedAt":null,"endedAt":1795476411603,"failures":0,"unresolvedSince":null},{"name":"check_size","status":"succeeded","startedAt":1795476411603,"endedAt":1795476411604,"failures":0,"unresolvedSince":null},{"name":"fetch_image","status":"succeeded","startedAt":1795476411604,"endedAt":1795476411605,"failures":0,"unresolvedSince":null},{"name":"ensure_home","status":"succeeded","startedAt":1795476411605,"endedAt":1795476411619,"failures":0,"unresolvedSince":null},{"name":"create_volume","status":"succeeded","startedAt":1795476411619,"endedAt":1795476411626,"failures":0,"unresolvedSince":null},{"name":"create_machine","status":"succeeded","startedAt":1795476411626,"endedAt":1795476411638,"failures":0,"unresolvedSince":null},{"name":"start_machine","status":"skipped","startedAt":null,"endedAt":1795476411639,"failures":0,"unresolvedSince":null},{"name":"wait_running","status":"succeeded","startedAt":1795476411639,"endedAt":1795476415665,"failures":0,"unresolvedSince":null},{"name":"remove_surplus_volumes","status":"skipped","startedAt":null,"endedAt":1795476415666,"failures":0,"unresolvedSince":null}],"facts":{"machine":"running","fit":{"asked":{"cpus":4,"memory_mb":8192,"cpu_kind":"performance"},"given":{"cpus":4,"memory_mb":8192,"cpu_kind":"performance"},"source":"tier"},"tookDown":false},"nextAttemptAt":1795476415665,"generation":0,"before":null,"after":{"instanceType":"perf-4-8","machineSize":{"cpus":4,"memory_mb":8192,"cpu_kind":"performance"},"volumeSizeGb":20},"result":null,"error":null,"startedAt":1795476411602,"endedAt":1795476415667}');
CREATE TABLE outbox (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        audit_id TEXT NOT NULL UNIQUE,
        payload TEXT NOT NULL
      );
CREATE TABLE _cf_METADATA (
        key INTEGER PRIMARY KEY,
        value BLOB
      );
INSERT INTO "_cf_METADATA" VALUES (1, 1795476748908000000);
DELETE FROM sqlite_sequence;
INSERT INTO "sqlite_sequence" VALUES ('operations', 1);
INSERT INTO "sqlite_sequence" VALUES ('outbox', 2);
CREATE UNIQUE INDEX one_unfinished_operation ON operations ((1)) WHERE status IN ('running', 'stuck');
